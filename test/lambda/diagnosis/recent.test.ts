import type { MetricTerm } from '../../../lambda/contract/metric-term';
import { METRICS } from '../../../lambda/contract/metrics';
import { readRecent } from '../../../lambda/diagnosis/recent';
import { RULES } from '../../../lambda/diagnosis/rules';

/** What a stage without nodes shows of one metric, of which so many values with this sum came in two minutes. */
const recentOf = (metric: string, sum: number, count: number) =>
  readRecent({ name: 'prod', groupId: 'carfin-prod', nodeIds: [] }, (terms: MetricTerm[]) =>
    Promise.resolve(
      terms.map((term) => {
        if (term.metric !== metric) return [undefined, undefined];
        const whole = term.statistic === 'Sum' ? sum : count;
        return [whole - 1, 1];
      }),
    ),
  );

test('the averages of the first searches, which opened connections, speak for nothing', async () => {
  const slow = (recent: Awaited<ReturnType<typeof recentOf>>) =>
    RULES.valkeySlow.proof?.({ recent, firing: [], causes: [], asked: { metrics: true } });
  expect(slow(await recentOf(METRICS.valkeyRoundTrip, 490, 49))).toBeUndefined();
  expect(slow(await recentOf(METRICS.valkeyRoundTrip, 500, 50))).toBe('a round trip takes 10.0 ms on average');
  expect(await recentOf(METRICS.searchTime, 490, 49)).toStrictEqual({});
  expect(await recentOf(METRICS.searchTime, 500, 50)).toEqual({ 'mean of SearchTime': 10 });
});

test('one score is what somebody said', async () => {
  expect(await recentOf(METRICS.satisfactionScore, 2, 1)).toEqual({ 'mean of SatisfactionScore': 2 });
});
