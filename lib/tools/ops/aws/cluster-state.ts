import {
  DescribeReplicationGroupsCommand,
  DescribeUpdateActionsCommand,
  paginateDescribeCacheClusters,
  type CacheCluster,
  type ElastiCacheClient,
  type NodeGroup,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import type { ClusterNode, ClusterState } from '../stage/target';
import type { AwsCalls } from './call';

/** A service update in one of these states still has to be applied. */
const OPEN_UPDATES = ['not-applied', 'waiting-to-start', 'in-progress', 'scheduling', 'scheduled'] as const;

/**
 * @param isPrimary what the metric IsMaster says of a node, undefined without data: ElastiCache names no roles in
 * cluster mode.
 * @throws OperationError
 */
export async function readCluster(
  elastiCache: ElastiCacheClient,
  calls: AwsCalls,
  groupId: string,
  isPrimary: ReadonlyMap<string, boolean | undefined>,
): Promise<ClusterState> {
  const [group, members, updates] = await Promise.all([
    calls.run(`Describing the replication group ${groupId}`, async () => {
      const answer = await elastiCache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: groupId }));
      return answer.ReplicationGroups?.[0] ?? {};
    }),
    calls.run('Describing the nodes', () => describeMembers(elastiCache, groupId)),
    openUpdates(elastiCache, groupId),
  ]);
  const byId = new Map(members.map((member) => [member.CacheClusterId ?? '', member]));
  const { Address = '', Port = 0 } = group.ConfigurationEndpoint ?? {};
  return {
    id: groupId,
    status: group.Status ?? 'unknown',
    engine: `${members[0]?.Engine ?? 'valkey'} ${versions(members)}`,
    nodeType: group.CacheNodeType ?? 'unknown',
    endpoint: `${Address}:${Port}`,
    multiAz: group.MultiAZ === 'enabled',
    nodes: (group.NodeGroups ?? []).flatMap((shard) => nodesOf(shard, byId, isPrimary)),
    pending: [...updates, ...pendingChanges(group, members)],
    eventTopic: eventTopicOf(members),
  };
}

/**
 * What can't be listed is said, and hides nothing else: the list is the least of what the engineer on call wants to
 * know.
 */
async function openUpdates(elastiCache: ElastiCacheClient, groupId: string): Promise<string[]> {
  try {
    const { UpdateActions = [] } = await elastiCache.send(
      new DescribeUpdateActionsCommand({ ReplicationGroupIds: [groupId], UpdateActionStatus: [...OPEN_UPDATES] }),
    );
    return UpdateActions.map(
      ({ ServiceUpdateName, ServiceUpdateSeverity, UpdateActionStatus }) =>
        `service update ${ServiceUpdateName ?? ''} (${ServiceUpdateSeverity ?? ''}), ${UpdateActionStatus ?? ''}`,
    );
  } catch (error) {
    const { name, message } = error as Error;
    return [`service updates could not be listed: ${name}: ${message.split('\n', 1)[0] ?? ''}`];
  }
}

/** Each member has its own status; one that can't publish is enough for an event that nobody hears of. */
function eventTopicOf(members: readonly CacheCluster[]): string | undefined {
  const states = members.map(({ NotificationConfiguration }) => NotificationConfiguration?.TopicStatus);
  return states.find((state) => state !== 'active') ?? states[0];
}

async function describeMembers(elastiCache: ElastiCacheClient, groupId: string): Promise<CacheCluster[]> {
  const found: CacheCluster[] = [];
  for await (const { CacheClusters = [] } of paginateDescribeCacheClusters(
    { client: elastiCache },
    { ShowCacheNodeInfo: true },
  ))
    found.push(...CacheClusters);
  return found.filter((member) => member.ReplicationGroupId === groupId);
}

function nodesOf(
  shard: NodeGroup,
  members: ReadonlyMap<string, CacheCluster>,
  isPrimary: ReadonlyMap<string, boolean | undefined>,
): ClusterNode[] {
  return (shard.NodeGroupMembers ?? []).map(({ CacheClusterId: id = '', PreferredAvailabilityZone: zone }) => {
    const member = members.get(id);
    const primary = isPrimary.get(id);
    return {
      id,
      shard: shard.NodeGroupId ?? '',
      role: primary === undefined ? 'unknown' : primary ? 'primary' : 'replica',
      zone: zone ?? member?.PreferredAvailabilityZone ?? 'unknown',
      status: member?.CacheClusterStatus ?? 'missing',
      version: member?.EngineVersion ?? 'unknown',
    };
  });
}

function versions(members: readonly CacheCluster[]): string {
  return [...new Set(members.map(({ EngineVersion }) => EngineVersion ?? 'unknown'))].join(' and ');
}

function pendingChanges(group: ReplicationGroup, members: readonly CacheCluster[]): string[] {
  const window = members[0]?.PreferredMaintenanceWindow ?? 'unknown';
  const holders: [string, object | undefined][] = [
    ['group', group.PendingModifiedValues],
    ...members.map((member): [string, object | undefined] => [
      member.CacheClusterId ?? '',
      member.PendingModifiedValues,
    ]),
  ];
  return holders
    .filter(([, values]) => Object.values(values ?? {}).some((value) => value !== undefined))
    .map(([whose, values]) => `change of ${whose}: ${JSON.stringify(values)}, in the window ${window} UTC`);
}
