import { causesOf } from '../diagnose/causes';
import { gather } from '../diagnose/evidence';
import { EXIT, OperationError } from '../report/errors';
import { figure, report, table, type Report } from '../report/output';
import type { Target } from '../stage/target';

/** Gathers what speaks for one cause or another of an alarm, and says the likeliest first. */
export async function diagnose(target: Target, name: string): Promise<Report> {
  const all = await target.alarms();
  const alarm = all.find((each) => each.name === name);
  if (alarm === undefined)
    throw new OperationError(
      `There is no alarm "${name}"; there are ${all.map((each) => each.name).join(', ')}.`,
      EXIT.usage,
    );
  const evidence = await gather(target, alarm);
  const causes = causesOf(evidence);
  const [likeliest, ...others] = causes;
  const say = ({ cause, because, next }: (typeof causes)[number]) => `${cause}: ${because}\n  next: ${next}`;
  const text = [
    `${alarm.name} is ${alarm.state}. ${alarm.description}`,
    '',
    likeliest === undefined
      ? 'Nothing that was looked at is out of order: look at the values below and at promises.'
      : `Likely cause: ${say(likeliest)}`,
    ...others.map((each) => `Also: ${say(each)}`),
    '',
    table(
      ['last 15 min', ''],
      Object.entries(evidence.recent).map(([metric, value]) => [metric, figure(value)]),
    ),
    ...evidence.complaints,
    ...evidence.unanswered.map((each) => `Could not be asked: ${each}`),
  ].join('\n');
  return report({ ...evidence, causes }, text, alarm.state === 'ALARM' || causes.length > 0);
}
