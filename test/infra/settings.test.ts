import { InvalidSettingsError, parseSettings } from '../../lib/stages/parse-settings';
import { limitViolations } from '../../lib/stages/aws-limits';
import { settingsSchema, type StageInput } from '../../lib/stages/settings';
import { adopted, dev, prod } from '../support/stages';
import { withImages } from './inputs';
import { OPTIONS } from './options';

const cache = (changes: Partial<StageInput['cache']>): StageInput => ({
  ...prod,
  cache: { ...prod.cache, ...changes },
});

const secretArn = 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf';
const caller = 'arn:aws:iam::111122223333:role/carfin-agents';
const existingEndpoint = {
  exposure: 'private' as const,
  callers: [caller],
  vpcEndpointId: 'vpce-0123456789abcdef0',
};

test('the examples can be synthesised', () => {
  expect(parseSettings('prod', prod).cache.readOnlyKeyPatterns).toBe(true);
  expect(parseSettings('dev', dev).cache.nodeType).toBe('cache.t3.medium');
});

test.each<[string, StageInput, RegExp]>([
  [
    'Multi-AZ without a replica',
    cache({ replicasPerShard: 0 }),
    /cache\.multiAz: needs at least one replica.*replicasPerShard to 1 \(received true\)/,
  ],
  [
    'one zone for Multi-AZ',
    {
      ...prod,
      network: { ...prod.network, availabilityZones: ['ap-northeast-2a'], subnetIds: ['subnet-0123456789abcdef0'] },
    },
    /network\.availabilityZones: must be two or more/,
  ],
  [
    'fewer subnets than zones',
    { ...prod, network: { ...prod.network, subnetIds: ['subnet-0123456789abcdef0'] } },
    /network\.subnetIds: must be one for each of the 2/,
  ],
  [
    'a zone elsewhere',
    { ...prod, network: { ...prod.network, availabilityZones: ['us-east-1a', 'us-east-1b'] } },
    /must be zones of ap-northeast-2 \(received "us-east-1a"\)/,
  ],
  [
    'a database elsewhere',
    { ...prod, database: { ...prod.database, endpoint: 'db.abc.us-east-1.rds.amazonaws.com' } },
    /database\.endpoint: must be an endpoint in ap-northeast-2/,
  ],
  [
    'a CNAME for the database',
    { ...prod, database: { ...prod.database, endpoint: 'db.carfin.internal' } },
    /not a CNAME \(received "db\.carfin\.internal"\); .* aws rds describe-db-instances .*-prod .*region ap-northeast-2/,
  ],
  [
    'the name for the resource id',
    { ...prod, database: { ...prod.database, resourceId: 'carfin-prod' } },
    /resource id \(db-…\), not the name .*; find it with: aws rds/,
  ],
  [
    'autoscaling on a T node',
    cache({ nodeType: 'cache.t3.medium', autoScaling: { minShards: 1, maxShards: 2, targetCpuPercent: 50 } }),
    /cache\.autoScaling: is not possible on cache\.t3\.medium/,
  ],
  [
    'autoscaling that excludes the shards',
    cache({ autoScaling: { minShards: 2, maxShards: 4, targetCpuPercent: 50 } }),
    /must include the 1 shards/,
  ],
  [
    'windows that overlap',
    cache({ snapshotWindow: '18:30-19:30' }),
    /cache\.snapshotWindow: must not overlap cache\.maintenanceWindow/,
  ],
  [
    'windows that overlap across Sunday',
    cache({ snapshotWindow: '23:30-00:30', maintenanceWindow: 'mon:00:00-mon:01:00' }),
    /must not overlap/,
  ],
  [
    'a window of minutes',
    cache({ maintenanceWindow: 'sun:19:00-sun:19:30' }),
    /cache\.maintenanceWindow: must last at least 60 minutes/,
  ],
  [
    'no snapshot for what is retained',
    cache({ snapshotRetentionDays: 0 }),
    /cache\.snapshotRetentionDays: must be at least 1/,
  ],
  [
    'a group id with two hyphens',
    cache({ replicationGroupId: 'car--fin' }),
    /cache\.replicationGroupId: .*single hyphens/,
  ],
  [
    'an account that is none',
    { ...prod, account: '1234' },
    /account: must be 12 digits \(received "1234"\); find it with: aws sts get-caller-identity/,
  ],
  [
    'a private API that nobody may call',
    { ...prod, api: { exposure: 'private', callers: [] } },
    /api\.callers: must name at least one principal/,
  ],
  [
    'a regional API that nobody may call',
    { ...prod, api: { exposure: 'regional', callers: [] } },
    /api\.callers: must name a principal, or api\.oidc.* \(received \[\]\)/,
  ],
  [
    'more warm than allowed',
    { ...prod, concurrency: { ...prod.concurrency, search: { most: 50, alwaysWarm: 26 } } },
    /concurrency\.search\.alwaysWarm: must not be above half of `most`: during a deploy/,
  ],
  [
    'a login by secret without a way to it',
    { ...prod, database: { ...prod.database, secretArn } },
    /network\.secretsManager\.by: must say how the functions reach Secrets Manager.*new-endpoint.*nat/,
  ],
  [
    'a way to a secret that nobody reads',
    { ...prod, network: { ...prod.network, secretsManager: { by: 'new-endpoint' } } },
    /network\.secretsManager: must be left out/,
  ],
  [
    'a way out of the VPC without a reason',
    {
      ...prod,
      database: { ...prod.database, secretArn },
      network: { ...prod.network, secretsManager: { by: 'nat', destinations: ['0.0.0.0/0'], reason: '' } },
    },
    /network\.secretsManager\.reason: must say .* why these addresses are open/,
  ],
  [
    'private DNS for an endpoint that exists',
    { ...prod, api: { ...existingEndpoint, privateDns: true } },
    /api\.privateDns: belongs to the endpoint vpce-0123456789abcdef0.*received true.*vpc-endpoints .*PrivateDns/,
  ],
  [
    "callers of an endpoint that exists without the endpoint's group",
    { ...prod, api: { ...existingEndpoint, callerSecurityGroupIds: ['sg-0123456789abcdef0'] } },
    /api\.callerSecurityGroupIds: need api\.vpcEndpointSecurityGroupId/,
  ],
  [
    'the group of no endpoint',
    { ...prod, api: { exposure: 'private', callers: [caller], vpcEndpointSecurityGroupId: 'sg-0123456789abcdef0' } },
    /api\.vpcEndpointSecurityGroupId: belongs to an endpoint that exists/,
  ],
  [
    'one zone for data that is kept',
    {
      ...cache({ multiAz: false }),
      network: { ...prod.network, availabilityZones: ['ap-northeast-2a'], subnetIds: ['subnet-0123456789abcdef0'] },
    },
    /cache\.multiAz: must be true where cache\.retainData is set.*two availability zones \(received false\)/,
  ],
  [
    'a production that keeps nothing',
    cache({ retainData: false, multiAz: false }),
    /cache\.retainData: must be true for prod.* \(received false\)/,
  ],
  ['a setting that is none', { ...prod, shards: 2 } as unknown as StageInput, /shards/],
])('%s is refused at synth, with rule and value', (_, input, message) => {
  expect(() => parseSettings('prod', input)).toThrow(InvalidSettingsError);
  expect(() => parseSettings('prod', input)).toThrow(message);
});

