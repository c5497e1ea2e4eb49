import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
} from '@aws-sdk/client-ec2';
import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { DescribeDBInstancesCommand, DescribeDBProxiesCommand, type DBInstance } from '@aws-sdk/client-rds';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { parseSettings } from '../../lib/stages/parse-settings';
import { readStageFile } from '../../lib/stages/stage-file';
import { readAccount } from '../../lib/tools/adopt/account';
import { adopt } from '../../lib/tools/adopt/adopt';
import { ec2, elastiCache, named, rds, sts } from './well-account';

const REGION = 'ap-northeast-2';
const instance: DBInstance = {
  DBInstanceIdentifier: 'cars',
  Engine: 'postgres',
  EngineVersion: '16.4',
  DBInstanceStatus: 'available',
  DBName: 'carsdb',
  Endpoint: { Address: `cars.c0ffee.${REGION}.rds.amazonaws.com`, Port: 5433 },
  DbiResourceId: 'db-REALRESOURCE',
  DBSubnetGroup: { VpcId: 'vpc-0123456789abcdef0' },
  IAMDatabaseAuthenticationEnabled: true,
  VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-0123456789abcdef1' }],
};
const subnet = (last: string, AvailabilityZone: string, AvailableIpAddressCount: number) => ({
  SubnetId: `subnet-0123456789abcde${last}`,
  AvailabilityZone,
  AvailableIpAddressCount,
});
const said = {
  callers: ['arn:aws:iam::444455556666:role/agents'],
  callerSecurityGroupIds: ['sg-0123456789abcdef9'],
  emails: ['oncall@cars.kr'],
};

beforeEach(() => {
  for (const mock of [sts, ec2, rds, elastiCache]) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: '444455556666' });
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [instance] });
  rds.on(DescribeDBProxiesCommand).rejects(named('DBProxyNotFoundFault'));
  ec2.on(DescribeSubnetsCommand).resolves({
    Subnets: [
      subnet('01', `${REGION}c`, 90),
      subnet('02', `${REGION}a`, 60),
      subnet('03', `${REGION}a`, 200),
      subnet('04', `${REGION}b`, 5),
    ],
  });
  ec2
    .on(DescribeSecurityGroupsCommand)
    .resolves({ SecurityGroups: [{ GroupId: 'sg-0123456789abcdef9', GroupName: 'web' }] });
  ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints: [] });
  elastiCache
    .on(DescribeReplicationGroupsCommand)
    .resolves({ ReplicationGroups: [{ ReplicationGroupId: 'carfin-prod' }] });
});

const found = () => readAccount('cars', REGION);

