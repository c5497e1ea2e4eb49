import { budgetViolation } from '../../../lib/cost/budget';
import { estimate } from '../../../lib/cost/estimate';
import { LOAD } from '../../../lib/cost/load';
import { NODES, nodePrice, PRICES } from '../../../lib/cost/prices';
import { InvalidSettingsError, parseSettings } from '../../../lib/stages/parse-settings';
import type { StageInput } from '../../../lib/stages/settings';
import { regional, withImages } from '../../infra/inputs';
import { OPTIONS } from '../../infra/options';
import { dev, prod } from '../../support/stages';

const of = (input: StageInput, load = LOAD) => estimate(parseSettings('stage', input), load);
const usd = (input: StageInput, what: string, load = LOAD) =>
  of(input, load).lines.find((line) => line.what === what)?.usd;
const richer: StageInput = { ...prod, monthlyBudgetUsd: 100_000 };

test('nodes: shards times primary and replicas, 730 hours, and with autoscaling the most that it may make', () => {
  const cache = { ...prod.cache, shards: 2, replicasPerShard: 2 };
  expect(usd({ ...richer, cache }, 'cache.r7g.large nodes')).toBeCloseTo(2 * 3 * 730 * 0.21, 2);
  const scaling = { ...cache, autoScaling: { minShards: 1, maxShards: 5, targetCpuPercent: 60 } };
  expect(usd({ ...richer, cache: scaling }, 'cache.r7g.large nodes')).toBeCloseTo(5 * 3 * 730 * 0.21, 2);
});

test('an endpoint costs only where the stage makes one', () => {
  expect(usd(richer, 'interface endpoints')).toBeCloseTo(2 * 730 * PRICES.endpointHours.usd, 2);
  const existing = {
    ...richer,
    api: { exposure: 'private', callers: prod.api.callers ?? [], vpcEndpointId: 'vpce-0123456789abcdef0' } as const,
  };
  expect(usd(existing, 'interface endpoints')).toBeUndefined();
  expect(usd(richer, 'web ACL')).toBeUndefined();
  expect(usd({ ...regional, monthlyBudgetUsd: 100_000 }, 'web ACL')).toBe(5);
});

test('ten times the load costs ten times the requests, and no more nodes', () => {
  const tenfold = {
    photos: 10 * LOAD.photos,
    searches: 10 * LOAD.searches,
    conversationRequests: 10 * LOAD.conversationRequests,
    eventWaits: 10 * LOAD.eventWaits,
  };
  expect(usd(prod, 'API requests', tenfold)).toBeCloseTo(10 * (usd(prod, 'API requests') ?? NaN), 2);
  expect(usd(prod, 'cache.r7g.large nodes', tenfold)).toBe(usd(prod, 'cache.r7g.large nodes'));
});

test('the total is the sum of its lines', () => {
  const { lines, totalUsd } = of(prod);
  expect(totalUsd).toBe(Math.round(lines.reduce((sum, line) => sum + line.usd, 0)));
});

test('a stage that is estimated above its budget is refused, with both figures and the way out', () => {
  const poor = { ...prod, monthlyBudgetUsd: 50 };
  expect(() => parseSettings('prod', poor, [budgetViolation])).toThrow(InvalidSettingsError);
  expect(() => parseSettings('prod', poor, [budgetViolation])).toThrow(
    /monthlyBudgetUsd: must cover the estimate of 4\d\d USD a month; npm run cost .* \(received 50\)/,
  );
  const { totalUsd } = of(prod);
  expect(parseSettings('prod', { ...prod, monthlyBudgetUsd: totalUsd }, [budgetViolation]).monthlyBudgetUsd).toBe(
    totalUsd,
  );
});

test('a node type without a price is refused, with the file that takes one', () => {
  const unknown = { ...prod, cache: { ...prod.cache, nodeType: 'cache.m7g.large' } };
  expect(() => parseSettings('prod', unknown, [budgetViolation])).toThrow(
    /cache\.nodeType: There is no price for .*lib\/cost\/prices\.ts/,
  );
});

/** But for what doubles round. */
const near = (value: number): unknown => expect.closeTo(value, 9);
/** @returns quantity and USD of each line, by what it is for. */
const linesOf = (input: StageInput, load = LOAD) =>
  Object.fromEntries(of(input, load).lines.map(({ what, quantity, usd: cost }) => [what, [quantity, cost]]));

