import { WINDOWS } from '../stage/series';
import { figure, report, table, type Report } from '../report/output';
import { measurePromises, type Kept } from '../stage/promises';
import type { Target } from '../stage/target';

/** Each promise against the last hour, day and week. Needs attention if the last hour misses one. */
export async function promises(target: Target): Promise<Report> {
  const measured = await measurePromises(target, WINDOWS);
  const text = table(
    ['promise', 'target', ...WINDOWS.flatMap(({ name }) => [name, ''])],
    measured.map(({ name, target: wanted, bound, unit, windows }) => [
      name,
      `${bound} ${wanted} ${unit}`,
      ...windows.flatMap((window) => [cell(window, unit), window.sparkline.trimEnd()]),
    ]),
  );
  const missed = measured.filter(({ windows }) => windows[0]?.kept === false);
  return report(measured, `${text}\n✖ misses its target, ? too few to judge by, - no data`, missed.length > 0);
}

function cell({ value, kept, few }: Kept, unit: string): string {
  if (few) return value === undefined ? '?' : `${figure(value, unit)} ?`;
  return `${figure(value, unit)}${kept === false ? ' ✖' : ''}`;
}
