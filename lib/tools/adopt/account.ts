import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { DescribeReplicationGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { DescribeDBInstancesCommand, DescribeDBProxiesCommand, RDSClient, type DBInstance } from '@aws-sdk/client-rds';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { orNothing } from '../text/aws-errors';

/** A database that this project does not stand beside, with the way out. */
class UnsupportedDatabaseError extends Error {
  override readonly name = 'UnsupportedDatabaseError';
}

export interface FoundSubnet {
  id: string;
  zone: string;
  freeAddresses: number;
}

/** What an account says about a database and its surroundings. */
export interface Account {
  account: string;
  region: string;
  database: {
    instanceIdentifier: string;
    endpoint: string;
    port: number;
    name: string | undefined;
    resourceId: string;
    securityGroupIds: string[];
    engineVersion: string;
    iamLogin: boolean;
  };
  vpcId: string;
  /** Of the VPC, those with the most free addresses first. */
  subnets: FoundSubnet[];
  /** Every security group of the VPC. */
  groups: { id: string; name: string }[];
  /** Those that the database's group admits to its port: its clients today. */
  clients: string[];
  /** Of API Gateway, in the VPC. */
  apiEndpoints: { id: string; groupIds: string[] }[];
  /** Ids of the replication groups of the Region. */
  clusters: string[];
}

/**
 * Reads the account with the credentials at hand; changes nothing.
 * @throws UnsupportedDatabaseError for anything but one instance of RDS for PostgreSQL, by its name
 */
export async function readAccount(identifier: string, region: string): Promise<Account> {
  const instance = await instanceOf(identifier, region);
  const vpcId = instance.DBSubnetGroup?.VpcId ?? '';
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const ec2 = new EC2Client({ region });
  const service = `com.amazonaws.${region}.execute-api`;
  const [identity, subnets, groups, endpoints, clusters] = await Promise.all([
    new STSClient({ region }).send(new GetCallerIdentityCommand({})),
    ec2.send(new DescribeSubnetsCommand({ Filters })),
    ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
    ec2.send(new DescribeVpcEndpointsCommand({ Filters: [...Filters, { Name: 'service-name', Values: [service] }] })),
    new ElastiCacheClient({ region }).send(new DescribeReplicationGroupsCommand({})),
  ]);
  const database = databaseOf(identifier, instance);
  return {
    account: identity.Account ?? '',
    region,
    database,
    vpcId,
    clients: clientsOf(database, groups.SecurityGroups ?? []),
    subnets: (subnets.Subnets ?? [])
      .map((each) => ({
        id: each.SubnetId ?? '',
        zone: each.AvailabilityZone ?? '',
        freeAddresses: each.AvailableIpAddressCount ?? 0,
      }))
      .sort((a, b) => b.freeAddresses - a.freeAddresses || (a.id < b.id ? -1 : 1)),
    groups: (groups.SecurityGroups ?? []).map(({ GroupId = '', GroupName = '' }) => ({ id: GroupId, name: GroupName })),
    apiEndpoints: (endpoints.VpcEndpoints ?? []).map(({ VpcEndpointId = '', Groups = [] }) => ({
      id: VpcEndpointId,
      groupIds: Groups.map(({ GroupId = '' }) => GroupId),
    })),
    clusters: (clusters.ReplicationGroups ?? []).map(({ ReplicationGroupId = '' }) => ReplicationGroupId),
  };
}

/** Security groups that the database's own admit to its port; the group itself is none. */
function clientsOf({ port, securityGroupIds }: Account['database'], groups: readonly SecurityGroup[]): string[] {
  const rules = groups
    .filter(({ GroupId = '' }) => securityGroupIds.includes(GroupId))
    .flatMap(({ IpPermissions = [] }) => IpPermissions)
    .filter(({ FromPort = 0, ToPort = 65_535 }) => FromPort <= port && port <= ToPort);
  const admitted = rules.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.map(({ GroupId = '' }) => GroupId));
  return [...new Set(admitted)].filter((id) => id !== '' && !securityGroupIds.includes(id)).sort();
}

function databaseOf(instanceIdentifier: string, instance: DBInstance): Account['database'] {
  return {
    instanceIdentifier,
    endpoint: instance.Endpoint?.Address ?? '',
    port: instance.Endpoint?.Port ?? 5432,
    name: instance.DBName,
    resourceId: instance.DbiResourceId ?? '',
    securityGroupIds: (instance.VpcSecurityGroups ?? []).map(({ VpcSecurityGroupId = '' }) => VpcSecurityGroupId),
    engineVersion: instance.EngineVersion ?? '',
    iamLogin: instance.IAMDatabaseAuthenticationEnabled ?? false,
  };
}

async function instanceOf(identifier: string, region: string): Promise<DBInstance> {
  const rds = new RDSClient({ region });
  const found = await orNothing(rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier })));
  const instance = found?.DBInstances?.[0];
  if (instance === undefined) throw await notAnInstance(identifier, region, rds);
  const { Engine = '', DBClusterIdentifier, DBInstanceStatus } = instance;
  if (Engine.startsWith('aurora'))
    throw new UnsupportedDatabaseError(
      `${identifier} is Aurora (${Engine}). Only an instance of RDS for PostgreSQL is supported; Aurora was ` +
        'never tried.',
    );
  if (Engine !== 'postgres')
    throw new UnsupportedDatabaseError(`${identifier} runs ${Engine}. Only RDS for PostgreSQL is supported.`);
  if (DBClusterIdentifier)
    throw new UnsupportedDatabaseError(
      `${identifier} belongs to the Multi-AZ DB cluster ${DBClusterIdentifier}: its writer moves between ` +
        'instances. Only a single instance (with or without a standby) is supported.',
    );
  if (instance.Endpoint?.Address === undefined)
    throw new UnsupportedDatabaseError(
      `${identifier} has no endpoint yet (${DBInstanceStatus ?? 'no status'}). Wait until it is available and ` +
        'run this again.',
    );
  return instance;
}

/** What the name is instead, or which instances there are. */
async function notAnInstance(identifier: string, region: string, rds: RDSClient): Promise<Error> {
  const proxies = await orNothing(rds.send(new DescribeDBProxiesCommand({ DBProxyName: identifier })));
  if ((proxies?.DBProxies ?? []).length > 0)
    return new UnsupportedDatabaseError(
      `${identifier} is an RDS Proxy: its login and its resource id are its own, which is not supported. Name ` +
        'the instance behind it.',
    );
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  const names = DBInstances.filter(({ Engine }) => Engine === 'postgres').map((each) => each.DBInstanceIdentifier);
  return new UnsupportedDatabaseError(
    `There is no RDS instance ${identifier} in ${region}. Of PostgreSQL there are: ${names.join(', ') || 'none'}. ` +
      'Another Region is named by --region, another account by --profile; Aurora clusters and RDS Proxies are ' +
      'not supported.',
  );
}
