import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE_KEYS } from '../../../../lambda/contract/keys';
import type { ValkeyNode } from '../../engines/valkey-node';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';

/** The cluster notices after 2 s (its node timeout) and votes. */
const FAILOVER_MS = 2_000;

const state: { node?: ValkeyNode; replica?: ValkeyNode } = {};

/** The primary that every look at the catalogue asks. */
async function chooseShard(lab: Lab): Promise<void> {
  state.node = await lab.ownerOf(CATALOGUE_KEYS.current);
  state.replica = await lab.replicaOf(state.node);
}

/** @returns whether the replica became primary and the nodes that are awake agree, within the time. */
async function isPrimary(lab: Lab, node: ValkeyNode | undefined, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  const awake = lab.cluster.nodes.filter((each) => each !== state.node && each.process?.running);
  while (Date.now() < deadline) {
    const [role] = (await node?.ask('ROLE')) as unknown[];
    const infos = await Promise.all(awake.map((each) => each.ask('CLUSTER', 'INFO')));
    if (role === 'master' && infos.every((info) => String(info).includes('cluster_state:ok'))) return true;
    await sleep(20);
  }
  return false;
}

async function untilPrimary(lab: Lab, node: ValkeyNode | undefined): Promise<void> {
  if (!(await isPrimary(lab, node, 20_000))) throw new Error(`The replica on port ${node?.port ?? 0} was not promoted`);
}

const everyNode = (lab: Lab, signal: NodeJS.Signals): Promise<void> => {
  for (const node of lab.cluster.nodes) node.process?.signal(signal);
  return Promise.resolve();
};

async function restartAll(lab: Lab): Promise<void> {
  await Promise.all(lab.cluster.nodes.filter((node) => !node.process?.running).map((node) => lab.restart(node)));
  await lab.cluster.untilOk(30_000);
  await lab.warmUp();
}

const killAll = async (lab: Lab) => {
  await Promise.all(lab.cluster.nodes.map((node) => node.stop()));
};

/** Servers that die, hang or change their role. */
export const NODE_FAULTS: readonly Fault[] = [
  { name: 'all-killed', what: 'every node killed, the data lost', begin: killAll, end: restartAll },
  { name: 'dead-at-cold-start', what: 'processes start while no node runs', begin: killAll, cold: {}, end: restartAll },
  {
    name: 'all-hung',
    what: 'every node stopped (SIGSTOP)',
    begin: (lab) => everyNode(lab, 'SIGSTOP'),
    end: async (lab) => {
      await everyNode(lab, 'SIGCONT');
      await lab.cluster.untilOk();
    },
  },
  {
    name: 'hung-at-cold-start',
    what: 'processes start while every node is stopped',
    begin: (lab) => everyNode(lab, 'SIGSTOP'),
    cold: {},
    end: async (lab) => {
      await everyNode(lab, 'SIGCONT');
      await lab.cluster.untilOk();
    },
  },
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
    begin: () => Promise.resolve(),
    meanwhile: async (lab) => {
      await chooseShard(lab);
      // Refused or given up while the replica is not in step: then it is asked again.
      await state.replica?.ask('CLUSTER', 'FAILOVER').catch(() => undefined);
      await isPrimary(lab, state.replica, 3_000);
      await sleep(200);
    },
    end: (lab) => lab.cluster.untilOk(),
  },
  {
    name: 'shard-lost',
    what: 'a primary and its replica killed, the data lost',
    holdMs: FAILOVER_MS + 1_500,
    begin: async (lab) => {
      await chooseShard(lab);
      await Promise.all([state.node?.stop(), state.replica?.stop()]);
    },
    end: restartAll,
  },
  {
    name: 'loading',
    what: 'a primary answers LOADING',
    begin: async (lab) => {
      await chooseShard(lab);
      await state.node?.ask('CONFIG', 'SET', 'loading-process-events-interval-bytes', 1_024);
      const keys = Number(await state.node?.ask('DBSIZE'));
      await state.node?.ask('CONFIG', 'SET', 'key-load-delay', Math.round(1_200_000 / Math.max(1, keys)));
      void state.node?.ask('DEBUG', 'RELOAD').catch(() => undefined);
    },
    end: async (lab) => {
      const loading = async () => /loading:1/.test(String(await state.node?.ask('INFO', 'persistence')));
      while (await loading().catch(() => true)) await sleep(20);
      await state.node?.ask('CONFIG', 'SET', 'key-load-delay', 0);
      await lab.cluster.untilOk();
    },
  },
  {
    name: 'busy',
    what: 'a script that does not end (BUSY)',
    begin: async (lab) => {
      await chooseShard(lab);
      await state.node?.ask('CONFIG', 'SET', 'busy-reply-threshold', 50);
      void state.node?.ask('EVAL', 'while true do end', 0).catch(() => undefined);
    },
    end: async (lab) => {
      await state.node?.ask('SCRIPT', 'KILL');
      await state.node?.ask('CONFIG', 'SET', 'busy-reply-threshold', 5_000);
      await lab.cluster.untilOk();
    },
  },
  {
    name: 'client-pause',
    what: 'CLIENT PAUSE on every primary',
    begin: async (lab) => {
      for (const node of await lab.primaries()) await node.ask('CLIENT', 'PAUSE', 2_000, 'ALL');
    },
    // A paused node keeps the administrator waiting too.
    end: (lab) => lab.cluster.untilOk(),
  },
];
