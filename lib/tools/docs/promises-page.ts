import { promisesOf } from '../../constructs/observability/promises/promises';
import { filledPage, tableOf } from './page';

/** @returns docs/promises.md. */
export function promisesPage(): string {
  const rows = promisesOf({
    name: '<stage>',
    groupId: '<replicationGroupId>',
    nodes: ['<node>'],
    freshnessSeconds: 60,
  }).map(({ title, bound, target, unit, measuredAt, parts, formula, alarm }) => {
    const made = Object.entries(parts).map(([part, { metric, statistic }]) => `${part}: ${metric}, ${statistic}`);
    return [title, `${bound} ${target} ${unit}`, measuredAt, `\`${formula}\``, made.join('<br>'), alarm];
  });
  return filledPage('promises', {
    promises: tableOf(['promise', 'target', 'measured', 'formula', 'parts', 'alarm'], rows),
  });
}
