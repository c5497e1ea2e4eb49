import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../lib/carfin-stage';
import { AT_ONCE } from '../../lib/constructs/functions/canary';
import { withTemporaryApp } from '../../lib/tools/preflight/temporary-app';
import type { StageInput } from '../../lib/stages/settings';
import { dev, prod } from '../support/stages';
import { synthesise } from './templates';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  UpdatePolicy?: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

const resourcesOf = (name: string, input: StageInput) =>
  synthesise(name, input).service.template.toJSON().Resources as Resources;
const ofType = (resources: Resources, type: string) =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);
const service = resourcesOf('prod', prod);

/** The names of the functions whose aliases CodeDeploy updates. */
const shifted = (resources: Resources) =>
  ofType(resources, 'AWS::Lambda::Alias')
    .filter(([, { UpdatePolicy }]) => UpdatePolicy?.CodeDeployLambdaAliasUpdate !== undefined)
    .map(([id]) => id.replace(/functionLive.*/, ''))
    .sort();

test('a tenth of the searches and conversations tries a new version for ten minutes; nothing else waits', () => {
  expect(shifted(service)).toEqual(['conversation', 'search']);
  const groups = ofType(service, 'AWS::CodeDeploy::DeploymentGroup').map(([, { Properties }]) => Properties);
  expect(groups.map(({ DeploymentGroupName }) => DeploymentGroupName).sort()).toEqual(['conversation', 'search']);
  for (const group of groups)
    expect(group).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes',
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
    });
});

test('what takes a deploy back is what people feel: metric alarms, none of which fires without data', () => {
  const [group] = ofType(service, 'AWS::CodeDeploy::DeploymentGroup');
  const { Alarms } = group?.[1].Properties.AlarmConfiguration as { Alarms: { Name: { Ref: string } }[] };
  const alarms = Alarms.map(({ Name }) => service[Name.Ref]);
  expect(alarms.map((alarm) => alarm?.Properties.AlarmName)).toEqual(
    [
      'Failing-search',
      'Failing-conversation',
      'AnsweredBurnFiveMinutes',
      'ApiErrors',
      'SearchesUnanswered',
      'Heartbeat',
      'Continuity',
      'Completion',
    ].map((id) => `carfin-prod-${id}`),
  );
  for (const alarm of alarms)
    expect(alarm).toMatchObject({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { TreatMissingData: 'notBreaching', EvaluationPeriods: 1 },
    });
});

test('all that calls a function calls its alias', () => {
  const aliases = ofType(service, 'AWS::Lambda::Alias').map(([id]) => id);
  const uris = ofType(service, 'AWS::ApiGateway::Method').map(([, { Properties }]) =>
    JSON.stringify((Properties.Integration as { Uri: unknown }).Uri),
  );
  expect(uris.filter((uri) => !aliases.some((id) => uri.includes(`{"Ref":"${id}"}`)))).toStrictEqual([]);
  expect(uris).toHaveLength(7);
});

test('warm environments belong to the version: an alias between two versions takes none', () => {
  const warm = (type: string) =>
    ofType(service, type)
      .filter(([, { Properties }]) => Properties.ProvisionedConcurrencyConfig !== undefined)
      .map(([id]) => id.replace(/function.*/, ''));
  expect(warm('AWS::Lambda::Version').sort()).toEqual(['conversation', 'search']);
  expect(warm('AWS::Lambda::Alias')).toStrictEqual([]);
});

const versionsOf = (resources: Resources) =>
  Object.fromEntries(
    ofType(resources, 'AWS::Lambda::Version').map(([id]) => [id.replace(/function.*/, ''), id] as const),
  );

test.each<[string, StageInput, string]>([
  ['another variable', { ...prod, cache: { ...prod.cache, snapshotRetentionDays: 2 } }, 'conversation'],
  [
    'another number of warm environments',
    { ...prod, concurrency: { ...prod.concurrency, search: { most: 50, alwaysWarm: 3 } } },
    'search',
  ],
])('%s makes another version', (_, input, name) => {
  const [before, after] = [versionsOf(service), versionsOf(resourcesOf('prod', input))];
  expect(after[name]).toBeDefined();
  expect(after[name]).not.toBe(before[name]);
  expect(after['warm-up']).toBe(before['warm-up']);
});

test('a stage that leaves it out has none of it', () => {
  const without = resourcesOf('dev', dev);
  expect(shifted(without)).toStrictEqual([]);
  expect(Object.values(without).filter(({ Type }) => Type.startsWith('AWS::CodeDeploy'))).toStrictEqual([]);
});

test('one deploy goes at once where it is told to, and the application stays for the next', () => {
  const resources = withTemporaryApp((app) => {
    app.node.setContext(AT_ONCE, 'true');
    const stage = new CarFinStage(app, 'prod', prod, () => Code.fromInline('// none'));
    return Template.fromStack(stage.service).toJSON().Resources as Resources;
  });
  expect(shifted(resources)).toStrictEqual([]);
  expect(ofType(resources, 'AWS::CodeDeploy::Application')).toHaveLength(1);
});
