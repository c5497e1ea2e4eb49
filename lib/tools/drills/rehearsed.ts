import { kindOf } from '../../constructs/observability/alarm-table/alarm';
import { COMPOSITES } from '../../constructs/observability/alarm-table/table';
import { DRILLS } from './drills';

/** @returns the drills that rehearse a kind of alarm; what speaks through composite alarms is rehearsed with them. */
export function drillsOf(kind: string): string[] {
  const together = COMPOSITES.filter(({ when, of }) => when === 'all' && of.includes(kind)).map(({ id }) => id);
  const kinds = new Set([kind, ...together]);
  return Object.entries(DRILLS)
    .filter(([, { rehearses }]) => rehearses.some((alarm) => kinds.has(kindOf(alarm))))
    .map(([name]) => name);
}
