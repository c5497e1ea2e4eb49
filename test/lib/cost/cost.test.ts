import type { Template } from 'aws-cdk-lib/assertions';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { budgetViolation } from '../../../lib/cost/budget';
import { estimate } from '../../../lib/cost/estimate';
import { LOAD } from '../../../lib/cost/load';
import { PRICES } from '../../../lib/cost/prices';
import { PROJECT_ROOT } from '../../../lib/constructs/functions/bundle';
import { InvalidSettingsError, parseSettings } from '../../../lib/stages/parse-settings';
import type { StageInput } from '../../../lib/stages/settings';
import { regional } from '../../infra/inputs';
import { stacksOf, synthesise } from '../../infra/templates';
import { dev, prod, STAGES } from '../../support/stages';

const of = (input: StageInput, load = LOAD) => estimate(parseSettings('prod', input), load);
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

/** CloudWatch bills each metric that an alarm reads. */
function metricsOfAlarms(templates: readonly Template[]): number {
  const alarms = templates.flatMap((template) => Object.values(template.findResources('AWS::CloudWatch::Alarm')));
  const metrics = (alarms as { Properties: { Metrics?: { MetricStat?: object }[] } }[]).map(
    ({ Properties: { Metrics } }) => Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1,
  );
  return metrics.reduce((sum, each) => sum + each, 0);
}

test.each([
  ['prod', prod, 0],
  ['dev', dev, 0],
  // Three shards that autoscaling may add: six nodes, whose alarms read 13 metrics each.
  ['regional', regional, 6 * 13],
])('%s: as many alarms and web rules are paid for as its templates hold', (name, input, more) => {
  const templates = stacksOf(synthesise(name, input)).map(({ template }) => template);
  const count = (type: string) =>
    templates.reduce((sum, template) => sum + Object.keys(template.findResources(type)).length, 0);
  const { lines } = estimate(parseSettings(name, input));
  const paid = (what: string) => lines.find((line) => line.what === what)?.quantity ?? 0;
  expect(paid('alarms')).toBe(metricsOfAlarms(templates) + more);
  expect(paid('keys')).toBe(count('AWS::KMS::Key'));
  expect(paid('web ACL')).toBe(count('AWS::WAFv2::WebACL'));
  expect(paid('interface endpoints') > 0).toBe(count('AWS::EC2::VPCEndpoint') > 0);
});

test('npm run cost --json: one estimate a stage, and nothing else on standard output', () => {
  const tsx = path.join(PROJECT_ROOT, 'node_modules/.bin/tsx');
  const output = execFileSync(tsx, ['bin/cost.ts', '--json', '--searches', '0'], { cwd: PROJECT_ROOT }).toString();
  const estimates = JSON.parse(output) as { stage: string; totalUsd: number; budgetUsd: number; load: typeof LOAD }[];
  expect(estimates.map(({ stage }) => stage)).toEqual(Object.keys(STAGES));
  for (const { totalUsd, budgetUsd, load } of estimates) {
    expect(totalUsd).toBeLessThanOrEqual(budgetUsd);
    expect(load.searches).toBe(0);
  }
});
