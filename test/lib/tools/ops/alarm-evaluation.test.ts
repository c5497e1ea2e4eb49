import type { AlarmDefinition } from '../../../../lib/tools/ops/alarms/definitions';
import { evaluateAlarm, windowOf } from '../../../../lib/tools/ops/alarms/evaluate';
import { evaluateExpression } from '../../../../lib/tools/ops/stage/expression';
import { own } from '../../../../lambda/contract/metric-term';
import { sparkline, type Series } from '../../../../lib/tools/ops/stage/series';
import { alarmStates, firingSince } from '../../../../lib/tools/ops/local/alarm-states';
import { EngineMetrics } from '../../../../lib/tools/ops/local/engine-metrics';
import { MetricStore } from '../../../../lib/tools/ops/local/metric-store';

describe('metric math', () => {
  test.each<[string, Record<string, number | undefined>, number | undefined]>([
    ['IF(a + b < 50, 100, 100 * a / (a + b))', { a: 60, b: 20 }, 75],
    ['IF(a + b < 50, 100, 100 * a / (a + b))', { a: 6, b: 20 }, 100],
    ['FILL(a, 0) + FILL(b, 7)', { a: undefined, b: undefined }, 7],
    ['a + b', { a: 1, b: undefined }, undefined],
    ['100 / a', { a: 0 }, undefined],
    ['IF(100 * a / b >= 95, 1, 0)', { a: 0, b: 0 }, undefined],
    ['IF(MAX([a, b]) <= 80, 1, 0)', { a: undefined, b: undefined }, undefined],
    ['IF(a > 1 AND b > 1, 1, 0)', { a: 2, b: 1 }, 0],
    ['IF(a > 1 OR b > 1, 1, 0)', { a: 2, b: 1 }, 1],
    ['-a + MAX(a, b)', { a: 2, b: 5 }, 3],
    ['MIN([a, b])', { a: 2, b: 5 }, 2],
    ['MIN(a, b)', { a: undefined, b: 5 }, 5],
    ['MIN([a, b])', { a: undefined, b: undefined }, undefined],
    ['-a', { a: undefined }, undefined],
    ['a * b', { a: undefined, b: 2 }, undefined],
    ['a - b', { a: 1, b: undefined }, undefined],
    ['a / b', { a: 0, b: 0 }, undefined],
    ['IF(a, b, 7)', { a: undefined, b: 1 }, undefined],
    ['100 * (a < b) + 10 * (a <= b) + (a == b)', { a: 2, b: 2 }, 11],
    ['100 * (a < b) + 10 * (a <= b) + (a == b)', { a: 1, b: 2 }, 110],
    ['100 * (a < b) + 10 * (a <= b) + (a == b)', { a: 3, b: 2 }, 0],
    ['10 * (a > b) + (a >= b)', { a: 2, b: 2 }, 1],
    ['10 * (a > b) + (a >= b)', { a: 3, b: 2 }, 11],
    ['10 * (a > b) + (a >= b)', { a: 1, b: 2 }, 0],
    ['10 * (a AND b) + (a OR b)', { a: 0, b: 0 }, 0],
    ['10 * (a AND b) + (a OR b)', { a: 1, b: 0 }, 1],
    ['10 * (a AND b) + (a OR b)', { a: 0, b: 1 }, 1],
    ['10 * (a AND b) + (a OR b)', { a: 1, b: 2 }, 11],
    ['a == 1 OR b == 1 AND b == 2', { a: 1, b: 3 }, 1],
  ])('%s with %j is %p', (expression, values, result) => {
    expect(evaluateExpression(expression, values)).toBe(result);
  });

  test.each([
    'RATE(a)',
    'a % 2',
    'unknown + 1',
    '[a]',
    '!a',
    '+a',
    'MAX([a,,a])',
    'FILL([a], 0)',
    'MAX([a], a)',
    'MAX()[0]',
  ])('%s is refused, not guessed', (expression) => {
    expect(() => evaluateExpression(expression, { a: 1 })).toThrow(expression);
  });
});