test('production, line by line', () => {
  expect(linesOf(prod)).toMatchObject({
    'cache.r7g.large nodes': [1_460, 306.6],
    snapshots: [near(0.6), 0.05],
    keys: [2, 2],
    secrets: [1, 0.4],
    'function invocations': [1.4438, 0.29],
    'function time': [200_716, 2.68],
    'functions kept warm': [18_159_891, 60.53],
    'API requests': [1.4, 4.9],
    'interface endpoints': [1_460, 18.98],
    logs: [3.78, 2.87],
    'audit log': [0.3, 0.23],
    dashboard: [1, 3],
    'traffic between zones': [near(16.8), 0.17],
  });
  const { lines } = of(prod);
  const each = (what: string) => {
    const { usd: cost, quantity } = lines.find((line) => line.what === what) ?? { usd: NaN, quantity: 1 };
    return cost / quantity;
  };
  expect(['alarms', 'composite alarms', 'metrics'].map(each)).toEqual([0.1, 0.5, near(0.3)]);
  expect(lines.every(({ verified }) => !verified)).toBe(true);
});

test.each<[string, StageInput, Record<string, [quantity: unknown, usd: number] | undefined>]>([
  [
    'dev: one node in one zone, nothing kept',
    dev,
    {
      'cache.t3.medium nodes': [730, 58.4],
      snapshots: undefined,
      'functions kept warm': undefined,
      // Without replicas nothing lags, so there is no NodeReplication.
      'composite alarms': [15, 7.5],
      'traffic between zones': undefined,
    },
  ],
  [
    'regional: WAF before the API, an endpoint for the secret alone',
    { ...regional, monthlyBudgetUsd: 100_000 },
    {
      snapshots: [near(1.8), 0.15],
      'web ACL rules': [4, 4],
      'requests through the web ACL': [1.4, 0.84],
      'interface endpoints': [1_460, 18.98],
    },
  ],
  [
    'images: photos are requests too',
    withImages,
    {
      'API requests': [near(2.4), 8.4],
      'function invocations': [near(2.4438), 0.49],
      'function time': [215_716, 2.88],
      logs: [near(6.48), 4.92],
    },
  ],
  [
    'a copy in another Region: its nodes, its snapshots, its key',
    { ...OPTIONS.global, monthlyBudgetUsd: 100_000 } as StageInput,
    { 'cache.r7g.large nodes elsewhere': [1_460, 306.6], keys: [3, 3], snapshots: [near(1.2), 0.1] },
  ],
  ['a warm-up that stays for its minute', { ...richer, freshnessSeconds: 59 }, { 'function time': [4_665_022, 62.2] }],
  ['one that looks once a minute', { ...richer, freshnessSeconds: 60 }, { 'function time': [200_716, 2.68] }],
])('%s', (_, input, expected) => {
  const lines = linesOf(input);
  const found = Object.fromEntries(Object.keys(expected).map((what) => [what, lines[what]]));
  expect(found).toEqual(expected);
});

test('a private API with an endpoint of its own and one for the secret pays for both', () => {
  const secret = {
    database: OPTIONS.regional?.database ?? prod.database,
    network: { ...prod.network, secretsManager: { by: 'new-endpoint' } as const },
  };
  expect(linesOf({ ...richer, ...secret })['interface endpoints']).toEqual([2_920, 37.96]);
});

test('what a node costs an hour in Seoul, by type', () => {
  const prices = Object.fromEntries(
    Object.entries(NODES).map(([type, { usd: hour }]) => [type.replace('cache.', ''), hour]),
  );
  expect(prices).toEqual({
    't3.micro': 0.02,
    't3.small': 0.04,
    't3.medium': 0.08,
    't4g.micro': 0.0192,
    't4g.small': 0.0384,
    't4g.medium': 0.0768,
    'r6g.large': 0.1964,
    'r6g.xlarge': 0.3928,
    'r6g.2xlarge': 0.7856,
    'r6g.4xlarge': 1.5712,
    'r6g.8xlarge': 3.1424,
    'r7g.large': 0.21,
    'r7g.xlarge': 0.42,
    'r7g.2xlarge': 0.84,
    'r7g.4xlarge': 1.68,
    'r7g.8xlarge': 3.36,
    'r7g.12xlarge': 5.04,
    'r7g.16xlarge': 6.72,
  });
  for (const each of [...Object.values(NODES), ...Object.values(PRICES)])
    expect(each).toMatchObject({
      per: expect.stringMatching(/\w{2}/) as string,
      source: expect.stringMatching(/\w+ \w+/) as string,
    });
  expect(nodePrice('cache.r7g.large').per).toBe('node-hour');
});

test('prices that are looked up take the place of those built in', () => {
  const doubled = estimate(parseSettings('prod', richer), LOAD, ({ usd: one, ...rest }) => ({
    ...rest,
    usd: 2 * one,
    verified: true,
  }));
  const nodes = doubled.lines.find(({ what }) => what === 'cache.r7g.large nodes');
  expect(nodes).toMatchObject({ usd: 613.2, verified: true });
});
