import { setTimeout as sleep } from 'node:timers/promises';
import { startDead } from '../../breakage/breakage';
import { busy, everyNode, hung, killed, loading, paused, pointerNode, pointerShard } from '../../breakage/nodes';
import { hasRole, replicaOf } from '../../engines/cluster-roles';
import type { ValkeyNode } from '../../engines/valkey-node';
import type { Fault, StoreFault } from '../lab/fault';
import type { Lab } from '../lab/lab';

/** The cluster notices after 2 s (its node timeout) and votes. */
const FAILOVER_MS = 2_000;

const state: { node?: ValkeyNode; replica?: ValkeyNode } = {};

async function chooseShard(lab: Lab): Promise<void> {
  state.node = await pointerNode(lab);
  state.replica = await replicaOf(lab.cluster, state.node);
}

async function killPrimary(lab: Lab): Promise<void> {
  await chooseShard(lab);
  await state.node?.stop();
}

/** @returns whether the replica became primary and the nodes that are awake agree, within the time. */
async function isPrimary({ cluster }: Lab, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  const { node, replica } = state;
  const awake = cluster.nodes.filter((each) => each !== node && each.process?.running);
  while (Date.now() < deadline) {
    const promoted = replica !== undefined && (await hasRole(replica, 'master'));
    const infos = await Promise.all(awake.map((each) => each.ask('CLUSTER', 'INFO')));
    if (promoted && infos.every((info) => String(info).includes('cluster_state:ok'))) return true;
    await sleep(20);
  }
  return false;
}

async function untilPrimary(lab: Lab): Promise<void> {
  const port = state.replica?.port ?? 0;
  if (!(await isPrimary(lab, 20_000))) throw new Error(`The replica on port ${port} was not promoted`);
}

/** As the control plane does it: the replica does not wait for votes, and the node comes back as its replica. */
async function promote(lab: Lab): Promise<void> {
  const { node, replica } = state;
  await replica?.ask('CLUSTER', 'FAILOVER', 'TAKEOVER');
  while (replica !== undefined && !(await hasRole(replica, 'master'))) await sleep(20);
  await startDead(lab, node === undefined ? [] : [node]);
}

const failingOver: Pick<Fault, 'meanwhile' | 'end'> = {
  meanwhile: async (lab) => {
    await chooseShard(lab);
    // Refused or given up while the replica is not in step: then it is asked again.
    await state.replica?.ask('CLUSTER', 'FAILOVER').catch(() => undefined);
    await isPrimary(lab, 3_000);
    await sleep(200);
  },
  end: ({ cluster }) => cluster.untilOk(),
};

/** Nodes that die or hang, and cannot be replaced. */
export const LOST_NODE_FAULTS: readonly StoreFault[] = [
  { name: 'all-killed', what: 'every node killed, the data lost', ...killed(everyNode) },
  { name: 'dead-at-cold-start', what: 'processes start while no node runs', ...killed(everyNode), cold: {} },
  { name: 'all-hung', what: 'every node stopped (SIGSTOP)', ...hung(everyNode) },
  { name: 'hung-at-cold-start', what: 'processes start while every node is stopped', ...hung(everyNode), cold: {} },
  {
    name: 'shard-lost',
    what: 'a primary and its replica killed, the data lost',
    holdMs: FAILOVER_MS + 1_500,
    ...killed(pointerShard),
  },
  { name: 'loading', what: 'a primary answers LOADING', ...loading() },
  { name: 'busy', what: 'a script that does not end (BUSY)', ...busy() },
  { name: 'client-pause', what: 'CLIENT PAUSE on every node', ...paused(2_000, 2_000) },
];

/** Primaries that give way to their replicas. */
export const FAILOVER_FAULTS: readonly Fault[] = [
  {
    name: 'primary-killed',
    what: 'a primary killed, its replica promoted',
    holdMs: FAILOVER_MS,
    begin: killPrimary,
    end: untilPrimary,
  },
  {
    name: 'primary-hung',
    what: 'a primary stopped while warm, its replica promoted',
    holdMs: FAILOVER_MS,
    begin: async (lab) => {
      await chooseShard(lab);
      state.node?.process?.signal('SIGSTOP');
    },
    end: untilPrimary,
  },
  { name: 'planned-failover', what: 'CLUSTER FAILOVER, again and again', ...failingOver },
];

/**
 * Production's shape: one shard with one replica. Without its primary no other node holds anything. ElastiCache takes
 * longer to notice and to promote; what counts is what searches do meanwhile, and afterwards.
 */
export const ONE_SHARD_FAULTS: readonly Fault[] = [
  {
    name: 'one-shard-killed',
    what: 'one shard: its primary killed, the replica promoted by the control plane, the node back',
    shards: 1,
    holdMs: FAILOVER_MS,
    begin: killPrimary,
    end: promote,
  },
  {
    name: 'one-shard-failover',
    what: 'one shard: CLUSTER FAILOVER, again and again, as when nodes are replaced one by one',
    shards: 1,
    ...failingOver,
  },
];
