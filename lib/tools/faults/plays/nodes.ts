import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE_KEYS } from '../../../../lambda/contract/keys';
import { nothing } from '../../breakage/breakage';
import { busy, everyNode, hung, killed, loading, paused, pointerShard } from '../../breakage/nodes';
import { hasRole, ownerOf, replicaOf } from '../../engines/cluster-roles';
import type { ValkeyNode } from '../../engines/valkey-node';
import type { Fault, StoreFault } from '../lab/fault';
import type { Lab } from '../lab/lab';

/** The cluster notices after 2 s (its node timeout) and votes. */
const FAILOVER_MS = 2_000;

const state: { node?: ValkeyNode; replica?: ValkeyNode } = {};

/** The primary that every look at the catalogue asks. */
async function chooseShard(lab: Lab): Promise<void> {
  state.node = await ownerOf(lab.cluster, CATALOGUE_KEYS.current);
  state.replica = await replicaOf(lab.cluster, state.node);
}

/** @returns whether the replica became primary and the nodes that are awake agree, within the time. */
async function isPrimary(lab: Lab, node: ValkeyNode | undefined, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  const awake = lab.cluster.nodes.filter((each) => each !== state.node && each.process?.running);
  while (Date.now() < deadline) {
    const promoted = node !== undefined && (await hasRole(node, 'master'));
    const infos = await Promise.all(awake.map((each) => each.ask('CLUSTER', 'INFO')));
    if (promoted && infos.every((info) => String(info).includes('cluster_state:ok'))) return true;
    await sleep(20);
  }
  return false;
}

async function untilPrimary(lab: Lab, node: ValkeyNode | undefined): Promise<void> {
  if (!(await isPrimary(lab, node, 20_000))) throw new Error(`The replica on port ${node?.port ?? 0} was not promoted`);
}

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
    begin: async (lab) => {
      await chooseShard(lab);
      await state.node?.stop();
    },
    end: (lab) => untilPrimary(lab, state.replica),
  },
  {
    name: 'primary-hung',
    what: 'a primary stopped while warm, its replica promoted',
    holdMs: FAILOVER_MS,
    begin: async (lab) => {
      await chooseShard(lab);
      state.node?.process?.signal('SIGSTOP');
    },
    end: (lab) => untilPrimary(lab, state.replica),
  },
  {
    name: 'planned-failover',
    what: 'CLUSTER FAILOVER, again and again',
    begin: nothing,
    meanwhile: async (lab) => {
      await chooseShard(lab);
      // Refused or given up while the replica is not in step: then it is asked again.
      await state.replica?.ask('CLUSTER', 'FAILOVER').catch(() => undefined);
      await isPrimary(lab, state.replica, 3_000);
      await sleep(200);
    },
    end: (lab) => lab.cluster.untilOk(),
  },
];
