import { setImmediate } from 'node:timers/promises';
import type { Samples } from './bench-messages';

/**
 * Microseconds of each work, by name. What is compared takes turns, round by round, so that a slow moment of the
 * machine falls on all alike.
 * @param works one that gives a number has measured itself, in microseconds.
 * @param warming rounds before those that count.
 */
export async function inTurns(
  rounds: number,
  works: Record<string, () => Promise<unknown>>,
  warming = Math.ceil(rounds / 10),
): Promise<Samples> {
  const samples: Samples = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = -warming; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      const start = process.hrtime.bigint();
      const own = await work();
      const elapsed = Number(process.hrtime.bigint() - start) / 1_000;
      // What it leaves to be sent leaves before the next begins; a work may wait for more.
      await setImmediate();
      if (round >= 0) samples[name]?.push(typeof own === 'number' ? own : elapsed);
    }
  }
  return samples;
}