const elsewhere = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf';
const foreign = 'arn:aws:secretsmanager:ap-northeast-2:444455556666:secret:a-AbCdEf';
const manager = { network: { ...prod.network, secretsManager: { by: 'new-endpoint' as const } } };
const scaled = (nodeType: string, shards: number, minShards: number, maxShards: number) =>
  cache({ nodeType, shards, autoScaling: { minShards, maxShards, targetCpuPercent: 50 } });

test.each<[string, StageInput, string[]]>([
  ['autoscaling of more shards than it may make', scaled('cache.r7g.large', 5, 1, 4), ['cache.autoScaling']],
  ['autoscaling of a node that is too large', scaled('cache.r7g.4xlarge', 1, 1, 2), ['cache.autoScaling']],
  ['a family whose name only begins so', scaled('cache.r7gd.large', 1, 1, 2), ['cache.autoScaling']],
  ['durability before 9', cache({ engineVersion: '8.2', durability: 'async' }), ['cache.durability']],
  [
    'photos from one zone',
    { ...prod, images: { ...withImages.images, subnetIds: ['subnet-0eeeeeeeeeeeeee1e'] } },
    ['images.subnetIds'],
  ],
  [
    'a secret of another Region',
    { ...prod, ...manager, database: { ...prod.database, secretArn: elsewhere } },
    ['database.secretArn'],
  ],
  [
    'a secret of another account',
    { ...prod, ...manager, database: { ...prod.database, secretArn: foreign } },
    ['database.secretArn'],
  ],
  ['a chat of another account', { ...prod, chat: { webhook: foreign } }, ['chat']],
  [
    'a way to a secret, one zone and no replica',
    { ...cache({ replicasPerShard: 0, snapshotRetentionDays: 0 }), ...manager },
    ['cache.multiAz', 'network.secretsManager', 'cache.snapshotRetentionDays'],
  ],
])('%s is all that is refused', (_, input, settings) => {
  expect(limitViolations(settingsSchema.parse(input), 'prod').map(({ setting }) => setting)).toEqual(settings);
});

