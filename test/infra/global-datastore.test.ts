import { Match } from 'aws-cdk-lib/assertions';
import { parseSettings } from '../../lib/stages/parse-settings';
import type { StageInput } from '../../lib/stages/settings';
import { estimate } from '../../lib/cost/estimate';
import { prod } from '../support/stages';
import { withGlobalDatastore } from './options';
import { stacksOf, synthesise } from './templates';

test('until AWS has made the id there is a datastore with one member, and its id as an output', () => {
  const first = synthesise('prod', withGlobalDatastore({ id: undefined }));
  expect(first.secondaries).toStrictEqual([]);
  const template = first.cache.template;
  template.hasResourceProperties('AWS::ElastiCache::GlobalReplicationGroup', {
    GlobalReplicationGroupIdSuffix: 'carfin',
    Members: [{ ReplicationGroupRegion: 'ap-northeast-2', Role: 'PRIMARY' }],
  });
  template.hasOutput('GlobalDatastoreId', {});
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { AutoMinorVersionUpgrade: false });
});

test('a secondary cluster says nothing of what the datastore decides, and nobody gets in without IAM', () => {
  const [secondary] = synthesise('prod', withGlobalDatastore({})).secondaries;
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
  expect(nodes(withGlobalDatastore({}))).toBe(2 * nodes(prod));
  expect(stacksOf(synthesise('prod', withGlobalDatastore({})))).toHaveLength(3);
});
