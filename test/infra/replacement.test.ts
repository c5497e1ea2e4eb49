import { familyOf } from '../../lib/constructs/cache/valkey-cache';
import type { StageInput } from '../../lib/stages/settings';
import { changesBetween, clusterLoss } from '../../lib/tools/changes/changes';
import { compactTemplate, type CompactTemplate } from '../../lib/tools/changes/compact-template';
import { changesText, diffText } from '../../lib/tools/changes/diff';
import { summaryLines } from '../../lib/tools/changes/summary';
import { prod } from '../support/stages';
import { synthesise } from './templates';

const CLUSTER = 'AWS::ElastiCache::ReplicationGroup';

function cacheOf(change: Partial<StageInput['cache']>): CompactTemplate {
  const input = { ...prod, monthlyBudgetUsd: 10_000, cache: { ...prod.cache, ...change } };
  const { cache, settings } = synthesise('prod', input);
  return compactTemplate(cache.template, settings);
}
const before = cacheOf({});

test.each<[string, Partial<StageInput['cache']>, RegExp]>([
  ['another id', { replicationGroupId: 'carfin-other' }, /^REPLACED, .*: ReplicationGroupId$/],
  ['more shards', { shards: 3 }, /^changed in place: NumNodeGroups 1 -> 3$/],
  ['more replicas', { replicasPerShard: 2 }, /^changed in place: ReplicasPerNodeGroup 1 -> 2$/],
  [
    'shards and replicas',
    { shards: 2, replicasPerShard: 2 },
    /^changed in place: NumNodeGroups .*ReplicasPerNodeGroup/,
  ],
  ['other windows', { snapshotWindow: '10:00-11:00' }, /^changed in place: SnapshotWindow 18:00-19:00 -> 10:00-11:00$/],
  ['another node type', { nodeType: 'cache.r7g.xlarge' }, /^changed in place: CacheNodeType cache.r7g.large -> /],
  ['a newer engine', { engineVersion: '8.1' }, /^changed in place: .*EngineVersion 7.2 -> 8.1/],
])('%s: summary and guard say the same', (_, change, line) => {
  const changes = changesBetween(before, cacheOf(change));
  expect(summaryLines(changes)[0]?.replace('  cluster   ', '')).toMatch(line);
  expect(clusterLoss(changes) !== undefined).toBe(line.source.startsWith('^REPLACED'));
});

test.each<[string, StageInput, RegExp]>([
  ['cannot be deployed', { ...prod, monthlyBudgetUsd: 100 }, /^ {2}monthlyBudgetUsd: must cover/m],
  ['lacks a setting', { ...prod, alarmEmails: undefined } as unknown as StageInput, /^ {2}alarmEmails: must be given/m],
  ['breaks a rule of prod alone', { ...prod, cache: { ...prod.cache, retainData: false } }, /must be true for prod/],
  [
    'has too many resources',
    { ...prod, cache: { ...prod.cache, shards: 90 }, monthlyBudgetUsd: 1_000_000 },
    /^ {2}cache\.shards: makes \d+ resources/m,
  ],
])('a stage that %s is told by its own name', (_, input, rule) => {
  const diff = () => diffText({ prod: input });
  expect(diff).toThrow("Stage prod can't be deployed with these settings (lib/stages/prod.yaml):\n");
  expect(diff).toThrow(rule);
});

test('what no snapshot holds is not told as nothing', () => {
  const renamed = { ...prod, cache: { ...prod.cache, replicationGroupId: 'carfin-other' } };
  const text = diffText({ prod: renamed });
  expect(text).not.toContain('nothing would change');
  expect(text).toMatch(/\nNot seen: .*cache\.replicationGroupId.*docs\/settings\.md/);
});

const group = (properties: object, id = 'Group') => ({ [CLUSTER]: { [id]: { ...properties } } });

test.each([
  ['Port', 6379, 6380],
  ['KmsKeyId', '<Key>', '<Other>'],
  ['CacheSubnetGroupName', '<Subnets>', '<Other>'],
  ['AtRestEncryptionEnabled', true, false],
  ['SnapshotName', 'a', 'b'],
  ['NodeGroupConfiguration', [{ NodeGroupId: '0001' }], [{ NodeGroupId: '0002' }]],
  // Without UseOnlineResharding.
  ['NumNodeGroups', 1, 2],
])('another %s replaces the cluster', (name, from, to) => {
  const changes = changesBetween(group({ [name]: from }), group({ [name]: to }));
  expect(clusterLoss(changes)).toBe(name);
  expect(summaryLines(changes)).toEqual([`  cluster   REPLACED, and everything in it is lost: ${name}`]);
});

test('a renamed construct and a removed one lose the cluster too', () => {
  expect(clusterLoss(changesBetween(group({}), group({}, 'Other')))).toBe('another logical id');
  expect(summaryLines(changesBetween(group({}), {}))).toEqual(['  cluster   REMOVED: everything in it is lost']);
  expect(clusterLoss(changesBetween({}, group({})))).toBeUndefined();
});

test('what a replaced resource takes with it is told too', () => {
  const withSubnets = (CacheSubnetGroupName: string) => ({
    'AWS::ElastiCache::SubnetGroup': { Subnets: { CacheSubnetGroupName } },
    ...group({ CacheSubnetGroupName: '<Subnets>' }),
  });
  expect(summaryLines(changesBetween(withSubnets('before'), withSubnets('after')))).toEqual([
    '  cluster   REPLACED, and everything in it is lost: CacheSubnetGroupName',
    '  REPLACED  AWS::ElastiCache::SubnetGroup Subnets (CacheSubnetGroupName)',
  ]);
});

test('the cluster stands first, permissions and many of a kind stand on one line, a stage like another says so', () => {
  const alarms = Object.fromEntries(['A', 'B', 'C', 'D'].map((id) => [id, { Threshold: 1 }]));
  const policies = (Effect: string) => ({ 'AWS::IAM::Policy': { P: { PolicyDocument: [Effect] } } });
  const changes = changesBetween(
    { ...policies('Allow'), 'AWS::SNS::Topic': { T: {} } },
    { ...policies('Deny'), 'AWS::CloudWatch::Alarm': alarms },
  );
  expect(
    changesText([
      { stage: 'prod', changes },
      { stage: 'dev', changes },
      { stage: 'new', changes: undefined },
    ]),
  ).toBe(
    `prod
  cluster   stays as it is
  removed   AWS::SNS::Topic T
  added     4 AWS::CloudWatch::Alarm: A, B, C, D
  changed   permissions: P
dev
  the same as prod
new
  a new stage: no snapshot of it is committed`,
  );
  expect(summaryLines([])).toEqual(['  nothing that a snapshot holds would change']);
});

test('an engine upgrade gets the family of its version, beside the old one', () => {
  expect(['7.2', '8.0', '8.1'].map(familyOf)).toEqual(['valkey7', 'valkey8', 'valkey8']);
  const groups = 'AWS::ElastiCache::ParameterGroup';
  const upgraded = cacheOf({ engineVersion: '8.1' })[groups];
  const ids = [before[groups], upgraded].map((found) => Object.keys(found ?? {}));
  expect(ids).toEqual([[expect.stringMatching('valkey7')], [expect.stringMatching('valkey8')]]);
  expect(JSON.stringify(upgraded)).not.toContain('lazyfree-');
});
