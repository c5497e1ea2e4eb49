import { Match } from 'aws-cdk-lib/assertions';
import { accessString } from '../../lambda/contract/access';
import { ENV } from '../../lambda/contract/environment';
import { definitionOf, FUNCTIONS } from '../../lambda/contract/functions';
import { deployedFunctions, deployedUsers } from '../../lib/stages/deployed-functions';
import { DATABASE_BUDGET_MS, VALKEY_BUDGET_MS } from '../../lambda/telemetry/request';
import { memberNodes } from '../../lib/constructs/observability/member-nodes';
import { adopted, prod, STAGES } from '../support/stages';
import { regional, withImages } from './inputs';
import { stacksOf, synthesise } from './templates';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdatePolicy?: unknown;
}

/** By the engine's version, as ElastiCache names them. */
const FAMILIES: Readonly<Record<string, string>> = { '7.2': 'valkey7', '8.1': 'valkey8' };

/**
 * Modifiable parameters by family, those of 8 as far as they differ: AmazonElastiCache/latest/dg,
 * ParameterGroups.Engine, read 2026-11.
 */
const MODIFIABLE_7 = [
  ...[
    'activedefrag',
    'active-expire-effort',
    'close-on-replica-write',
    'cluster-allow-reads-when-down',
    'cluster-enabled',
  ],
  ...['cluster-require-full-coverage', 'hash-max-listpack-entries', 'hash-max-listpack-value', 'latency-tracking'],
  ...['lazyfree-lazy-eviction', 'lazyfree-lazy-expire', 'lazyfree-lazy-server-del', 'lazyfree-lazy-user-del'],
  ...[
    'maxmemory-policy',
    'maxmemory-samples',
    'notify-keyspace-events',
    'repl-backlog-size',
    'reserved-memory-percent',
  ],
  ...['slowlog-log-slower-than', 'slowlog-max-len', 'tcp-keepalive', 'timeout'],
];
const GONE_IN_8 = /^lazyfree-lazy-/;
const hasParameter = (version: string, name: string) =>
  MODIFIABLE_7.includes(name) && (version.startsWith('7.') || !GONE_IN_8.test(name));

/** A regional API's WAF has a log, photos have a function, and analysts connect as the user that only reads. */
const COUNTS: Readonly<Record<string, { logs: number; connects: number }>> = {
  prod: { logs: 13, connects: 5 },
  dev: { logs: 13, connects: 5 },
  regional: { logs: 14, connects: 6 },
  images: { logs: 14, connects: 6 },
  adopted: { logs: 14, connects: 5 },
};

