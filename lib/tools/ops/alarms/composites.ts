import { COMPOSITES } from '../../../constructs/observability/alarm-table/table';
import type { AlarmState } from '../stage/target';

/** @returns the composite alarms as CloudWatch would have them. @param firing names of the metric alarms that fire */
export function compositeStates(firing: ReadonlySet<string>): AlarmState[] {
  return COMPOSITES.map(({ id, when, of, impact }) => {
    const holding = of.filter((each) => firing.has(each));
    const fires = when === 'any' ? holding.length > 0 : holding.length === of.length;
    return {
      ...{ name: id, state: fires ? 'ALARM' : 'OK', since: '' },
      reason: holding.length === 0 ? 'none of its alarms fires' : `${holding.join(', ')} of ${of.join(', ')}`,
      description: impact,
    } as const;
  });
}

/** Windows of one burn rate: each may fire for hours after the trouble, and only both together say something. */
const TOGETHER = new Set(COMPOSITES.filter(({ when }) => when === 'all').flatMap(({ of }) => of));

/** @returns the names of the alarms that tell somebody something. @param firing names of the metric alarms that fire */
export function telling(firing: ReadonlySet<string>): string[] {
  const composites = compositeStates(firing).filter(({ state }) => state === 'ALARM');
  return [...composites.map(({ name }) => name), ...[...firing].filter((name) => !TOGETHER.has(name))];
}
