import type { AlarmCauses } from '../contract/causes';
import { asker, DOCTOR_PATIENCE_MS } from '../diagnosis/answer';
import { causesOf, type Cause } from '../diagnosis/causes';
import { causesNamedBy } from '../diagnosis/evidence';
import type { StageView } from './stage-view';
import { firstMessage, type FiredAlarm } from './text';

/** What everybody but the doctor may take, ms. */
const PATIENCE_MS = 10_000;

/**
 * Gathers what `diagnose` does, at once and with a limit for each, and writes the message. What could not be asked is
 * said in it.
 * @param fired an alarm that fires now
 */
export async function diagnosed(
  { stage, groupId }: { stage: string; groupId: string },
  view: StageView,
  table: AlarmCauses,
  fired: FiredAlarm,
): Promise<{ subject: string; text: string; causes: Cause[] }> {
  const unanswered: string[] = [];
  const ask = asker(unanswered, PATIENCE_MS);
  const [others = [], cluster, nodeEvents, examined, recent] = await Promise.all([
    ask('the alarms', () => view.firing()),
    ask('the cluster', () => view.cluster()),
    ask('the events', () => view.nodeEvents()),
    ask('the doctor', () => view.examined(), DOCTOR_PATIENCE_MS),
    ask('the metrics', () => view.recent()),
  ]);
  const firing = [...new Set([fired.name, ...others])];
  const causes = causesOf({
    firing,
    causes: causesNamedBy(table, fired.name, firing),
    ...(cluster === undefined ? {} : { cluster }),
    ...(nodeEvents === undefined ? {} : { nodeEvents }),
    ...(examined === undefined ? {} : examined),
    recent: recent ?? {},
    asked: { metrics: recent !== undefined },
  });
  return { ...firstMessage(stage, groupId, fired, causes, unanswered), causes };
}
