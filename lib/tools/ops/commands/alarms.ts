import { ago } from '../../text/ago';
import { report, table, type Report } from '../report/output';
import type { AlarmState, Target } from '../stage/target';

const ORDER: Readonly<Record<AlarmState['state'], number>> = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 };

/** Every alarm of the stage, those that fire first and with what they mean. */
export async function alarms(target: Target, now = Date.now()): Promise<Report> {
  const found = (await target.alarms()).sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.name.localeCompare(b.name));
  const firing = found.filter(({ state }) => state === 'ALARM');
  const text = [
    table(
      ['alarm', 'state', 'for'],
      found.map(({ name, state, since }) => [name, state, since === '' ? '' : ago(since, now)]),
    ),
    ...firing.flatMap(({ name, description, reason }) => ['', `${name}: ${description}`, `  Why: ${reason}`]),
    ...(firing.length === 0 ? ['No alarm fires.'] : []),
  ].join('\n');
  return report(found, text, firing.length > 0);
}
