import { measureQuality } from '../../../../lib/tools/bench/recommendation-quality';

test('people with known tastes get a better order the more they have said', () => {
  const [none, few, some, many] = measureQuality([0, 5, 20, 50], 40);
  expect(none?.after).toBe(none?.before);
  expect(few?.after).toBeGreaterThan((few?.before ?? 0) + 0.1);
  expect(some?.after).toBeGreaterThan((few?.after ?? 0) + 0.05);
  // From some 20 signals on the order is about as good as five attributes can make it.
  expect(many?.after).toBeGreaterThan(0.7);
});
