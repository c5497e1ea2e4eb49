import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import type { ScaledFunctionName } from '../../lambda/contract/functions';
import { account, distinct, id, principal, matching } from './aws-ids';
import { api } from './api-settings';
import { cache } from './cache-settings';
import { database } from './database-settings';
import { images } from './image-settings';
import { network } from './network-settings';
import { chat, pages } from './page-settings';
import { tags } from './tag-settings';

/**
 * What a stage is made of. Explicit, so that synth needs neither credentials nor look-ups. Messages say the rule;
 * parseSettings adds setting, received value and the command that finds the right one.
 */

/** Environments of one function: at most so many at once, and those that are kept warm. */
const scaling = z
  .strictObject({ most: z.int().min(1), alwaysWarm: z.int().min(0) })
  .refine(({ most, alwaysWarm }) => 2 * alwaysWarm <= most, {
    path: ['alwaysWarm'],
    error: 'must not be above half of `most`: during a deploy the old and the new version are both kept warm',
  });

export const settingsSchema = z.strictObject({
  account,
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as ap-northeast-2'),
  network,
  database,
  cache,
  api,
  /** Without it a stage has no photos, and nothing that reaches out of the VPC for them. */
  images: images.optional(),
  /**
   * How often the warm-up looks whether the table has changed, s. Below a minute it stays for its minute and costs
   * more.
   */
  freshnessSeconds: z.int().min(5, 'must be 5 to 60').max(60, 'must be 5 to 60').default(60),
  /** Who else may read keys: security groups from which, and roles that may connect as the read-only user. */
  keyReaders: z.strictObject({
    securityGroupIds: distinct(id('sg')),
    roleArns: distinct(principal),
  }),
  /** Each environment holds a connection to every shard, and one to the database where its function asks it. */
  concurrency: z.strictObject({ search: scaling, conversation: scaling, events: scaling } satisfies Record<
    ScaledFunctionName,
    z.ZodType
  >),
  /**
   * Whether a tenth of the requests tries new code first; if people feel it, the deploy is taken back (docs/deploy.md,
   * Canary).
   */
  canary: z.boolean().default(true),
  logRetention: z.enum(
    RetentionDays,
    `must be days that CloudWatch Logs offers: ${Object.values(RetentionDays)
      .filter((days) => Number(days) <= 3_653)
      .join(', ')}`,
  ),
  /** Of who read, changed or removed what people said (docs/privacy.md). */
  audit: z
    .strictObject({
      /** Days: two years is what Korea's rule of security measures asks of records of access to many people's data. */
      retention: z.enum(RetentionDays, 'must be days that CloudWatch Logs offers').default(RetentionDays.TWO_YEARS),
      /** Roles and users that may take on the role that reads it. Nobody unless given. */
      readerArns: distinct(principal).default([]),
    })
    .prefault({}),
  alarmEmails: distinct(z.email('must be an email address')).min(
    1,
    'must name at least one recipient: an alarm that nobody gets is none',
  ),
  /** Who gets what can wait for the morning; those of `alarmEmails` unless given. */
  noticeEmails: distinct(z.email('must be an email address'))
    .min(1, 'must name a recipient, or be left out')
    .optional(),
  pages,
  chat: chat.optional(),
  /**
   * Where docs/runbooks can be read by whoever is woken; what an alarm says links there. Without it: the path in the
   * project.
   */
  runbookUrl: z
    .url({ protocol: /^https$/, error: 'must be an https URL of the folder docs/runbooks' })
    .refine((url) => !url.endsWith('/'), 'must not end with /')
    .optional(),
  monthlyBudgetUsd: z.number().positive(),
  /**
   * Whether AWS counts against `monthlyBudgetUsd` what carries the stage's tags, and tells when it is used up. The key
   * of one of `tags`; it must be a cost allocation tag of the account.
   */
  budgetTag: z.string().min(1).optional(),
  tags,
});

export type StageSettings = z.output<typeof settingsSchema>;
export type StageInput = z.input<typeof settingsSchema>;

/** @returns who reads in the morning what wakes nobody. */
export const noticeRecipients = ({ alarmEmails, noticeEmails = alarmEmails }: StageSettings): string[] => noticeEmails;
