import { kindOf } from '../../constructs/observability/alarm-table/alarm';
import { COMPOSITES } from '../../constructs/observability/alarm-table/composites';
import { DRILLS } from './drills';

/** @returns the drills that rehearse a kind of alarm: it goes off in them, or the two windows of a burn rate do. */
export function drillsOf(kind: string): string[] {
  const windows = COMPOSITES.filter(({ when, of }) => when === 'all' && of.includes(kind)).map(({ id }) => id);
  const kinds = new Set([kind, ...windows]);
  return Object.entries(DRILLS)
    .filter(([, { rehearses }]) => rehearses.some((alarm) => kinds.has(kindOf(alarm))))
    .map(([name]) => name);
}
