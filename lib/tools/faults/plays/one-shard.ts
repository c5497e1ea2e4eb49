import { setTimeout as sleep } from 'node:timers/promises';
import { nothing, startDead } from '../../breakage/breakage';
import { hasRole, primariesOf, replicaOf } from '../../engines/cluster-roles';
import type { ValkeyNode } from '../../engines/valkey-node';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';

/**
 * What ElastiCache takes to notice and to promote is longer; what counts is what searches do meanwhile, and afterwards.
 */
const UNNOTICED_MS = 2_000;

const state: { primary?: ValkeyNode; replica?: ValkeyNode } = {};

async function chooseRoles(lab: Lab): Promise<void> {
  const [primary] = await primariesOf(lab.cluster);
  if (primary === undefined) throw new Error('The shard has no primary');
  state.primary = primary;
  state.replica = await replicaOf(lab.cluster, primary);
}

/** As the control plane does it: the replica does not wait for votes, and the node comes back as its replica. */
async function promote(lab: Lab): Promise<void> {
  const { primary, replica } = state;
  await replica?.ask('CLUSTER', 'FAILOVER', 'TAKEOVER');
  while (replica !== undefined && !(await hasRole(replica, 'master'))) await sleep(20);
  await startDead(lab, primary === undefined ? [] : [primary]);
}

/** Production's shape: one shard with one replica. Without its primary no other node holds anything. */
export const ONE_SHARD_FAULTS: readonly Fault[] = [
  {
    name: 'one-shard-killed',
    what: 'one shard: its primary killed, the replica promoted by the control plane, the node back',
    shards: 1,
    holdMs: UNNOTICED_MS,
    begin: async (lab) => {
      await chooseRoles(lab);
      await state.primary?.stop();
    },
    end: promote,
  },
  {
    name: 'one-shard-failover',
    what: 'one shard: CLUSTER FAILOVER, again and again, as when nodes are replaced one by one',
    shards: 1,
    begin: nothing,
    meanwhile: async (lab) => {
      await chooseRoles(lab);
      // Refused or given up while the replica is not in step: then it is asked again.
      await state.replica?.ask('CLUSTER', 'FAILOVER').catch(() => undefined);
      await sleep(500);
    },
    end: (lab) => lab.cluster.untilOk(),
  },
];
