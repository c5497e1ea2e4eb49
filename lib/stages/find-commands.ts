import { isExampleSetting } from './example-values';
import type { StageInput, StageSettings } from './settings';

/** The path of every single setting; a list and a map count as one. */
type PathOf<T, P extends string = ''> = T extends string | number | boolean | readonly unknown[]
  ? P
  : string extends keyof T
    ? P
    : { [K in keyof T & string]-?: PathOf<NonNullable<T[K]>, P extends '' ? K : `${P}.${K}`> }[keyof T & string];
type AllPaths<T> = T extends unknown ? PathOf<T> : never;
export type SettingPath = AllPaths<StageSettings>;

const INSTANCE = 'aws rds describe-db-instances --db-instance-identifier <database.instanceIdentifier>';
const GROUPS =
  'aws ec2 describe-security-groups --filters Name=vpc-id,Values=<network.vpcId> --query ' +
  '"SecurityGroups[].[GroupId,GroupName]"';
const SUBNETS =
  'aws ec2 describe-subnets --filters Name=vpc-id,Values=<network.vpcId> --query ' +
  '"Subnets[].[AvailabilityZone,SubnetId,AvailableIpAddressCount]"';
const ROLES = 'aws iam list-roles --query "Roles[].Arn"';
const OIDC = 'aws iam list-open-id-connect-providers';
const CLUSTERS =
  'aws elasticache describe-replication-groups --query ' +
  '"ReplicationGroups[].[ReplicationGroupId,CacheNodeType,SnapshotWindow,length(NodeGroups)]"';
const CONCURRENCY = 'aws lambda get-account-settings --query AccountLimit';
const endpoints = (service: string, query: string) =>
  'aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=<network.vpcId> ' +
  `Name=service-name,Values=com.amazonaws.<region>.${service} --query "VpcEndpoints[].${query}"`;

/** For what is decided and can't be looked up. */
const DECIDED = undefined;

