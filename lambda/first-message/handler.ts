import { readFileSync } from 'node:fs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SNSEvent } from 'aws-lambda';
import * as z from 'zod';
import type { AlarmCauses } from '../contract/causes';
import { ENV, optionalEnv, requireEnv } from '../contract/environment';
import { readJson } from '../contract/outside-json';
import { ToldError } from '../contract/told-error';
import { logger } from '../telemetry/emitter';
import { reasonOf } from '../telemetry/reason';
import { toldErrors } from '../telemetry/told';
import { diagnosed } from './first-message';
import { AwsStageView } from './stage-view';

/** What CloudWatch publishes (user guide, AlarmThatSendsEmail: schema of a notification). */
const notification = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.string(),
});

/** The alarms that page-test sets: of these only the chat, which gets no alarms, is told. */
const TESTS = /^(Page|Notice)Test$/;
/** A chat that does not answer is given up, ms. */
const CHAT_PATIENCE_MS = 5_000;

const sns = new SNSClient({});
const secrets = new SecretsManagerClient({});

/**
 * Is told of every alarm that tells somebody, beside the people: what they get does not wait for it and does not depend
 * on it. An alarm that ends is passed over.
 */
export const handler = toldErrors(async ({ Records }: SNSEvent): Promise<void> => {
  for (const { Sns } of Records) await tell(Sns.TopicArn, Sns.Message);
});

async function tell(TopicArn: string, message: string): Promise<void> {
  const { AlarmName, AlarmDescription, NewStateValue } = notification.parse(readJson(message, 'the notification'));
  if (NewStateValue !== 'ALARM') return;
  const [stage, groupId] = [requireEnv(ENV.stage), requireEnv(ENV.groupId)];
  const table = readJson(readFileSync(requireEnv(ENV.alarmCausesFile), 'utf8'), 'the causes') as AlarmCauses;
  const fired = { name: AlarmName.slice(groupId.length + 1), description: AlarmDescription ?? '' };
  if (TESTS.test(fired.name)) return chat(`${AlarmName}: ${fired.description}`);
  const { subject, text } = await diagnosed({ stage, groupId }, new AwsStageView(stage, groupId), table, fired);
  const sent = await Promise.allSettled([
    sns.send(new PublishCommand({ TopicArn, Subject: subject, Message: text })),
    chat(`${subject}\n${text}`),
  ]);
  const failed = sent.flatMap((each) => (each.status === 'rejected' ? [reasonOf(each.reason)] : []));
  if (failed.length > 0) logger.error('A first message did not arrive', { alarm: fired.name, failed });
}

/**
 * Slack's form, which others take too. Neither the URL nor what the chat answers stands in an error: both may hold the
 * key.
 */
async function chat(text: string): Promise<void> {
  const SecretId = optionalEnv(ENV.chatSecretArn);
  if (SecretId === undefined) return;
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const url = URL.canParse(SecretString ?? '') ? new URL(SecretString ?? '') : undefined;
  if (url?.protocol !== 'https:') throw new ToldError('The secret of the chat holds no https URL.');
  const status = await fetch(url, {
    method: 'POST',
    // One that is kept would be dead when the environment thaws for the next alarm.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ text }),
    redirect: 'error',
    signal: AbortSignal.timeout(CHAT_PATIENCE_MS),
  }).then(
    (answer) => answer.status,
    () => undefined,
  );
  if (status === undefined || status >= 300)
    throw new ToldError(`The chat ${status === undefined ? 'did not answer' : `answered ${status}`}.`);
}
