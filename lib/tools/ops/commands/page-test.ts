import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../report/errors';
import { report, type Report } from '../report/output';
import type { Target } from '../stage/target';

/** SNS sends its counts to CloudWatch by the minute (SNS guide, sns-monitoring-using-cloudwatch); what is not there after this long did not arrive, ms. */
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 15_000;

/** What would be sent to whom. */
export async function planPage(target: Target): Promise<Report> {
  const recipients = await target.recipients();
  const confirmed = recipients.filter((each) => each.confirmed).map(({ endpoint }) => endpoint);
  const text = `Would send a test page to ${confirmed.join(', ') || 'nobody: no recipient has confirmed'}. Pull it with --yes.`;
  return { data: { wouldPage: confirmed }, text, exitCode: EXIT.notConfirmed };
}

/**
 * Sends a test page and waits for SNS to count it as delivered. That is as far as AWS can tell: SNS handed it to the mail
 * server or the phone network; whether a person was woken, only that person can say.
 */
export async function pageTest(
  target: Target,
  progress: (line: string) => void,
  { lookEveryMs = LOOK_EVERY_MS, patienceMs = PATIENCE_MS } = {},
): Promise<Report> {
  const wanted = (await target.recipients()).filter(({ confirmed }) => confirmed).length;
  const sentAt = Date.now();
  const before = await target.deliveries(sentAt);
  const messageId = await target.page(
    `Test page of ${target.name}`,
    `This is a test, sent by "npm run ops -- page-test" at ${new Date(sentAt).toISOString()}. Nothing is wrong. Tell who sent it that it arrived.`,
  );
  let counted = before;
  while (Date.now() - sentAt < patienceMs && counted.delivered + counted.failed < before.delivered + wanted) {
    progress(`sent as ${messageId}; waiting for SNS to count the delivery (it does so by the minute)`);
    await sleep(lookEveryMs);
    counted = await target.deliveries(sentAt);
  }
  const delivered = Math.max(0, counted.delivered - before.delivered);
  const failed = Math.max(0, counted.failed - before.failed);
  const proven = wanted > 0 && delivered >= wanted && failed === 0;
  const text = `${delivered} of ${wanted} recipients: SNS counts the page as delivered, ${failed} failed. ${
    proven ? 'Ask them whether it woke them.' : 'Look at the subscriptions: npm run ops -- status'
  }`;
  return report({ messageId, recipients: wanted, delivered, failed }, text, !proven);
}
