import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../../constructs/observability/test-alarms';
import { dryRun, report, type Report } from '../report/output';
import { people, type AlarmAction, type Recipient, type Target } from '../stage/target';

/**
 * SNS sends its counts to CloudWatch by the minute (SNS guide, sns-monitoring-using-cloudwatch); what is not there
 * after this long did not arrive, ms.
 */
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 15_000;
/** The first look comes sooner, ms. */
const FIRST_LOOK_MS = 1_000;

interface Patience {
  lookEveryMs?: number;
  patienceMs?: number;
}

/** Who would be told. */
export async function planPage(target: Target, channel: Channel): Promise<Report> {
  await target.testAlarm(channel);
  const confirmed = await confirmedOf(target, channel);
  const wouldTell = people(confirmed).map(({ endpoint }) => endpoint);
  const text =
    `Would set the test alarm of ${channel}, which tells ` +
    `${wouldTell.join(', ') || 'nobody: no recipient has confirmed'}. Do it with --yes.`;
  return dryRun({ channel, wouldTell }, text);
}

/**
 * Sets the test alarm, whose action takes the road of every alarm: CloudWatch must be admitted to the topic, and SNS
 * must count the delivery. That is as far as AWS can tell: SNS handed it to the mail server; whether a person was
 * woken, only that person can say.
 */
export async function pageTest(
  target: Target,
  channel: Channel,
  progress: (line: string) => void,
  { lookEveryMs = LOOK_EVERY_MS, patienceMs = PATIENCE_MS }: Patience = {},
): Promise<Report> {
  const alarm = await target.testAlarm(channel);
  const confirmed = await confirmedOf(target, channel);
  // SNS counts a delivery to the stage's own function like any other.
  const wanted = people(confirmed).length === 0 ? 0 : confirmed.length;
  const sentAt = Date.now();
  const before = await alarm.deliveries(sentAt);
  await alarm.raise(`Set by page-test at ${new Date(sentAt).toISOString()}. Nothing is wrong.`);
  let action: AlarmAction | undefined;
  let counted = before;
  let looks = 0;
  const done = () => action?.taken === false || counted.delivered + counted.failed >= before.delivered + wanted;
  while (action === undefined || !done()) {
    progress(action?.said ?? 'the test alarm is set; waiting for CloudWatch to take its action');
    await sleep(Math.min(lookEveryMs, FIRST_LOOK_MS * 2 ** looks++));
    action ??= await alarm.action(sentAt);
    counted = await alarm.deliveries(sentAt);
    if (Date.now() - sentAt >= patienceMs) break;
  }
  const delivered = Math.max(0, counted.delivered - before.delivered);
  const failed = Math.max(0, counted.failed - before.failed);
  const proven = action?.taken === true && wanted > 0 && delivered >= wanted && failed === 0;
  const text = [
    `CloudWatch: ${action?.said ?? 'has taken no action of the test alarm'}.`,
    `${delivered} of ${wanted} recipients: SNS counts it as delivered, ${failed} failed.`,
    proven ? 'Ask them whether it reached them.' : adviceFor(action),
  ].join('\n');
  return report({ channel, action, recipients: wanted, delivered, failed }, text, !proven);
}

function adviceFor(action: AlarmAction | undefined): string {
  if (action?.taken === true) return 'Look at the subscriptions: npm run ops -- status';
  return (
    'No alarm of this channel reaches anybody until this is mended: deploy the service stack again, it makes ' +
    'topic and policy.'
  );
}

async function confirmedOf(target: Target, channel: Channel): Promise<Recipient[]> {
  return (await target.recipients(channel)).filter(({ confirmed }) => confirmed);
}