test.each<[string, StageInput]>([
  ...Object.entries(OPTIONS),
  ['as many shards as autoscaling makes at least and at most', scaled('cache.r7g.2xlarge', 3, 3, 3)],
  ['durability of 9', cache({ engineVersion: '9.0', durability: 'sync' })],
  [
    'a caller of an account that is named',
    {
      ...prod,
      api: { exposure: 'private', callers: ['arn:aws:iam::444455556666:role/a'], otherAccounts: ['444455556666'] },
    },
  ],
  [
    'an endpoint that admits its callers already',
    { ...prod, api: { ...existingEndpoint, callerSecurityGroupIds: [] } },
  ],
  ['a regional API for a role alone', { ...prod, api: { exposure: 'regional', callers: [caller] } }],
  [
    'readers of the account itself',
    {
      ...adopted,
      keyReaders: { securityGroupIds: [], roleArns: ['arn:aws:iam::444455556666:role/a'] },
      audit: { readerArns: ['arn:aws:iam::444455556666:user/a'] },
    },
  ],
  ['a page to another than who gets the mails', { ...prod, pages: [{ email: 'second@carfin.example' }] }],
])('%s is accepted', (name, input) => {
  expect(limitViolations(settingsSchema.parse(input), name)).toStrictEqual([]);
});

test('a stage that keeps nothing may have one node in one zone', () => {
  const network = { ...dev.network, availabilityZones: ['ap-northeast-2a'], subnetIds: ['subnet-0123456789abcdef0'] };
  expect(parseSettings('dev', { ...dev, network }).cache.multiAz).toBe(false);
});

test("a setting that is missing is named, with the command that finds it in this stage's VPC", () => {
  const network = { ...prod.network, vpcId: 'vpc-0123456789abcdef0', subnetIds: undefined };
  expect(() => parseSettings('prod', { ...prod, network } as unknown as StageInput)).toThrow(
    /network\.subnetIds: .*aws ec2 describe-subnets .*Values=vpc-0123456789abcdef0 .* --region ap-northeast-2$/,
  );
});

test('everything that is wrong is said at once', () => {
  expect(() => parseSettings('prod', { ...prod, account: 'x', region: 'nowhere' })).toThrow(
    /account: .*\n {2}region: /,
  );
});
