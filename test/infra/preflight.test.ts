import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeSubnetsCommand, DescribeVpcAttributeCommand, DescribeVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import {
  DescribeCacheEngineVersionsCommand,
  DescribeReservedCacheNodesOfferingsCommand,
} from '@aws-sdk/client-elasticache';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { preflight } from '../../lib/tools/preflight/preflight';
import {
  arrangeWellAccount,
  cloudFormation,
  ec2,
  elastiCache,
  instance,
  named,
  rds,
  settings,
  sns,
  sts,
  subnets,
  topicPolicy,
} from './well-account';

beforeEach(arrangeWellAccount);

const problems = async () => (await preflight(settings, 'prod')).filter(({ level }) => level !== 'ok');

test('an account that is well has no finding but what was looked at', async () => {
  const findings = await preflight(settings, 'prod');
  expect(findings.filter(({ level }) => level !== 'ok')).toStrictEqual([]);
  expect(findings.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining([
      'account',
      'CDK bootstrap',
      'names',
      'node type',
      'log role of API Gateway',
      'certificate of the API',
      'ElastiCache nodes',
      'Lambda concurrency',
    ]),
  );
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
    'a topic for pages whose policy names another service',
    () =>
      sns
        .on(GetTopicAttributesCommand)
        .resolves({ Attributes: { Policy: topicPolicy({ Service: 'events.amazonaws.com' }) } }),
    /policy of arn:aws:sns:\S+:pagerduty does not let CloudWatch publish/,
    /Allow sns:Publish to cloudwatch\.amazonaws\.com/,
  ],
  [
    'a topic for pages with the key that CloudWatch may not use',
    () =>
      sns
        .on(GetTopicAttributesCommand)
        .resolves({ Attributes: { Policy: topicPolicy('*'), KmsMasterKeyId: 'alias/aws/sns' } }),
    /encrypted with alias\/aws\/sns, which CloudWatch may not use/,
    /kms:Decrypt and kms:GenerateDataKey\*/,
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
    'a node type that is not offered',
    () => elastiCache.on(DescribeReservedCacheNodesOfferingsCommand).resolves({ ReservedCacheNodesOfferings: [] }),
    /no offer of cache\.r7g\.large/,
    /set cache\.nodeType/,
  ],
  [
    'no permission',
    () => rds.on(DescribeDBInstancesCommand).rejects(named('AccessDenied', 'not authorized')),
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
  await preflight(settings, 'prod');
  expect(rds.calls()).toHaveLength(0);
});
