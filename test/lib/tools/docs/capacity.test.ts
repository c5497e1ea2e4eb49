import type { LoadFigures, SizeFigures } from '../../../../lib/tools/bench/growth/figures';
import { ASSUMPTIONS, ends, need, NODE_BYTES, projected, shardsFor } from '../../../../lib/tools/docs/capacity';

const size = (listings: number, peakMiB: number | null, seconds: number): SizeFigures => ({
  listings,
  searchable: listings,
  warmUp: { seconds, peakMiB, writtenMB: 1 },
  index: { MB: 1, loadMs: 1, startMs: 1, searchMiB: 1 },
  valkeyMB: 60,
  latencyUs: { memory: 1, hit: 1, neverAsked: 1, rare: 1 },
});
const costs = (valkeyUs: number) => ({ valkeyUs }) as LoadFigures;
/** 100 searches a second on average, in the month of 730 hours. */
const load = { searches: 730 * 3_600 * 100, conversationRequests: 0, eventWaits: 0, photos: 0 };

test('a load needs what its busiest minute asks', () => {
  const { peakSearches, environments, engineShare, valkeyBytes } = need(load, size(1, 1, 1), costs(300), costs(100));
  expect(peakSearches).toBe(100 * ASSUMPTIONS.peakFactor);
  // 10 ms each.
  expect(environments).toBe(20);
  // Half of them cost 300 µs, half 100.
  expect(engineShare).toBeCloseTo(2_000 * 200e-6);
  expect(valkeyBytes).toBe(60e6 + 2_000 * 0.5 * 600 * ASSUMPTIONS.answerBytes);
});

test('conversations take memory as long as preferences live, and a write costs as much as a new question', () => {
  const talking = { searches: 0, conversationRequests: 730 * 3_600 * 10, eventWaits: 0, photos: 0 };
  const { engineShare, valkeyBytes } = need(talking, size(1, 1, 1), costs(300), costs(100));
  expect(engineShare).toBeCloseTo(10 * ASSUMPTIONS.peakFactor * 300e-6);
  expect(valkeyBytes - 60e6).toBeCloseTo(604_800 * ASSUMPTIONS.conversationBytes);
});

test('shards follow from whichever is scarcer, thread or memory', () => {
  const needs = (engineShare: number, valkeyBytes: number) => ({
    peakSearches: 0,
    environments: 0,
    engineShare,
    valkeyBytes,
  });
  const node = 'cache.r7g.large';
  expect(shardsFor(needs(0.01, 1), node)).toBe(1);
  expect(shardsFor(needs(1.9, 1), node)).toBe(3);
  expect(shardsFor(needs(0.1, (NODE_BYTES[node] ?? 0) * 1.5), node)).toBe(2);
  expect(() => shardsFor(needs(0, 0), 'cache.m7g.large')).toThrow('cache.m7g.large is not known');
});

test('what ends first comes first, and what does not grow never ends', () => {
  const sizes = [size(100_000, 200, 5), size(1_100_000, 700, 25)];
  const memory = { what: 'memory', limit: '', most: 1_700, of: ({ warmUp }: SizeFigures) => warmUp.peakMiB };
  const time = { what: 'time', limit: '', most: 60, of: ({ warmUp }: SizeFigures) => warmUp.seconds };
  const constant = { what: 'constant', limit: '', most: 60, of: ({ index }: SizeFigures) => index.loadMs };
  expect(ends({ sizes, load: [] }, [memory, time, constant])).toEqual([
    { what: 'time', limit: '', listings: 2_850_000 },
    { what: 'memory', limit: '', listings: 3_100_000 },
  ]);
  expect(ends({ sizes: [size(1, null, 1), size(2, null, 2)], load: [] }, [memory])).toStrictEqual([]);
});

test('a table that was not measured lies on the line through the smallest and the largest', () => {
  const sizes = [size(100_000, 200, 5), size(500_000, 999, 999), size(1_100_000, 700, 25)];
  expect(projected(sizes, 10_100_000, ({ warmUp }) => warmUp.seconds)).toBeCloseTo(205);
});
