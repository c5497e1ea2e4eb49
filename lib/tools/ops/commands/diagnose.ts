import { alarmNamed } from '../alarms/named';
import { causesOf, type Cause } from '../../../../lambda/diagnosis/causes';
import { evidenceOf, lookAround } from '../diagnose/evidence';
import { figure, report, table, type Report } from '../report/output';
import { SILENCE } from '../../../constructs/observability/alarm-table/alarm';
import type { AlarmState, Target } from '../stage/target';
import { within } from '../../../../lambda/diagnosis/answer';

/**
 * Gathers what speaks for one cause or another of an alarm, and says the likeliest first.
 * @param name as it is read somewhere
 */
export async function diagnose(target: Target, name: string): Promise<Report> {
  // All at once: what is gathered does not wait for the alarms, which may be slow themselves.
  const [all, seen] = await Promise.all([within('the alarms', target.alarms()), lookAround(target)]);
  const alarm = alarmNamed(all, name, target.groupId);
  const firing = all.filter(({ state }) => state === 'ALARM').map((each) => each.name);
  const evidence = evidenceOf(alarm, firing, seen);
  const causes = causesOf(evidence);
  const [likeliest, ...others] = causes;
  const say = ({ cause, because, next, risk }: Cause) => `${cause}: ${because}\n  next: ${next}\n  risk: ${risk}`;
  const text = [
    stateOf(alarm),
    ...(firing.length === 0 ? [] : [`Fires: ${firing.join(', ')}`]),
    '',
    likeliest === undefined
      ? 'Nothing that was looked at is out of order. Look at the values below, then: npm run ops -- promises'
      : `Likely cause: ${say(likeliest)}`,
    ...others.map((each) => `Also: ${say(each)}`),
    '',
    table(
      ['last 15 min', ''],
      Object.entries(evidence.recent).flatMap(([metric, value]) =>
        value === undefined ? [] : [[metric, figure(value)]],
      ),
    ),
    ...evidence.complaints,
    ...evidence.unanswered.map((each) => `Could not be asked: ${each}`),
  ].join('\n');
  return report({ ...evidence, causes }, text, alarm.state === 'ALARM' || causes.length > 0);
}

/** What an alarm says of now: of what it says without data only where it has none. */
export function stateOf({ name, state, description }: AlarmState): string {
  const [told = '', silence] = description.split(SILENCE);
  // This command is what it asks for.
  const impact = told.replace(/First: .*?\. /, '');
  if (state === 'ALARM') return `${name} is ALARM. ${impact}`;
  const none = state === 'INSUFFICIENT_DATA' && silence !== undefined;
  return `${name} ${none ? `has no data: ${silence}` : `is ${state}.`} What it says when it fires: ${impact}`;
}