describe.each(Object.entries({ ...STAGES, regional, images: withImages, adopted }))('stage %s', (name, input) => {
  const stage = synthesise(name, input);
  const templates = stacksOf(stage).map(({ template }) => template);
  const resources = templates.flatMap((template) =>
    Object.values(template.toJSON().Resources as Record<string, Resource>),
  );
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);

  test('timeouts nest: what a request may spend, the function, the gateway', () => {
    const spent = (VALKEY_BUDGET_MS + DATABASE_BUDGET_MS) / 1_000;
    const [integration] = ofType('AWS::ApiGateway::Method').flatMap(({ Properties }) => [
      Properties.Integration as { TimeoutInMillis?: number },
    ]);
    expect(spent).toBeLessThan(FUNCTIONS.search.timeoutSeconds);
    expect(FUNCTIONS.search.timeoutSeconds * 1_000).toBeLessThan(integration?.TimeoutInMillis ?? 0);
    expect(integration?.TimeoutInMillis).toBeLessThanOrEqual(29_000);
  });

  test('nothing is open to the world', () => {
    // But the way of the photos to where they lie.
    const wayOut = JSON.stringify({ CidrIp: '0.0.0.0/0', Description: 'Photos from https://photos.carfin.example' });
    const text = JSON.stringify(resources).replace(wayOut.slice(0, -1), '');
    expect(text).not.toMatch(/0\.0\.0\.0\/0|::\/0/);
  });

  test('every log group has retention', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.filter(({ Properties }) => typeof Properties.RetentionInDays !== 'number')).toStrictEqual([]);
    expect(groups).toHaveLength(COUNTS[name]?.logs ?? 0);
  });

  test('every method demands IAM', () => {
    const methods = ofType('AWS::ApiGateway::Method');
    for (const { Properties } of methods)
      expect([Properties.HttpMethod, Properties.AuthorizationType]).toEqual(['ANY', 'AWS_IAM']);
    const paths = deployedFunctions(stage.settings).flatMap((each) => definitionOf(each).paths);
    expect(methods).toHaveLength(paths.length);
  });

  test('every Valkey user signs in by IAM, under its id, with the access string of the contract', () => {
    const users = ofType('AWS::ElastiCache::User').map(({ Properties }) => Properties);
    expect(users).toHaveLength(deployedUsers(stage.settings).length);
    for (const user of deployedUsers(stage.settings)) {
      const userId = `${stage.settings.cache.replicationGroupId}-${user}`;
      expect(userId.length).toBeLessThanOrEqual(40);
      expect(users).toContainEqual({
        Engine: 'valkey',
        UserId: userId,
        UserName: userId,
        AccessString: accessString(user),
        AuthenticationMode: { Type: 'iam' },
        Tags: expect.any(Array) as unknown,
      });
    }
  });

  test('each function has the variables that its handler requires, and may connect as its own user only', () => {
    const functions = ofType('AWS::Lambda::Function').filter(
      ({ Properties }) =>
        Properties.Runtime === 'nodejs24.x' &&
        Properties.VpcConfig &&
        !String(Properties.FunctionName).endsWith('-heartbeat'),
    );
    const names = deployedFunctions(stage.settings);
    expect(functions).toHaveLength(names.length);
    const group = stage.settings.cache.replicationGroupId;
    for (const each of names) {
      const definition = definitionOf(each);
      const Properties = functions.find(({ Properties }) => Properties.FunctionName === `${group}-${each}`)
        ?.Properties as Record<string, unknown>;
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      expect(Variables).toMatchObject({
        [ENV.valkeyUser]: `${group}-${definition.valkeyUser}`,
        [ENV.valkeyReplicationGroupId]: group,
        [ENV.stage]: name,
        [ENV.valkeyEndpoint]: {
          'Fn::Join': [
            '',
            [{ 'Fn::ImportValue': expect.stringContaining('ConfigurationEndPointAddress') as string }, ':6379'],
          ],
        },
      });
      for (const variable of [
        ENV.databaseHost,
        ENV.databasePort,
        ENV.databaseName,
        ENV.databaseUser,
        ENV.databaseCaFile,
      ])
        expect(variable in Variables).toBe(definition.database);
      expect(Properties).toMatchObject({ Architectures: ['arm64'], TracingConfig: { Mode: 'Active' } });
      expect(Properties.ReservedConcurrentExecutions).toEqual(expect.any(Number));
    }
    const connects = ofType('AWS::IAM::Policy').flatMap(({ Properties }) =>
      (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement.filter(
        ({ Action }) => [Action].flat().includes('elasticache:Connect'),
      ),
    );
    for (const { Resource } of connects) expect(JSON.stringify(Resource)).not.toContain('*');
    expect(connects).toHaveLength(COUNTS[name]?.connects ?? 0);
  });

  test('a wildcard resource stands only where AWS defines none', () => {
    const statements = ofType('AWS::IAM::Policy').flatMap(
      ({ Properties }) =>
        (Properties.PolicyDocument as { Statement: { Effect: string; Action: string | string[]; Resource: unknown }[] })
          .Statement,
    );
    const allowed = statements.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*');
    const actions = allowed.flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'cloudwatch:GetMetricStatistics',
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
      'elasticache:DescribeCacheClusters',
      'elasticache:DescribeEvents',
      'elasticache:DescribeReplicationGroups',
      'elasticache:DescribeUpdateActions',
      'lambda:GetAccountSettings',
      'rds:DescribeEvents',
      'scheduler:ListSchedules',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('the replication group is in cluster mode, encrypted both ways, and its logs lie in two groups', () => {
    const [group] = ofType('AWS::ElastiCache::ReplicationGroup');
    expect(group?.Properties).toMatchObject({
      Engine: 'valkey',
      EngineVersion: input.cache.engineVersion,
      ClusterMode: 'enabled',
      AutomaticFailoverEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      NumNodeGroups: input.cache.shards,
    });
    const deliveries = group?.Properties.LogDeliveryConfigurations as {
      DestinationDetails: { CloudWatchLogsDetails: { LogGroup: unknown } };
    }[];
    expect(
      new Set(deliveries.map((each) => JSON.stringify(each.DestinationDetails.CloudWatchLogsDetails.LogGroup))).size,
    ).toBe(2);
    expect(group?.UpdatePolicy).toEqual({ UseOnlineResharding: true });
    expect(group?.DeletionPolicy).toBe(input.cache.retainData ? 'Snapshot' : 'Delete');
  });

  test('the parameter group is of the family that follows from the version', () => {
    const [group] = ofType('AWS::ElastiCache::ParameterGroup');
    expect(group?.Properties).toMatchObject({
      CacheParameterGroupFamily: FAMILIES[input.cache.engineVersion],
      Properties: { 'cluster-enabled': 'yes', 'maxmemory-policy': 'volatile-ttl' },
    });
    const parameters = group?.Properties.Properties as Record<string, unknown>;
    expect(Object.values(parameters).every((value) => typeof value === 'string')).toBe(true);
    expect(Object.keys(parameters).filter((name) => !hasParameter(input.cache.engineVersion, name))).toStrictEqual([]);
  });

  test('example values are refused before anything is created, and named; real ones are not', () => {
    const told = templates.map((template) => {
      const { Rules } = template.toJSON() as {
        Rules?: { ExampleSettings?: { Assertions: { Assert: unknown; AssertDescription: string }[] } };
      };
      return Rules?.ExampleSettings?.Assertions;
    });
    const refusal = {
      Assert: { 'Fn::Equals': ['example', 'real'] },
      AssertDescription: expect.stringMatching(/account, network\.vpcId, .*database\.endpoint/) as string,
    };
    expect(told).toEqual(templates.map(() => (input === adopted ? undefined : [refusal])));
  });
});

test('every member node has a memory alarm; every alarm reaches the recipients and says what missing data mean', () => {
  const stage = synthesise('prod', { ...prod, monthlyBudgetUsd: 10_000, cache: { ...prod.cache, shards: 2 } });
  expect(memberNodes(stage.settings.cache)).toEqual([
    'carfin-prod-0001-001',
    'carfin-prod-0001-002',
    'carfin-prod-0002-001',
    'carfin-prod-0002-002',
  ]);
  const template = stage.service.template;
  for (const node of memberNodes(stage.settings.cache)) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DatabaseMemoryUsagePercentage',
      Dimensions: Match.arrayWith([{ Name: 'CacheClusterId', Value: node }]),
      Threshold: 80,
    });
  }
  const composites = JSON.stringify(template.findResources('AWS::CloudWatch::CompositeAlarm'));
  const all = Object.entries(template.findResources('AWS::CloudWatch::Alarm')) as [string, Resource][];
  // Those of a test of the page watch nothing.
  const alarms = all.filter(([, { Properties }]) => !/(Page|Notice)Test$/.test(String(Properties.AlarmName)));
  expect(all.length - alarms.length).toBe(2);
  for (const [, { Properties }] of alarms) {
    expect(Properties).toMatchObject({
      AlarmDescription: expect.stringMatching(/First: npm run ops .*Runbook: docs\/runbooks.*No data/s) as unknown,
      TreatMissingData: expect.any(String) as unknown,
    });
  }
  // One that tells nobody speaks through a composite alarm.
  const silent = alarms.filter(
    ([id, { Properties }]) => Properties.AlarmActions === undefined && !composites.includes(id),
  );
  expect(silent).toStrictEqual([]);
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: prod.alarmEmails[0] });
});
