import { describeAlarm, kindOf } from '../../../constructs/observability/alarm-table/alarm';
import { compositesOf } from '../../../constructs/observability/alarm-table/composites';
import type { AlarmState } from '../stage/target';
import type { AlarmDefinition } from './definitions';

/**
 * @returns the composite alarms as CloudWatch would have them.
 * @param alarms names of all metric alarms. @param firing those that fire, with since when (ISO 8601)
 */
export function compositeStates(alarms: readonly string[], firing: ReadonlyMap<string, string>): AlarmState[] {
  const names = [...alarms];
  const loud = new Map(firing);
  return compositesOf(alarms).map((row) => {
    const { id, when, of } = row;
    const parts = names.filter((name) => of.includes(kindOf(name)));
    const holding = parts.filter((name) => loud.has(name));
    const fires = when === 'any' ? holding.length > 0 : holding.length === parts.length;
    names.push(id);
    // Of the first, or of the last that all needed.
    const times = holding.map((name) => loud.get(name) ?? '').sort();
    const since = fires ? ((when === 'any' ? times[0] : times.at(-1)) ?? '') : '';
    if (fires) loud.set(id, since);
    return {
      name: id,
      state: fires ? 'ALARM' : 'OK',
      since,
      reason: holding.length === 0 ? 'none of its alarms fires' : `${holding.join(', ')} of ${of.join(', ')}`,
      description: describeAlarm(row, 'local'),
    };
  });
}

/**
 * @returns the names of the alarms that tell somebody something: neither parts, nor those that follow from one that
 * fires.
 * @param firing names of the metric alarms that fire
 */
export function telling(alarms: readonly AlarmDefinition[], firing: ReadonlySet<string>): string[] {
  const names = alarms.map(({ name }) => name);
  const states = compositeStates(names, new Map([...firing].map((name) => [name, ''])));
  const loud = new Set(states.flatMap(({ name, state }) => (state === 'ALARM' ? [name] : [])));
  const told = compositesOf(names).filter(
    ({ id, severity, follows = '' }) => loud.has(id) && severity !== 'part' && !loud.has(follows),
  );
  const alone = alarms.filter(({ name, tells }) => tells && firing.has(name));
  return [...told.map(({ id }) => id), ...alone.map(({ name }) => name)];
}
