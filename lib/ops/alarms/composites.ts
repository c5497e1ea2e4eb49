import { COMPOSITES } from '../../observability/alarm-table/table';
import type { AlarmState } from '../target';

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
