import type { Results } from '../text/results-file';

/** @returns a line that says when and on what the figures were measured. */
export function provenance({ date, machine, versions }: Results<unknown>): string {
  const all = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Measured ${date.replace('T', ' ').replace('Z', ' UTC')} on ${machine}; ${all.join(', ')}.`;
}
