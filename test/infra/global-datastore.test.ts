import { Match } from 'aws-cdk-lib/assertions';
import { parseSettings } from '../../lib/stages/parse-settings';
import type { StageInput } from '../../lib/stages/settings';
import { estimate } from '../../lib/cost/estimate';
import { prod } from '../support/stages';
import { OPTIONS } from './options';
import { stacksOf, synthesise } from './templates';

type GlobalDatastore = NonNullable<StageInput['cache']['globalDatastore']>;

const { global } = OPTIONS;
if (global?.cache.globalDatastore?.secondaries[0] === undefined) throw new Error('No option has a global datastore.');
const datastore: GlobalDatastore = global.cache.globalDatastore;
const tokyo = global.cache.globalDatastore.secondaries[0];
const stage = (changes: Partial<GlobalDatastore>, cache: Partial<StageInput['cache']> = {}): StageInput => ({
  ...prod,
  monthlyBudgetUsd: 5_000,
  cache: { ...prod.cache, ...cache, globalDatastore: { ...datastore, ...changes } },
});

test.each<[string, string, StageInput, RegExp]>([
  ['dev', 'dev', stage({}), /cache\.globalDatastore: is for stages that people rely on/],
  ['a T node', 'prod', stage({}, { nodeType: 'cache.t3.medium' }), /is not possible on cache\.t3\.medium/],
  [
    'autoscaling',
    'prod',
    stage({}, { autoScaling: { minShards: 1, maxShards: 2, targetCpuPercent: 60 } }),
    /cache\.autoScaling: must be left out with cache\.globalDatastore/,
  ],
  ['no replica', 'prod', stage({}, { replicasPerShard: 0 }), /needs at least one replica a shard/],
  [
    'its own Region',
    'prod',
    stage({ secondaries: [{ ...tokyo, region: 'ap-northeast-2' }] }),
    /secondaries: must each be in another Region/,
  ],
  [
    'zones of another Region',
    'prod',
    stage({ secondaries: [{ ...tokyo, region: 'us-east-1' }] }),
    /secondaries\.0\.availabilityZones: must be zones of us-east-1 \(received "ap-northeast-1a"\)/,
  ],
  [
    'three secondaries',
    'prod',
    stage({ secondaries: [tokyo, tokyo, tokyo] }),
    /must be at most two: a global datastore has no more/,
  ],
  [
    'a copy abroad without a ground',
    'prod',
    stage({ secondaries: [{ ...tokyo, transferGround: undefined } as never] }),
    /transferGround: must name the ground .* consent, treaty, contract, certification, recognition .*not given/,
  ],
  [
    'a ground that is none',
    'prod',
    stage({ secondaries: [{ ...tokyo, transferGround: 'because' } as never] }),
    /transferGround: must name the ground/,
  ],
  ['an id that AWS did not make', 'prod', stage({ id: 'carfin' }), /id: must end in -carfin, as AWS makes it/],
])('%s is refused', (_, name, input, message) => {
  expect(() => parseSettings(name, input)).toThrow(message);
});

test('until AWS has made the id there is a datastore with one member, and its id as an output', () => {
  const { suffix, secondaries } = datastore;
  const first = synthesise('prod', {
    ...stage({}),
    cache: { ...prod.cache, globalDatastore: { suffix, secondaries } },
  });
  expect(first.secondaries).toEqual([]);
  const template = first.cache.template;
  template.hasResourceProperties('AWS::ElastiCache::GlobalReplicationGroup', {
    GlobalReplicationGroupIdSuffix: 'carfin',
    Members: [{ ReplicationGroupRegion: 'ap-northeast-2', Role: 'PRIMARY' }],
  });
  template.hasOutput('GlobalDatastoreId', {});
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { AutoMinorVersionUpgrade: false });
});

test('a secondary cluster says nothing of what the datastore decides, and nobody gets in without IAM', () => {
  const [secondary] = synthesise('prod', stage({})).secondaries;
  if (secondary === undefined) throw new Error('There is no secondary stack.');
  expect(secondary.region).toBe('ap-northeast-1');
  const template = secondary.template;
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
    GlobalReplicationGroupId: 'lkdvl-carfin',
    UserGroupIds: Match.anyValue(),
    KmsKeyId: Match.anyValue(),
    MultiAZEnabled: true,
    Engine: Match.absent(),
    EngineVersion: Match.absent(),
    CacheNodeType: Match.absent(),
    NumNodeGroups: Match.absent(),
    CacheParameterGroupName: Match.absent(),
    TransitEncryptionEnabled: Match.absent(),
    AtRestEncryptionEnabled: Match.absent(),
  });
  for (const user of Object.values(template.findResources('AWS::ElastiCache::User')))
    expect(user.Properties).toMatchObject({ AuthenticationMode: { Type: 'iam' } });
});

test('its nodes are paid for', () => {
  const nodes = (input: StageInput) =>
    estimate(parseSettings('prod', input))
      .lines.filter(({ what }) => what.includes('nodes'))
      .reduce((sum, { quantity }) => sum + quantity, 0);
  expect(nodes(stage({}))).toBe(2 * nodes(prod));
  expect(stacksOf(synthesise('prod', stage({})))).toHaveLength(3);
});
