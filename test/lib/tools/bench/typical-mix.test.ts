import { typicalMix } from '../../../../lib/tools/bench/typical-mix';

test('the mix is the same each time; 600 questions, the n-th asked 1/n as often as the first, all personas', () => {
  const [one, other] = [typicalMix(3), typicalMix(3)];
  const counts = new Map<string, number>();
  const personas = new Set<string>();
  for (let i = 0; i < 20_000; i++) {
    const { multiValueQueryStringParameters: asked } = one();
    expect(other().multiValueQueryStringParameters).toEqual(asked);
    const key = JSON.stringify(asked);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    personas.add(String(asked?.persona));
  }
  const sorted = [...counts.values()].sort((a, b) => b - a);
  expect(personas.size).toBe(6);
  expect(sorted.length).toBeGreaterThan(500);
  expect(sorted.length).toBeLessThanOrEqual(600);
  // 1 + 1/2 + … + 1/600 is 6.97.
  expect((sorted[0] ?? 0) / 20_000).toBeCloseTo(1 / 6.97, 1);
  const tenth = sorted.slice(0, 60).reduce((a, b) => a + b, 0) / 20_000;
  expect(tenth).toBeGreaterThan(0.6);
  expect(tenth).toBeLessThan(0.75);
});