test('an id and what only a person knows make a stage that can be deployed', async () => {
  const { text, missing, report } = adopt('prod', await found(), said);
  expect(missing).toStrictEqual([]);
  const settings = parseSettings('prod', readStageFile(text, 'prod.yaml'));
  expect(settings).toMatchObject({
    account: '444455556666',
    region: REGION,
    network: {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: [`${REGION}a`, `${REGION}c`],
      subnetIds: ['subnet-0123456789abcde03', 'subnet-0123456789abcde01'],
    },
    database: {
      instanceIdentifier: 'cars',
      endpoint: `cars.c0ffee.${REGION}.rds.amazonaws.com`,
      port: 5433,
      name: 'carsdb',
      securityGroupId: 'sg-0123456789abcdef1',
      resourceId: 'db-REALRESOURCE',
    },
    // The first is taken by a cluster that exists.
    cache: { replicationGroupId: 'carfin-prod-2', nodeType: 'cache.r7g.large' },
    api: {
      callers: said.callers.map((principal) => ({ principal, scopes: ['search', 'conversation'] })),
      callerSecurityGroupIds: said.callerSecurityGroupIds,
    },
    alarmEmails: said.emails,
  });
  expect(text).toMatch(/# most free addresses \(200, 90\); also possible: .*02 .*\n {2}subnetIds:/);
  expect(text).toMatch(/# from the RDS instance cars\n {2}resourceId: db-REALRESOURCE/);
  expect(report).toMatch(
    /written[^]*about \d+ USD a month[^]*GRANT CONNECT ON DATABASE "carsdb"[^]*npm run deploy -- prod/,
  );
  expect(report).not.toContain('Login by IAM is off');
});

test('what nobody has said is asked for by its flag, and nothing is made up', async () => {
  const { missing, report } = adopt('prod', await found(), {});
  expect(missing).toEqual(['api.callers.0', 'api.callerSecurityGroupIds.0', 'alarmEmails.0']);
  expect(report).toMatch(/Still to say: [^]*--caller [^]*--caller-group [^]*--email /);
});

test('run again, it changes what the account changed, and nothing that a person wrote', async () => {
  const first = adopt('prod', await found(), said).text;
  const edited = first
    .replace('shards: 1', 'shards: 2 # for Christmas')
    .replace('monthlyBudgetUsd: 450', 'monthlyBudgetUsd: 900');
  expect(adopt('prod', await found(), {}, edited)).toMatchObject({
    text: edited,
    report: expect.stringContaining('lib/stages/prod.yaml: nothing has changed') as unknown,
  });
  rds.on(DescribeDBInstancesCommand).resolves({
    DBInstances: [
      {
        ...instance,
        Endpoint: { ...instance.Endpoint, Port: 5444 },
        IAMDatabaseAuthenticationEnabled: false,
        EngineVersion: '14.9',
      },
    ],
  });
  const { text, report } = adopt('prod', await found(), {}, edited);
  expect(text).toBe(edited.replace('port: 5433', 'port: 5444'));
  expect(report).toContain('  database.port: 5433 -> 5444');
  expect(report).toMatch(/Login by IAM is off[^]*modify-db-instance --db-instance-identifier cars --enable-iam/);
  expect(report).toContain('PostgreSQL 14.9 reports a change only after');
});

test('an execute-api endpoint that exists is used, but not by a regional API', async () => {
  ec2.on(DescribeVpcEndpointsCommand).resolves({
    VpcEndpoints: [{ VpcEndpointId: 'vpce-0123456789abcdef0', Groups: [{ GroupId: 'sg-0123456789abcdef5' }] }],
  });
  const { text } = adopt('prod', await found(), said);
  expect(readStageFile(text, 'prod.yaml').api).toMatchObject({
    vpcEndpointId: 'vpce-0123456789abcdef0',
    vpcEndpointSecurityGroupId: 'sg-0123456789abcdef5',
  });
  const regional = text.replace(
    /^api:\n(?: .*\n)*/m,
    'api:\n  exposure: regional\n  callers:\n    - arn:aws:iam::444455556666:role/web\n',
  );
  const again = adopt('prod', await found(), { callerSecurityGroupIds: [] }, regional);
  expect(readStageFile(again.text, 'prod.yaml').api).toEqual({
    exposure: 'regional',
    callers: ['arn:aws:iam::444455556666:role/web'],
  });
});

test.each<[string, () => unknown, RegExp]>([
  [
    'Aurora',
    () => rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...instance, Engine: 'aurora-postgresql' }] }),
    /cars is Aurora \(aurora-postgresql\)/,
  ],
  [
    'MySQL',
    () => rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...instance, Engine: 'mysql' }] }),
    /cars runs mysql\. Only RDS for PostgreSQL/,
  ],
  [
    'a Multi-AZ DB cluster',
    () => rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...instance, DBClusterIdentifier: 'three' }] }),
    /Multi-AZ DB cluster three/,
  ],
  [
    'an RDS Proxy',
    () => {
      rds.on(DescribeDBInstancesCommand, { DBInstanceIdentifier: 'cars' }).rejects(named('DBInstanceNotFoundFault'));
      rds.on(DescribeDBProxiesCommand).resolves({ DBProxies: [{ DBProxyName: 'cars' }] });
    },
    /cars is an RDS Proxy.*Name the instance behind it/,
  ],
  [
    'a name that nothing has',
    () => {
      rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...instance, DBInstanceIdentifier: 'other' }] });
      rds.on(DescribeDBInstancesCommand, { DBInstanceIdentifier: 'cars' }).rejects(named('DBInstanceNotFoundFault'));
    },
    /no RDS instance cars in ap-northeast-2\. Of PostgreSQL there are: other/,
  ],
  [
    'a VPC of one zone',
    () => ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [subnet('01', `${REGION}a`, 90)] }),
    /needs subnets with 24 free addresses in two zones; it has .*01 in ap-northeast-2a with 90/,
  ],
  [
    'no permission',
    () =>
      rds
        .on(DescribeDBInstancesCommand)
        .rejects(named('AccessDenied', 'not authorized to perform rds:DescribeDBInstances')),
    /not authorized to perform rds/,
  ],
])('%s is refused by name', async (_, arrange, message) => {
  arrange();
  await expect(found().then((each) => adopt('prod', each, said))).rejects.toThrow(message);
});

test('without a group of callers, those of the database begin; a file that exists keeps its own', async () => {
  const pair = (GroupId: string) => ({ UserIdGroupPairs: [{ GroupId }] });
  ec2.on(DescribeSecurityGroupsCommand).resolves({
    SecurityGroups: [
      {
        GroupId: 'sg-0123456789abcdef1',
        GroupName: 'database',
        IpPermissions: [
          { FromPort: 5433, ToPort: 5433, ...pair('sg-0123456789abcdef9') },
          { FromPort: 22, ToPort: 22, ...pair('sg-0123456789abcdef8') },
          { IpProtocol: '-1', ...pair('sg-0123456789abcdef1') },
        ],
      },
      { GroupId: 'sg-0123456789abcdef9', GroupName: 'web' },
    ],
  });
  const { callers, emails } = said;
  const { text, missing } = adopt('prod', await found(), { callers, emails });
  expect(missing).toStrictEqual([]);
  expect(readStageFile(text, 'prod.yaml').api).toMatchObject({ callerSecurityGroupIds: ['sg-0123456789abcdef9'] });
  expect(text).toContain('# admitted by sg-0123456789abcdef1 to the database; others by --caller-group');
  const kept = text.replace('- sg-0123456789abcdef9', '- sg-0123456789abcdef7');
  expect(adopt('prod', await found(), {}, kept).text).toContain('- sg-0123456789abcdef7');
});

test('the login may hold twice what the functions hold at once', async () => {
  const { report } = adopt('prod', await found(), said);
  expect(report).toContain('CREATE ROLE carfin_reader LOGIN CONNECTION LIMIT 208;');
});
