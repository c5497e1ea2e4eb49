import { MOST_FORGOTTEN, type ForgottenAgain } from '../../../../lambda/levers/request';
import { EXIT, OperationError } from '../report/errors';
import { dryRun, figure, report, type Report } from '../report/output';
import type { Target } from '../stage/target';
import { operate } from './catalogue';

/**
 * Forgets again, in a cluster that was restored from a snapshot, whom the audit log says to have been forgotten since.
 * @param since when the snapshot was taken, ISO 8601. @throws OperationError
 */
export async function forgetAgain(target: Target, since: string, yes: boolean): Promise<Report> {
  const from = Date.parse(since);
  // Of a time to come there are no removals: it would look as if nobody had to be forgotten.
  if (Number.isNaN(from) || from > Date.now())
    throw new OperationError(
      `--since must be when the snapshot was taken, such as 2026-11-23T18:00:00Z, and not to come; received ${since}`,
      EXIT.usage,
    );
  const forgotten = await target.forgotten(from);
  const sum: ForgottenAgain = { asked: 0, found: 0, removed: 0, unfinished: false };
  for (let i = 0; i < forgotten.length; i += MOST_FORGOTTEN) {
    const part = forgotten.slice(i, i + MOST_FORGOTTEN);
    const done = await operate<ForgottenAgain>(target, { operation: 'forget-again', forgotten: part, pull: yes });
    for (const count of ['asked', 'found', 'removed'] as const) sum[count] += done[count];
    sum.unfinished ||= done.unfinished;
  }
  const more = sum.unfinished ? '\nNot all keys were seen (time ran out, or a node took over): run it again.' : '';
  const what =
    `Removals since ${new Date(from).toISOString()}: ${figure(sum.asked)}; ` +
    `keys of these people in the cluster: ${figure(sum.found)}`;
  if (!yes) return dryRun(sum, `${what}. Would remove them and hide their sessions. Do it with --yes.${more}`);
  return report(sum, `${what}; removed: ${figure(sum.removed)}.${more}`, sum.unfinished);
}
