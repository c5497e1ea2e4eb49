import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeCacheEngineVersionsCommand,
  DescribeReplicationGroupsCommand,
  DescribeUsersCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { preflight } from '../../lib/preflight/preflight';
import { parseSettings } from '../../lib/stages/parse-settings';
import { prod } from '../../lib/stages/prod';

const settings = parseSettings('prod', prod);
const { network, database } = settings;

const sts = mockClient(STSClient);
const cloudFormation = mockClient(CloudFormationClient);
const ec2 = mockClient(EC2Client);
const rds = mockClient(RDSClient);
const elastiCache = mockClient(ElastiCacheClient);
const quotas = mockClient(ServiceQuotasClient);

const instance = {
  DBInstanceIdentifier: database.instanceIdentifier,
  Engine: 'postgres',
  EngineVersion: '16.4',
  DBInstanceStatus: 'available',
  Endpoint: { Address: database.endpoint, Port: 5432 },
  DbiResourceId: database.resourceId,
  DBSubnetGroup: { VpcId: network.vpcId },
  IAMDatabaseAuthenticationEnabled: true,
  PubliclyAccessible: false,
  VpcSecurityGroups: [{ VpcSecurityGroupId: database.securityGroupId }],
};
const subnets = network.subnetIds.map((SubnetId, i) => ({
  SubnetId,
  VpcId: network.vpcId,
  AvailabilityZone: network.availabilityZones[i] ?? '',
  AvailableIpAddressCount: 200,
}));

/** An account in which everything is well. */
beforeEach(() => {
  for (const mock of [sts, cloudFormation, ec2, rds, elastiCache, quotas]) mock.reset();
  sts
    .on(GetCallerIdentityCommand)
    .resolves({ Account: settings.account, Arn: 'arn:aws:iam::111122223333:user/deployer' });
  cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id x does not exist'));
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
    .resolves({ Stacks: [{ StackName: 'CDKToolkit', CreationTime: new Date(), StackStatus: 'CREATE_COMPLETE' }] });
  ec2
    .on(DescribeVpcAttributeCommand)
    .resolves({ EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } });
  ec2.on(DescribeSubnetsCommand).resolves({ Subnets: subnets });
  ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [] });
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [instance] });
  elastiCache
    .on(DescribeCacheEngineVersionsCommand)
    .resolves({ CacheEngineVersions: [{ EngineVersion: '7.2' }, { EngineVersion: '8.1' }] });
  elastiCache
    .on(DescribeReplicationGroupsCommand)
    .resolves({ ReplicationGroups: [{ ReplicationGroupId: 'somebody-elses' }] });
  elastiCache.on(DescribeUsersCommand).resolves({ Users: [] });
  quotas.on(GetServiceQuotaCommand).resolves({ Quota: { Value: 1_000 } });
});

const problems = async () => (await preflight(settings)).filter(({ level }) => level !== 'ok');

test('an account that is well has no finding but what was looked at', async () => {
  const findings = await preflight(settings);
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(findings.length).toBeGreaterThanOrEqual(10);
});

test.each<[string, () => unknown, RegExp, RegExp]>([
  [
    'another account',
    () => sts.on(GetCallerIdentityCommand).resolves({ Account: '999988887777', Arn: 'arn' }),
    /credentials are of 999988887777/,
    /Use credentials of 111122223333/,
  ],
  [
    'no bootstrap',
    () =>
      cloudFormation
        .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
        .rejects(new Error('Stack with id CDKToolkit does not exist')),
    /missing/,
    /npx cdk bootstrap aws:\/\/111122223333/,
  ],
  [
    'DNS host names off',
    () =>
      ec2
        .on(DescribeVpcAttributeCommand, { Attribute: 'enableDnsHostnames' })
        .resolves({ EnableDnsHostnames: { Value: false } }),
    /enableDnsHostnames off/,
    /modify-vpc-attribute .*--enable-dns-hostnames/,
  ],
  [
    'a subnet elsewhere',
    () =>
      ec2.on(DescribeSubnetsCommand).resolves({ Subnets: subnets.map((each) => ({ ...each, VpcId: 'vpc-other' })) }),
    /belongs to vpc-other/,
    /the database's VPC/,
  ],
  [
    'subnets in another order',
    () =>
      ec2
        .on(DescribeSubnetsCommand)
        .resolves({ Subnets: subnets.map((each) => ({ ...each, AvailabilityZone: 'ap-northeast-2b' })) }),
    /lies in ap-northeast-2b/,
    /the same order/,
  ],
  [
    'a full subnet',
    () =>
      ec2
        .on(DescribeSubnetsCommand)
        .resolves({ Subnets: subnets.map((each) => ({ ...each, AvailableIpAddressCount: 3 })) }),
    /3 free addresses/,
    /At least 24/,
  ],
  [
    'an endpoint that exists',
    () => ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [{ VpcEndpointId: 'vpce-1' }] }),
    /vpce-1 exists/,
    /Set api\.vpcEndpointId/,
  ],
  [
    'no login by IAM',
    () =>
      rds
        .on(DescribeDBInstancesCommand)
        .resolves({ DBInstances: [{ ...instance, IAMDatabaseAuthenticationEnabled: false }] }),
    /login by IAM is off/,
    /--enable-iam-database-authentication/,
  ],
  [
    'a public database',
    () => rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...instance, PubliclyAccessible: true }] }),
    /reached from the internet/,
    /--no-publicly-accessible/,
  ],
  [
    'another resource id',
    () => rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...instance, DbiResourceId: 'db-OTHER' }] }),
    /database\.resourceId is db-OTHER/,
    /correct database\.resourceId/,
  ],
  [
    'no database',
    () =>
      rds
        .on(DescribeDBInstancesCommand)
        .rejects(Object.assign(new Error('not found'), { name: 'DBInstanceNotFoundFault' })),
    /no such instance/,
    /List them/,
  ],
  [
    'an engine that is not offered',
    () =>
      elastiCache.on(DescribeCacheEngineVersionsCommand).resolves({ CacheEngineVersions: [{ EngineVersion: '8.1' }] }),
    /offers 8\.1/,
    /cache\.engineVersion/,
  ],
  [
    'a name that is taken',
    () =>
      elastiCache
        .on(DescribeReplicationGroupsCommand)
        .resolves({ ReplicationGroups: [{ ReplicationGroupId: 'carfin-prod' }] }),
    /replication group named carfin-prod exists/,
    /another name/,
  ],
  [
    'too little concurrency',
    () => quotas.on(GetServiceQuotaCommand).resolves({ Quota: { Value: 100 } }),
    /100 allowed, \d{3} needed/,
    /higher quota/,
  ],
  [
    'no permission',
    () =>
      rds.on(DescribeDBInstancesCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDenied' })),
    /could not be looked at: AccessDenied/,
    /read-only action/,
  ],
])('%s is found, with what to do', async (_, arrange, found, advice) => {
  arrange();
  const findings = await problems();
  expect(findings).toContainEqual(
    expect.objectContaining({
      found: expect.stringMatching(found) as unknown,
      advice: expect.stringMatching(advice) as unknown,
    }),
  );
});

test('with the credentials of another account nothing else is asked', async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: '999988887777', Arn: 'arn' });
  await preflight(settings);
  expect(rds.calls()).toHaveLength(0);
});
