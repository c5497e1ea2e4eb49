import { GetResourceCommand, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSecurityGroupsCommand, DescribeVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import {
  DescribeCacheClustersCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheSubnetGroupsCommand,
  DescribeUsersCommand,
} from '@aws-sdk/client-elasticache';
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { checkConcurrency } from '../../lib/tools/preflight/concurrency-check';
import { checkNames } from '../../lib/tools/preflight/name-checks';
import { NAMED, plannedNames } from '../../lib/tools/preflight/planned-names';
import { plannedResources } from '../../lib/tools/preflight/planned-resources';
import { checkQuotas } from '../../lib/tools/preflight/quota-checks';
import { parseSettings } from '../../lib/stages/parse-settings';
import { regional } from './inputs';
import {
  arrangeWellAccount,
  cloudControl,
  cloudFormation,
  ec2,
  elastiCache,
  lambda,
  named,
  quotas,
  settings,
} from './well-account';

beforeEach(arrangeWellAccount);

const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const stack = (resources: [type: string, id: string][]) =>
  cloudFormation.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: resources.map(([ResourceType, PhysicalResourceId]) => ({
      LogicalResourceId: PhysicalResourceId,
      ResourceType,
      PhysicalResourceId,
      LastUpdatedTimestamp: new Date(),
      ResourceStatus: 'CREATE_COMPLETE' as const,
    })),
  });

describe('names', () => {
  test('every name that the stacks choose is looked up', async () => {
    await checkNames(settings, 'prod');
    const asked = cloudControl.commandCalls(GetResourceCommand).map(({ args: [{ input }] }) => input);
    expect(asked).toEqual(
      expect.arrayContaining([
        { TypeName: 'AWS::ElastiCache::ReplicationGroup', Identifier: 'carfin-prod' },
        { TypeName: 'AWS::ElastiCache::User', Identifier: 'carfin-prod-search' },
        { TypeName: 'AWS::ElastiCache::UserGroup', Identifier: 'carfin-prod-users' },
        { TypeName: 'AWS::Logs::LogGroup', Identifier: '/aws/lambda/carfin-prod-warm-up' },
        { TypeName: 'AWS::Logs::ResourcePolicy', Identifier: 'carfin-prod-elasticache-logs' },
        { TypeName: 'AWS::CloudWatch::Alarm', Identifier: 'carfin-prod-WarmUpMissing' },
      ]),
    );
  });

  test('one that somebody else has is a problem, one of this stage is not', async () => {
    const TypeName = 'AWS::Logs::LogGroup';
    cloudControl.on(GetResourceCommand, { TypeName }).resolves({ TypeName });
    stack([[TypeName, '/aws/lambda/carfin-prod-search']]);
    const findings = await checkNames(settings, 'prod');
    expect(findings.map(({ found }) => found).join('\n')).toContain('/aws/lambda/carfin-prod-warm-up exists');
    expect(findings.map(({ found }) => found).join('\n')).not.toContain('/aws/lambda/carfin-prod-search exists');
    expect(findings[0]).toMatchObject({
      level: 'problem',
      advice: expect.stringContaining('delete-log-group') as unknown,
    });
  });

  test('a type that can not be read is said', async () => {
    cloudControl
      .on(GetResourceCommand, { TypeName: 'AWS::ElastiCache::User' })
      .rejects(named('UnsupportedActionException'));
    expect((await checkNames(settings, 'prod')).map(({ level }) => level)).toContain('warning');
  });

  test.each([
    ['prod', settings],
    ['regional', parseSettings('regional', regional)],
  ])('the table knows every type of %s that AWS identifies by a name which the template gives', (name, each) => {
    const schemas = loadAwsServiceSpecSync();
    const planned = plannedResources(name, each);
    const chosen = planned.filter(({ type, properties }) => {
      const schema = schemas.lookup('resource', 'cloudFormationType', 'equals', type).only();
      const identifier = schema.primaryIdentifier ?? [];
      return identifier.length === 1 && typeof properties[identifier[0] ?? ''] === 'string';
    });
    expect(Object.keys(NAMED)).toEqual(expect.arrayContaining([...new Set(chosen.map(({ type }) => type))]));
    expect(plannedNames(chosen, each)).toHaveLength(chosen.length);
  });
});

test.each<[string, () => unknown, RegExp]>([
  [
    'ElastiCache nodes',
    () => elastiCache.on(DescribeCacheClustersCommand).resolves({ CacheClusters: many(299, { NumCacheNodes: 1 }) }),
    /299 used, 2 more, 300 allowed/,
  ],
  [
    'ElastiCache parameter groups',
    () =>
      elastiCache
        .on(DescribeCacheParameterGroupsCommand)
        .resolves({ CacheParameterGroups: many(300, { CacheParameterGroupName: 'x' }) }),
    /300 used, 1 more, 300 allowed/,
  ],
  [
    'ElastiCache subnet groups',
    () => elastiCache.on(DescribeCacheSubnetGroupsCommand).resolves({ CacheSubnetGroups: many(300, {}) }),
    /300 used, 1 more/,
  ],
  [
    'ElastiCache users',
    () => elastiCache.on(DescribeUsersCommand).resolves({ Users: many(999, {}) }),
    /999 used, \d+ more, 1000 allowed/,
  ],
  [
    'interface endpoints of the VPC',
    () => ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: many(50, {}) }),
    /50 used, 1 more, 50 allowed/,
  ],
  [
    'security groups',
    () => ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: many(2_500, {}) }),
    /2500 used, 5 more/,
  ],
  [
    'log resource policies',
    () => cloudControl.on(ListResourcesCommand).resolves({ ResourceDescriptions: many(10, {}) }),
    /10 used, 1 more, 10 allowed/,
  ],
])('no room for %s is a problem', async (subject, arrange, found) => {
  arrange();
  const findings = (await checkQuotas(settings, 'prod')).filter(({ level }) => level !== 'ok');
  expect(findings).toEqual([
    expect.objectContaining({ subject, level: 'problem', found: expect.stringMatching(found) as unknown }),
  ]);
});

test('what a deploy before has made needs no room again', async () => {
  elastiCache.on(DescribeUsersCommand).resolves({ Users: many(1_000, {}) });
  stack(plannedNames(plannedResources('prod', settings), settings).map(({ type, identifier }) => [type, identifier]));
  const findings = await checkQuotas(settings, 'prod');
  expect(findings).toContainEqual(
    expect.objectContaining({ subject: 'ElastiCache users', level: 'ok', found: '1000 used, 0 more, 1000 allowed' }),
  );
});

test('a quota that Service Quotas does not list is said', async () => {
  quotas.on(ListServiceQuotasCommand).resolves({ Quotas: [] });
  const warnings = (await checkQuotas(settings, 'prod')).filter(({ level }) => level === 'warning');
  expect(warnings).toHaveLength(5);
});

test('reservations of other functions leave too little concurrency', async () => {
  lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { UnreservedConcurrentExecutions: 120 } });
  expect(await checkConcurrency(settings)).toMatchObject({
    level: 'problem',
    found: expect.stringMatching(/^20 can be reserved, \d+ needed$/) as unknown,
  });
  lambda.on(GetFunctionConcurrencyCommand).resolves({ ReservedConcurrentExecutions: 50 });
  expect(await checkConcurrency(settings)).toMatchObject({ level: 'ok' });
});
