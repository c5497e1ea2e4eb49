/** The shape of a cluster, as far as its nodes' names go. */
interface ClusterShape {
  replicationGroupId: string;
  shards: number;
  replicasPerShard: number;
}

/**
 * Ids of the member nodes: `<group>-<shard>-<node>`, both from 1 (dg, Replication.Endpoints). Which is primary changes
 * with a failover.
 */
export function memberNodes({ replicationGroupId, shards, replicasPerShard }: ClusterShape): string[] {
  return Array.from({ length: shards }, (_, shard) =>
    Array.from(
      { length: replicasPerShard + 1 },
      (__, node) => `${replicationGroupId}-${String(shard + 1).padStart(4, '0')}-${String(node + 1).padStart(3, '0')}`,
    ),
  ).flat();
}
