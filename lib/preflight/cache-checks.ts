import {
  DescribeCacheEngineVersionsCommand,
  DescribeReplicationGroupsCommand,
  DescribeUsersCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import type { StageSettings } from '../stages/settings';
import { stackStatus } from './account-checks';
import { ok, problem, type Finding } from './finding';

export async function checkEngine({ region, cache: { engineVersion } }: StageSettings): Promise<Finding[]> {
  const { CacheEngineVersions = [] } = await new ElastiCacheClient({ region }).send(
    new DescribeCacheEngineVersionsCommand({ Engine: 'valkey' }),
  );
  const offered = CacheEngineVersions.map((each) => each.EngineVersion ?? '');
  return [
    offered.some((version) => version === engineVersion || version.startsWith(`${engineVersion}.`))
      ? ok('Valkey', `${engineVersion} is offered in ${region}`)
      : problem(
          'Valkey',
          `${region} offers ${offered.join(', ') || 'no version'}`,
          `Set cache.engineVersion to one of them; it is ${engineVersion}.`,
        ),
  ];
}

/** A name that somebody else uses makes the deploy fail half-way; our own stack's is fine. */
export async function checkNames({ region, cache: { replicationGroupId } }: StageSettings): Promise<Finding[]> {
  const ours = await stackStatus(region, `${replicationGroupId}-cache`);
  if (ours !== undefined)
    return [ok('names', `the stack ${replicationGroupId}-cache exists (${ours}); this deploy updates it`)];
  const client = new ElastiCacheClient({ region });
  const [groups, users] = await Promise.all([
    client.send(new DescribeReplicationGroupsCommand({})),
    client.send(new DescribeUsersCommand({ Filters: [{ Name: 'user-id', Values: [`${replicationGroupId}-search`] }] })),
  ]);
  const taken = [
    ...(groups.ReplicationGroups ?? [])
      .filter((group) => group.ReplicationGroupId === replicationGroupId)
      .map(() => 'replication group'),
    ...((users.Users ?? []).length > 0 ? ['user'] : []),
  ];
  return [
    taken.length === 0
      ? ok('names', `${replicationGroupId} is free`)
      : problem(
          'names',
          `a ${taken.join(' and a ')} named ${replicationGroupId} exists`,
          'Set cache.replicationGroupId to another name; the two clusters can stand side by side.',
        ),
  ];
}
