import type { LoadFigures } from '../../../../lib/tools/bench/growth/figures';
import { limitOf, saturation } from '../../../../lib/tools/bench/growth/limit';

test.each([
  [{ machine: 0.95, process: 0.99, shard: 0.5 }, 'the machine'],
  [{ machine: 0.6, process: 0.97, shard: 0.4 }, "a process's thread"],
  [{ machine: 0.6, process: 0.95, shard: 0.96 }, "a shard's thread"],
  [{ machine: 0.4, process: 0.5, shard: 0.2 }, 'the wait for each answer'],
])('%j is limited by %s', (shares, limit) => {
  expect(limitOf(shares)).toBe(limit);
});

test('load is saturated where more at once brings less than a tenth more', () => {
  const level = (concurrency: number, answersASecond: number) => ({ concurrency, answersASecond }) as LoadFigures;
  const levels = [level(1, 1_000), level(2, 1_900), level(4, 2_000), level(8, 2_050)];
  expect(saturation(levels)?.concurrency).toBe(2);
  expect(saturation(levels.slice(0, 2))?.concurrency).toBe(2);
  expect(saturation([])).toBeUndefined();
});
