import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { CloudControlClient, GetResourceCommand, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeCacheClustersCommand,
  DescribeCacheEngineVersionsCommand,
  DescribeCacheParameterGroupsCommand,
  DescribeCacheSubnetGroupsCommand,
  DescribeReservedCacheNodesOfferingsCommand,
  DescribeUsersCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { parseSettings } from '../../lib/stages/parse-settings';
import { prod } from '../support/stages';

/** Somebody is woken by a topic that exists. */
const pageTopic = 'arn:aws:sns:ap-northeast-2:111122223333:pagerduty';
const domain = {
  name: 'cars.carfin.kr',
  certificateArn: 'arn:aws:acm:ap-northeast-2:111122223333:certificate/0a1b2c3d-0000-4000-8000-000000000001',
};
export const settings = parseSettings('prod', {
  ...prod,
  pages: [{ topic: pageTopic }],
  api: { ...prod.api, domain },
});
const { network, database } = settings;

export const sts = mockClient(STSClient);
export const apiGateway = mockClient(APIGatewayClient);
export const cloudFormation = mockClient(CloudFormationClient);
export const cloudControl = mockClient(CloudControlClient);
export const ec2 = mockClient(EC2Client);
export const rds = mockClient(RDSClient);
export const elastiCache = mockClient(ElastiCacheClient);
export const quotas = mockClient(ServiceQuotasClient);
export const lambda = mockClient(LambdaClient);
export const secrets = mockClient(SecretsManagerClient);
export const sns = mockClient(SNSClient);
export const acm = mockClient(ACMClient);

/** What the guide has for such a topic. @param principal whom it lets publish */
export const topicPolicy = (principal: unknown) =>
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'SNS:Publish', Resource: pageTopic }],
  });

export const instance = {
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
export const subnets = network.subnetIds.map((SubnetId, i) => ({
  SubnetId,
  VpcId: network.vpcId,
  AvailabilityZone: network.availabilityZones[i] ?? '',
  AvailableIpAddressCount: 200,
}));

export const named = (name: string, message = name) => Object.assign(new Error(message), { name });

/** An account in which everything is well, and nothing of the stage is there yet. */
export function arrangeWellAccount(): void {
  for (const mock of [
    sts,
    apiGateway,
    cloudFormation,
    cloudControl,
    ec2,
    rds,
    elastiCache,
    quotas,
    lambda,
    secrets,
    sns,
    acm,
  ])
    mock.reset();
  const Policy = topicPolicy({ Service: 'cloudwatch.amazonaws.com' });
  sns.on(GetTopicAttributesCommand).resolves({ Attributes: { Policy } });
  sts
    .on(GetCallerIdentityCommand)
    .resolves({ Account: settings.account, Arn: 'arn:aws:iam::111122223333:user/deployer' });
  const noStack = new Error('Stack with id x does not exist');
  cloudFormation.on(DescribeStacksCommand).rejects(noStack);
  cloudFormation.on(ListStackResourcesCommand).rejects(noStack);
  cloudFormation
    .on(DescribeStacksCommand, { StackName: 'CDKToolkit' })
    .resolves({ Stacks: [{ StackName: 'CDKToolkit', CreationTime: new Date(), StackStatus: 'CREATE_COMPLETE' }] });
  apiGateway.on(GetAccountCommand).resolves({});
  cloudControl.on(GetResourceCommand).rejects(named('ResourceNotFoundException'));
  cloudControl.on(ListResourcesCommand).resolves({ ResourceDescriptions: [{ Identifier: 'another' }] });
  ec2
    .on(DescribeVpcAttributeCommand)
    .resolves({ EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } });
  ec2.on(DescribeSubnetsCommand).resolves({ Subnets: subnets });
  ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [] });
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ GroupId: 'sg-1' }] });
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [instance] });
  arrangeElastiCache();
  quotas.on(ListServiceQuotasCommand, { ServiceCode: 'elasticache' }).resolves({
    Quotas: [
      { QuotaName: 'Nodes per Region', Value: 300 },
      { QuotaName: 'Parameter groups per Region', Value: 300 },
      { QuotaName: 'Subnet groups per Region', Value: 300 },
    ],
  });
  quotas.on(ListServiceQuotasCommand, { ServiceCode: 'vpc' }).resolves({
    Quotas: [
      { QuotaName: 'Interface VPC endpoints per VPC', Value: 50 },
      { QuotaName: 'VPC security groups per Region', Value: 2_500 },
    ],
  });
  lambda.on(GetAccountSettingsCommand).resolves({ AccountLimit: { UnreservedConcurrentExecutions: 1_000 } });
  lambda.on(GetFunctionConcurrencyCommand).rejects(named('ResourceNotFoundException'));
  secrets.on(DescribeSecretCommand).resolves({ Name: 'carfin' });
  acm.on(DescribeCertificateCommand).resolves({ Certificate: { DomainName: domain.name, Status: 'ISSUED' } });
}

function arrangeElastiCache(): void {
  elastiCache
    .on(DescribeCacheEngineVersionsCommand)
    .resolves({ CacheEngineVersions: [{ EngineVersion: '7.2' }, { EngineVersion: '8.1' }] });
  elastiCache
    .on(DescribeReservedCacheNodesOfferingsCommand)
    .resolves({ ReservedCacheNodesOfferings: [{ CacheNodeType: settings.cache.nodeType }] });
  elastiCache
    .on(DescribeCacheClustersCommand)
    .resolves({ CacheClusters: [{ CacheClusterId: 'other-001', ReplicationGroupId: 'other', NumCacheNodes: 1 }] });
  elastiCache.on(DescribeCacheParameterGroupsCommand).resolves({ CacheParameterGroups: [] });
  elastiCache.on(DescribeCacheSubnetGroupsCommand).resolves({ CacheSubnetGroups: [] });
  elastiCache.on(DescribeUsersCommand).resolves({ Users: [{ UserId: 'default' }] });
}