describe('an alarm', () => {
  const figure = own('local', 'SearchTime', 'Average');
  const alarm: AlarmDefinition = {
    name: 'x',
    description: '',
    terms: [{ id: 'only', period: 60, figure }],
    compared: 'only',
    threshold: 50,
    comparison: 'GreaterThanThreshold',
    period: 60,
    periods: 3,
    datapoints: 2,
    missing: 'notBreaching',
    tells: true,
  };

  test.each<[Series, string, string]>([
    [[60, 60, 10], 'notBreaching', 'ALARM'],
    [[60, 10, 10], 'notBreaching', 'OK'],
    [[60, undefined, undefined], 'notBreaching', 'OK'],
    [[60, undefined, undefined], 'breaching', 'ALARM'],
    [[undefined, undefined, undefined], 'missing', 'INSUFFICIENT_DATA'],
    [[10, 60, 60, 10, undefined], 'missing', 'ALARM'],
    [[60, 60, 10, 10, undefined], 'missing', 'OK'],
    [[60, undefined, undefined, undefined, 60], 'missing', 'OK'],
    [[50, 50, 50], 'notBreaching', 'OK'],
    [[undefined, undefined, undefined], 'notBreaching', 'OK'],
    [[60, 60, 60, 10, undefined], 'notBreaching', 'OK'],
    [[60, 60, undefined, 10, undefined], 'missing', 'ALARM'],
    [[60, 60, undefined, undefined, undefined], 'missing', 'INSUFFICIENT_DATA'],
  ])('of %j with missing data %s is %s', (series, missing, state) => {
    expect(evaluateAlarm({ ...alarm, missing }, () => series).state).toBe(state);
  });

  test('a local one says since which minute it fires', () => {
    let now = Date.parse('2026-11-26T03:00:00Z');
    const metrics = new MetricStore(() => now);
    const states = () => alarmStates([alarm], metrics, firingSince(metrics)).map(({ state, since }) => [state, since]);
    for (const milliseconds of [10, 60, 60, 60]) {
      metrics.record(figure, milliseconds);
      now += 60_000;
    }
    // The second minute above its threshold was that of 03:02.
    expect(states()).toEqual([['ALARM', '2026-11-26T03:02:00.000Z']]);
    now += 180_000;
    expect(states()).toEqual([['OK', '']]);
    // Beyond three hours the quarter is enough.
    const began = now;
    for (; now < began + 5 * 3_600_000; now += 60_000) metrics.record(figure, 60);
    const [, since = ''] = states()[0] ?? [];
    expect(Date.parse(since)).toBeLessThan(began + 16 * 60_000);
  });

  test.each([
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
  ])('that compares by %s is %j below, at and above its threshold', (comparison, states) => {
    const state = (value: number) => evaluateAlarm({ ...alarm, comparison }, () => [value, value, value]).state;
    expect([49, 50, 51].map(state)).toEqual(states);
  });

  test('whose comparison nobody knows is refused', () => {
    expect(() => evaluateAlarm({ ...alarm, comparison: 'Outside' }, () => [1])).toThrow(
      'Alarm x: the comparison Outside is not known.',
    );
  });

  test('of metric math compares what the expression gives, period by period, and says so', () => {
    const terms = [
      { id: 'a', period: 60, figure },
      { id: 'b', period: 60, figure: own('local', 'SearchTime', 'Sum') },
      { id: 'e', expression: 'a * b' },
    ];
    const series = { Average: [1, 2, undefined], Sum: [30, 30.126, 30] };
    const found = evaluateAlarm({ ...alarm, terms, compared: 'e' }, (of) => series[of.statistic as 'Sum']);
    expect(found).toEqual({
      state: 'OK',
      values: [30, 60.252, undefined],
      reason: '30, 60.25, no data; GreaterThanThreshold 50, 2 of 3',
    });
  });

  test('looks two periods further back where missing data count for nothing', () => {
    expect(windowOf(alarm)).toEqual({ name: 'x', period: 60, seconds: 180 });
    expect(windowOf({ ...alarm, missing: 'missing' })).toEqual({ name: 'x', period: 60, seconds: 300 });
  });
});

