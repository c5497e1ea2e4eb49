import { alarmTable } from '../../../../lib/constructs/observability/alarm-table/table';
import type { AlarmedStage } from '../../../../lib/constructs/observability/alarm-table/alarm';
import { promisesOf } from '../../../../lib/constructs/observability/promises/promises';
import { evaluateExpression } from '../../../../lib/tools/ops/stage/expression';
import { judge, measurePromises } from '../../../../lib/tools/ops/stage/promises';
import { total, WINDOWS, type Series } from '../../../../lib/tools/ops/stage/series';
import type { Target } from '../../../../lib/tools/ops/stage/target';
import type { MetricTerm, Statistic } from '../../../../lambda/contract/metric-term';

const stage: AlarmedStage = {
  name: 'prod',
  groupId: 'carfin-prod',
  nodes: ['carfin-prod-0001-001', 'carfin-prod-0001-002'],
  freshnessSeconds: 60,
  nodeType: 'cache.r7g.large',
  hasReplicas: true,
  environments: { search: 50, conversation: 50, events: 20, 'warm-up': 2 },
  deadLetterQueue: 'letters',
};
const promises = promisesOf(stage);

function promise(id: string) {
  const found = promises.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no promise ${id}`);
  return found;
}

/** @param values of the parts, by their names. */
function over(id: string, values: Readonly<Record<string, Series>>) {
  const { parts } = promise(id);
  expect(Object.keys(values).filter((part) => !(part in parts))).toStrictEqual([]);
  return judge(
    promise(id),
    { name: 'hour', seconds: 3_600, period: 300 },
    Object.keys(parts).map((part) => values[part] ?? [undefined]),
  );
}

test('what is promised is what the contract says', () => {
  expect(promises.map(({ id, bound, target, unit }) => `${id}: ${bound} ${target} ${unit}`)).toEqual([
    'search: at most 50 ms',
    'searchHandler: at most 50 ms',
    'answered: at least 99.5 %',
    'repeatedSearch: at most 10 ms',
    'hitRate: at least 70 %',
    'freshness: at most 60 s',
    'queriesSaved: at least 60 %',
    'continuity: at least 95 %',
    'completion: at least 90 %',
    'satisfaction: at least 4.5 of 5',
    'valkeyAvailable: at least 99.9 %',
    'roundTrip: at most 5 ms',
    'memory: at most 80 %',
  ]);
});

test('database queries saved are not judged where hardly anybody searches: warm-ups ask all the same', () => {
  // Of a system minutes old it would be far below 0 %.
  const few = { value: undefined, kept: undefined, few: true };
  expect(over('queriesSaved', { memory: [199], queries: [511] })).toMatchObject(few);
  expect(over('queriesSaved', { queries: [15] })).toMatchObject({ ...few, few: false });
  expect(over('queriesSaved', { memory: [200], queries: [240] })).toMatchObject({ value: -20, kept: false });
  expect(over('queriesSaved', { memory: [200], queries: [60] })).toMatchObject({ value: 70, kept: true });
});

test('where a warm-up looks more often than once a minute, more searches are wanted before they are judged', () => {
  const fewest = (freshnessSeconds: number) =>
    promisesOf({ ...stage, freshnessSeconds }).find(({ id }) => id === 'queriesSaved')?.fewest;
  expect([60, 45, 5].map(fewest)).toEqual([50, 67, 600]);
});

test.each(['search', 'searchHandler', 'repeatedSearch', 'roundTrip'])(
  '%s is not judged by fewer than 50: the first ones open connections',
  (id) => {
    expect(over(id, { total: [4_900], count: [49] })).toMatchObject({ value: 100, kept: undefined, few: true });
    expect(over(id, { total: [5_000], count: [50] })).toMatchObject({ value: 100, kept: false });
    expect(over(id, { total: [50], count: [50] })).toMatchObject({ value: 1, kept: true });
  },
);

test('memory is that of the fullest node at its fullest, not a sum or a mean', () => {
  expect(over('memory', { node0: [10, 85, 20], node1: [30, 31, undefined] })).toMatchObject({
    value: 85,
    kept: false,
    series: [30, 85, 20],
  });
});

test('600 answers, 400 searches without one and 380 queries: 62 % of the queries are saved', () => {
  const values = { cache: [300], index: [200], database: [100], none: [400], queries: [380] };
  expect(over('queriesSaved', values)).toMatchObject({ value: 62, kept: true });
});

test('an average weighs every search alike, however they fall into periods', () => {
  expect(over('search', { total: [1_000, 100], count: [10, 90] })).toMatchObject({ value: 11, kept: true });
});

test('searches at the gateway are those of the path of searches: a wait of 5 s for events is none', () => {
  expect(promise('search').parts.total).toEqual({
    namespace: 'AWS/ApiGateway',
    metric: 'Latency',
    dimensions: { ApiName: 'carfin-prod', Stage: 'live', Resource: '/v1/{proxy+}', Method: 'ANY' },
    statistic: 'Sum',
  });
});

test.each<[string, Readonly<Record<string, Series>>, number | undefined]>([
  ['hitRate', { cache: [50], index: [10], database: [40] }, 60],
  ['hitRate', { database: [40] }, 0],
  ['hitRate', {}, undefined],
  ['repeatedSearch', { total: [30], count: [10] }, 3],
  ['continuity', { found: [19], missing: [1] }, 95],
  ['completion', { asked: [10], answered: [9] }, 90],
  ['satisfaction', { total: [45], count: [10] }, 4.5],
  ['valkeyAvailable', { sent: [2_000], failed: [1] }, 99.95],
  ['roundTrip', { total: [50], count: [10] }, 5],
])('%s of %j is %p', (id, values, value) => {
  expect(over(id, values).value).toBe(value);
});

test('on its target a promise is kept, past it not, and without data neither', () => {
  expect(over('roundTrip', { total: [500], count: [100] }).kept).toBe(true);
  expect(over('roundTrip', { total: [501], count: [100] }).kept).toBe(false);
  expect(over('completion', { asked: [100], answered: [89] }).kept).toBe(false);
  expect(over('completion', {}).kept).toBeUndefined();
});

test('each promise is measured by its own metrics, over an hour, a day and a week', async () => {
  const asked: unknown[] = [];
  const values: Readonly<Record<string, number>> = {
    SearchTime: 300,
    FreshnessTime: 1,
    SessionsFound: 95,
    SessionsMissing: 5,
  };
  const series = (terms: readonly MetricTerm[], window: (typeof WINDOWS)[number]) => {
    asked.push([window.name, window.seconds, window.period]);
    const valueOf = ({ metric, statistic }: MetricTerm) => (statistic === 'SampleCount' ? 100 : values[metric]);
    return Promise.resolve(terms.map((term) => [valueOf(term)]));
  };
  const shape = { stage };
  const target = { name: 'prod', groupId: 'carfin-prod', nodeIds: stage.nodes, shape, series } as unknown as Target;
  const reports = await measurePromises(target, WINDOWS);
  expect(asked).toEqual([
    ['hour', 3_600, 300],
    ['day', 86_400, 3_600],
    ['week', 604_800, 21_600],
  ]);
  expect(reports.map(({ id }) => id)).toEqual(promises.map(({ id }) => id));
  const found = (id: string) => reports.find((each) => each.id === id);
  expect(found('searchHandler')).toEqual({
    id: 'searchHandler',
    name: 'search, average, in the handler',
    target: 50,
    bound: 'at most',
    unit: 'ms',
    measuredAt: 'handler',
    alarm: 'HandlerLatency',
    beside: 'search',
    windows: ['hour', 'day', 'week'].map((window) => ({
      window,
      value: 3,
      kept: true,
      few: false,
      series: [3],
      sparkline: '▁',
    })),
  });
  expect(found('continuity')?.windows[0]).toMatchObject({ value: 95, kept: true });
  expect(found('search')).not.toHaveProperty('beside');
  expect(found('memory')?.windows[0]).toEqual({
    window: 'hour',
    value: undefined,
    kept: undefined,
    few: false,
    series: [undefined],
    sparkline: ' ',
  });
});

test.each<[Statistic, number | undefined]>([
  ['Maximum', 7],
  ['Minimum', 2],
  ['Sum', 12],
  ['SampleCount', 12],
])('the %s of a window is made of those of its periods', (statistic, value) => {
  const term = { namespace: '', metric: 'x', dimensions: {}, statistic };
  expect(total(term, [3, undefined, 7, 2])).toBe(value);
  expect(total(term, [undefined])).toBeUndefined();
  expect(() => total({ ...term, statistic: 'p99' }, [1])).toThrow(
    'x: the p99 of periods does not give that of the whole window.',
  );
});

const alarms = alarmTable(stage);

test.each(promises.filter(({ id }) => !['memory', 'valkeyAvailable', 'answered'].includes(id)))(
  'the alarm $alarm compares the formula of $id with its target',
  ({ alarm, formula, parts, target, bound }) => {
    const row = alarms.find(({ id }) => id === alarm);
    const values = Object.fromEntries(Object.keys(parts).map((part, i) => [part, 1_000 + 7 * i]));
    expect(row?.threshold).toBe(target);
    expect(row?.fires).toBe(bound === 'at least' ? 'below' : 'above');
    expect(row?.of).toMatchObject({ metrics: parts });
    const expression = row !== undefined && 'expression' in row.of ? row.of.expression : '';
    expect(evaluateExpression(expression, values)).toBe(evaluateExpression(formula, values));
    // Without data, and with a single event, the alarm says nothing.
    expect(
      evaluateExpression(expression, Object.fromEntries(Object.keys(parts).map((part) => [part, undefined]))),
    ).toBe(target);
  },
);