/** The AWS CLI command that finds a setting's value, or what it is to be chosen by. */
const COMMANDS: Readonly<Record<SettingPath, string | undefined>> = {
  account: 'aws sts get-caller-identity --query Account',
  region: 'aws ec2 describe-regions --query "Regions[].RegionName" --region us-east-1',
  'network.vpcId': `${INSTANCE} --query "DBInstances[].DBSubnetGroup.VpcId"`,
  'network.availabilityZones': SUBNETS,
  'network.subnetIds': SUBNETS,
  'network.secretsManager.by': endpoints('secretsmanager', '[VpcEndpointId,PrivateDnsEnabled]'),
  'network.secretsManager.securityGroupId': endpoints('secretsmanager', 'Groups'),
  'network.secretsManager.destinations':
    'aws ec2 describe-managed-prefix-lists --query "PrefixLists[].[PrefixListId,PrefixListName]"',
  'network.secretsManager.reason': DECIDED,
  'database.instanceIdentifier': 'aws rds describe-db-instances --query "DBInstances[].[DBInstanceIdentifier,Engine]"',
  'database.endpoint': `${INSTANCE} --query "DBInstances[].Endpoint.Address"`,
  'database.port': `${INSTANCE} --query "DBInstances[].Endpoint.Port"`,
  'database.name': `${INSTANCE} --query "DBInstances[].DBName"`,
  'database.securityGroupId': `${INSTANCE} --query "DBInstances[].VpcSecurityGroups"`,
  'database.resourceId': `${INSTANCE} --query "DBInstances[].DbiResourceId"`,
  // The role that docs/deploy.md creates in the database.
  'database.user': DECIDED,
  'database.secretArn': 'aws secretsmanager list-secrets --query "SecretList[].[Name,ARN]"',
  'cache.replicationGroupId': CLUSTERS,
  'cache.nodeType':
    'aws elasticache describe-reserved-cache-nodes-offerings --query "ReservedCacheNodesOfferings[].CacheNodeType"',
  'cache.engineVersion':
    'aws elasticache describe-cache-engine-versions --engine valkey --query "CacheEngineVersions[].EngineVersion"',
  'cache.shards': CLUSTERS,
  'cache.replicasPerShard': CLUSTERS,
  'cache.multiAz': SUBNETS,
  'cache.snapshotRetentionDays': `${INSTANCE} --query "DBInstances[].BackupRetentionPeriod"`,
  'cache.snapshotWindow': `${INSTANCE} --query "DBInstances[].[PreferredBackupWindow,PreferredMaintenanceWindow]"`,
  'cache.maintenanceWindow': `${INSTANCE} --query "DBInstances[].[PreferredBackupWindow,PreferredMaintenanceWindow]"`,
  'cache.retainData': DECIDED,
  'cache.durability': DECIDED,
  'cache.autoScaling.minShards': CLUSTERS,
  'cache.autoScaling.maxShards': CLUSTERS,
  'cache.autoScaling.targetCpuPercent':
    'aws cloudwatch get-metric-statistics --namespace AWS/ElastiCache --metric-name EngineCPUUtilization ' +
    '--dimensions Name=ReplicationGroupId,Value=<cache.replicationGroupId> Name=Role,Value=Primary --statistics ' +
    'Maximum --period 3600 --start-time <from> --end-time <to>',
  'cache.globalDatastore.suffix': DECIDED,
  'cache.globalDatastore.id':
    'aws elasticache describe-global-replication-groups --query "GlobalReplicationGroups[].GlobalReplicationGroupId"',
  'cache.globalDatastore.secondaries': DECIDED,
  'cache.readOnlyKeyPatterns': DECIDED,
  'api.exposure': DECIDED,
  'api.callers': ROLES,
  'api.otherAccounts': DECIDED,
  'api.logRole': 'aws apigateway get-account --query cloudwatchRoleArn',
  'api.domain.name': DECIDED,
  'api.domain.certificateArn':
    'aws acm list-certificates --query "CertificateSummaryList[].[DomainName,CertificateArn,Status]"',
  'api.vpcEndpointId': endpoints('execute-api', '[VpcEndpointId,State]'),
  'api.vpcEndpointSecurityGroupId': endpoints('execute-api', 'Groups'),
  'api.callerSecurityGroupIds': GROUPS,
  'api.privateDns': endpoints('execute-api', '[VpcEndpointId,PrivateDnsEnabled]'),
  'api.oidc.issuer': OIDC,
  'api.oidc.audience': 'aws iam get-open-id-connect-provider --open-id-connect-provider-arn <arn> --query ClientIDList',
  'api.oidc.subject': DECIDED,
  'api.oidc.provider': OIDC,
  'api.oidc.scopes': DECIDED,
  // Where the crawler, or the page that shows the photos today, takes them from.
  'images.origin': DECIDED,
  'images.path': DECIDED,
  'images.photoPattern': DECIDED,
  'images.subnetIds':
    'aws ec2 describe-route-tables --filters Name=vpc-id,Values=<network.vpcId> ' +
    'Name=route.destination-cidr-block,Values=0.0.0.0/0 --query ' +
    '"RouteTables[].[Associations[].SubnetId,Routes[].NatGatewayId]"',
  'images.destinations': 'aws ec2 describe-managed-prefix-lists --query "PrefixLists[].[PrefixListId,PrefixListName]"',
  'images.memoryMib':
    'aws cloudwatch get-metric-statistics --namespace AWS/ElastiCache --metric-name FreeableMemory --dimensions ' +
    'Name=CacheClusterId,Value=<cache.replicationGroupId>-0001-001 --statistics Minimum --period 3600 --start-time ' +
    '<from> --end-time <to>',
  'keyReaders.securityGroupIds': GROUPS,
  'keyReaders.roleArns': ROLES,
  'concurrency.search.most': CONCURRENCY,
  'concurrency.search.alwaysWarm': CONCURRENCY,
  'concurrency.conversation.most': CONCURRENCY,
  'concurrency.conversation.alwaysWarm': CONCURRENCY,
  'concurrency.events.most': CONCURRENCY,
  'concurrency.events.alwaysWarm': CONCURRENCY,
  freshnessSeconds: DECIDED,
  canary: DECIDED,
  logRetention: DECIDED,
  'audit.retention': DECIDED,
  'audit.readerArns': ROLES,
  alarmEmails: DECIDED,
  pages: 'aws secretsmanager list-secrets --query "SecretList[].[Name,ARN]"',
  'chat.webhook': 'aws secretsmanager list-secrets --query "SecretList[].[Name,ARN]"',
  runbookUrl: DECIDED,
  noticeEmails: DECIDED,
  monthlyBudgetUsd:
    'aws ce get-cost-and-usage --granularity MONTHLY --metrics UnblendedCost --group-by ' +
    'Type=DIMENSION,Key=SERVICE --time-period Start=<from>,End=<to>',
  budgetTag: 'aws ce list-cost-allocation-tags --status Active --query "CostAllocationTags[].TagKey"',
  tags: 'aws resourcegroupstaggingapi get-tag-keys',
};

/** Every setting; a list counts as one. */
export const SETTING_PATHS: readonly string[] = Object.keys(COMMANDS);

/** Services that have no Region, or one that the CLI chooses; and what names its own. */
const EVERYWHERE = /^aws (sts|iam|ce) | --region /;

/**
 * @param setting a path as messages have it; an index into a list counts for nothing.
 * @param input what is known already stands in the command instead of a placeholder.
 * @returns the command that finds the setting's value, undefined where it is decided and not found.
 */
export function findCommand(setting: string, input: StageInput): string | undefined {
  const path = setting.replace(/\.\d+(\.principal)?$/, '');
  const command = (COMMANDS as Partial<Record<string, string>>)[path];
  if (command === undefined) return undefined;
  // Of settings that are wrong a whole group may be missing.
  const { database } = input as Partial<StageInput>;
  const located = EVERYWHERE.test(command) ? command : `${command} --region <region>`;
  return located.replace(/<([A-Za-z.]+)>/g, (placeholder, name: string) => {
    const known = name
      .split('.')
      .reduce<unknown>((each, key) => (each as Record<string, unknown> | undefined)?.[key], input);
    return typeof known === 'string' && name !== path && !isExampleSetting(name, known, database?.endpoint)
      ? known
      : placeholder;
  });
}
