import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { familyOf } from '../../lib/constructs/cache/valkey-cache';
import type { StageInput } from '../../lib/stages/settings';
import { prod, STAGES } from '../support/stages';
import { replacements, type GroupProperties } from '../../lib/tools/changes/cluster-replacement';
import { synthesise } from './templates';

/** What is deployed, as the snapshot of the last change says. */
const BASELINE = path.join(PROJECT_ROOT, 'test/infra/replication-groups.json');
const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Record<string, GroupProperties>;

function groupOf(name: string, input: StageInput): GroupProperties {
  const groups = Template.fromStack(synthesise(name, input).cache).findResources('AWS::ElastiCache::ReplicationGroup');
  const [entry] = Object.entries(groups);
  if (entry === undefined) throw new Error(`Stage ${name} has no replication group`);
  return { LogicalId: entry[0], ...(entry[1] as { Properties: GroupProperties }).Properties };
}

test.each(Object.entries(STAGES))('no change replaces the cluster of %s', (name, input) => {
  expect(replacements(baseline[name] ?? {}, groupOf(name, input))).toEqual([]);
});

test.each<[string, Partial<StageInput['cache']>, string[]]>([
  ['another id', { replicationGroupId: 'carfin-other' }, ['ReplicationGroupId']],
  ['more shards', { shards: 3 }, []],
  ['more replicas', { replicasPerShard: 2 }, []],
  ['other windows', { snapshotWindow: '10:00-11:00', maintenanceWindow: 'mon:12:00-mon:13:00' }, []],
  ['another node type', { nodeType: 'cache.r7g.xlarge' }, []],
  ['a newer engine', { engineVersion: '8.1' }, []],
])('%s is told as a replacement, or not', (_, change, expected) => {
  const changed = groupOf('prod', {
    ...prod,
    monthlyBudgetUsd: 10_000,
    cache: { ...prod.cache, ...change },
  });
  expect(replacements(groupOf('prod', prod), changed)).toEqual(expected);
});

test('another key, port or subnet group and a renamed construct are told', () => {
  const before = groupOf('prod', prod);
  const after = {
    ...before,
    LogicalId: 'Other',
    Port: 6380,
    KmsKeyId: { Ref: 'OtherKey' },
    CacheSubnetGroupName: { Ref: 'Other' },
    AtRestEncryptionEnabled: false,
    SnapshotName: 'before',
    NodeGroupConfiguration: [{ NodeGroupId: '0001' }],
  };
  expect(replacements(before, after).sort()).toEqual([
    'AtRestEncryptionEnabled',
    'CacheSubnetGroupName',
    'KmsKeyId',
    'LogicalId',
    'NodeGroupConfiguration',
    'Port',
    'SnapshotName',
  ]);
});

test('an engine upgrade gets the family of its version', () => {
  expect(['7.2', '8.0', '8.1'].map(familyOf)).toEqual(['valkey7', 'valkey8', 'valkey8']);
  const upgraded = Template.fromStack(
    synthesise('prod', { ...prod, cache: { ...prod.cache, engineVersion: '8.1' } }).cache,
  );
  const before = Template.fromStack(synthesise('prod', prod).cache);
  const idOf = (template: Template) => Object.keys(template.findResources('AWS::ElastiCache::ParameterGroup'));
  expect(idOf(upgraded)).not.toEqual(idOf(before));
  expect(JSON.stringify(upgraded.findResources('AWS::ElastiCache::ParameterGroup'))).not.toContain('lazyfree-');
});
