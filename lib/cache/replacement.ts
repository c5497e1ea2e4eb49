/** Properties of AWS::ElastiCache::ReplicationGroup, with its logical id in the template. */
export type GroupProperties = Readonly<Record<string, unknown>>;

/**
 * A change of one of these makes CloudFormation replace the cluster, and everything in it is lost (CFN,
 * aws-resource-elasticache-replicationgroup). With UseOnlineResharding the number of shards is not among them. A changed
 * logical id is a replacement too: one is created and the other deleted.
 */
const REPLACING = [
  'LogicalId',
  'AtRestEncryptionEnabled',
  'CacheSubnetGroupName',
  'DataTieringEnabled',
  'GlobalReplicationGroupId',
  'KmsKeyId',
  'NetworkType',
  'NodeGroupConfiguration',
  'Port',
  'PreferredCacheClusterAZs',
  'ReplicationGroupId',
  'SnapshotArns',
  'SnapshotName',
];

/** @returns the properties whose change would replace the cluster; none if it stays. */
export function replacements(before: GroupProperties, after: GroupProperties): string[] {
  return REPLACING.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
