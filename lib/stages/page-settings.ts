import * as z from 'zod';
import { arn, distinct, matching } from './aws-ids';

const ONE = 'must have one of email, webhook, sms and topic';

/** One way to wake somebody. */
const pageChannel = z
  .strictObject({
    email: z.email('must be an email address').optional(),
    /** A secret of Secrets Manager that holds an https URL and nothing else: such URLs are keys. */
    webhook: arn('secretsmanager', ': the secret holds the https URL of PagerDuty, Opsgenie or another').optional(),
    sms: matching(/^\+[1-9]\d{7,14}$/, 'must be a number with + and its country, such as +821012345678').optional(),
    /** A topic that exists. Its own policy must let CloudWatch publish. */
    topic: matching(
      /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/,
      'must be the ARN of a standard topic, such as arn:aws:sns:ap-northeast-2:123456789012:name',
    ).optional(),
  })
  .refine((channel) => Object.keys(channel).length === 1, ONE);

/** CloudWatch takes five actions for a state of an alarm; one of them is the stage's own topic. */
const MOST_TOPICS = 4;

/** What wakes, beside the mail that everybody of `alarmEmails` gets: a mail wakes nobody. */
export const pages = distinct(pageChannel, (each) => JSON.stringify(Object.values(each)))
  .refine(
    (all) => all.filter(({ topic }) => topic !== undefined).length <= MOST_TOPICS,
    `must name at most ${MOST_TOPICS} topics: an alarm of CloudWatch has no more actions`,
  )
  .default([]);

export type PageChannel = z.output<typeof pageChannel>;

/** Where people talk: it gets every first message. */
export const chat = z.strictObject({
  /** A secret that holds the URL of an incoming webhook which takes what Slack's does, and nothing else. */
  webhook: arn('secretsmanager', ': the secret holds the https URL of an incoming webhook'),
});