describe('kept metrics', () => {
  let now = 1_000_000 * 60_000;
  const store = new MetricStore(() => now);
  const minutes = (count: number) => ({ name: 'x', seconds: count * 60, period: 60 });

  test('are those of an EMF line, by dimensions, in every statistic', () => {
    const directive = {
      Namespace: 'CarFin/Cache',
      Dimensions: [['service', 'Stage']],
      Metrics: [{ Name: 'SearchTime' }],
    };
    const line = {
      _aws: { CloudWatchMetrics: [directive] },
      service: 'carfin-cache',
      Stage: 'local',
      SearchTime: [1, 2, 3, 10],
    };
    expect(store.takeLine(JSON.stringify(line))).toBe(true);
    expect(store.takeLine('{"level":"INFO"}')).toBe(false);
    const of = (statistic: Parameters<typeof own>[2]) =>
      store.series(own('local', 'SearchTime', statistic), minutes(1))[0];
    expect([of('Sum'), of('SampleCount'), of('Average'), of('Maximum'), of('Minimum'), of('p50'), of('p99')]).toEqual([
      16, 4, 4, 10, 1, 2, 10,
    ]);
    expect(store.series(own('prod', 'SearchTime', 'Sum'), minutes(1))).toEqual([undefined]);
  });

  test('lie in their minutes', () => {
    now += 120_000;
    store.record(own('local', 'SearchTime', 'Sum'), 5);
    expect(store.series(own('local', 'SearchTime', 'Sum'), minutes(4))).toEqual([undefined, 16, undefined, 5]);
    expect(store.series(own('local', 'SearchTime', 'Sum'), { name: 'x', seconds: 240, period: 120 })).toEqual([16, 5]);
  });

  test('of an engine: shares of memory, and the increase of counters', () => {
    const engines = new EngineMetrics(store);
    const info = (evicted: number) =>
      `# Memory\r\nused_memory:80\r\nmaxmemory:100\r\nevicted_keys:${evicted}\r\nrole:master\r\n` +
      `server_time_usec:${evicted * 1_000_000}\r\n` +
      `used_cpu_user_main_thread:${evicted / 8}\r\nused_cpu_sys_main_thread:${evicted / 8}\r\n`;
    engines.sample('local-0001-001', info(5));
    engines.sample('local-0001-001', info(12));
    const of = (metric: string) =>
      store.series(
        {
          namespace: 'AWS/ElastiCache',
          metric,
          dimensions: { CacheClusterId: 'local-0001-001', CacheNodeId: '0001' },
          statistic: 'Maximum',
        },
        minutes(1),
      )[0];
    expect([of('DatabaseMemoryUsagePercentage'), of('Evictions'), of('IsMaster')]).toEqual([80, 7, 1]);
    expect(of('EngineCPUUtilization')).toBe(25);
  });

  test('of an engine that was sampled late: every minute since has the shares, and the increase is spread', () => {
    const engines = new EngineMetrics(store);
    const node = 'local-0002-001';
    const info = (evicted: number) => `used_memory:90\r\nmaxmemory:100\r\nevicted_keys:${evicted}\r\n`;
    const of = (metric: string) => {
      const dimensions = { CacheClusterId: node, CacheNodeId: '0001' };
      return store.series({ namespace: 'AWS/ElastiCache', metric, dimensions, statistic: 'Sum' }, minutes(5));
    };
    engines.sample(node, info(0));
    now += 3 * 60_000;
    engines.sample(node, info(10));
    expect(of('DatabaseMemoryUsagePercentage')).toEqual([undefined, 90, 90, 90, 90]);
    expect(of('Evictions')).toEqual([undefined, undefined, 3, 3, 4]);
    // Of a node that was down nothing is made up.
    engines.silent(node);
    now += 3 * 60_000;
    engines.sample(node, info(10));
    expect(of('DatabaseMemoryUsagePercentage')).toEqual([90, 90, undefined, undefined, 90]);
  });
});

test.each<[Series, string]>([
  [[0, 5, 10], '▁▅█'],
  [[10, undefined, 15, 20], '▁ ▅█'],
  [[1, undefined, 1], '▁ ▁'],
  [[], ''],
])('the sparkline of %j', (series, line) => {
  expect(sparkline(series)).toBe(line);
});
