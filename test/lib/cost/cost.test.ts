import type { Template } from 'aws-cdk-lib/assertions';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { estimate } from '../../../lib/cost/estimate';
import type { LOAD } from '../../../lib/cost/load';
import { PROJECT_ROOT } from '../../../lib/constructs/functions/bundle';
import { parseSettings } from '../../../lib/stages/parse-settings';
import { regional } from '../../infra/inputs';
import { stacksOf, synthesise } from '../../infra/templates';
import { dev, prod, STAGES } from '../../support/stages';

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
