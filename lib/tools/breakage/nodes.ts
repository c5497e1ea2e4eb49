import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { ownerOf, replicasOf } from '../engines/cluster-roles';
import type { ValkeyNode } from '../engines/valkey-node';
import { refilled, startDead, type Breakage, type Stores } from './breakage';

/** Which nodes are broken. */
export type Choice = (stores: Stores) => Promise<readonly ValkeyNode[]> | readonly ValkeyNode[];

export const everyNode: Choice = ({ cluster }) => cluster.nodes;

/** Where one is enough, of a cluster without replicas: the last primary. */
export const lastNode: Choice = ({ cluster }) => cluster.nodes.slice(-1);

/** The primary that every look at the catalogue asks. */
export const pointerNode = ({ cluster }: Stores): Promise<ValkeyNode> => ownerOf(cluster, CATALOGUE_KEYS.current);

/** The same with its replicas: a shard. */
export const pointerShard: Choice = async (stores) => {
  const primary = await pointerNode(stores);
  return [primary, ...(await replicasOf(stores.cluster, primary))];
};

/** Killed (SIGKILL), the data lost. */
export function killed(choose: Choice): Breakage {
  let nodes: readonly ValkeyNode[] = [];
  return refilled({
    begin: async (stores) => {
      nodes = await choose(stores);
      await Promise.all(nodes.map((node) => node.stop()));
    },
    end: (stores) => startDead(stores, nodes),
  });
}

/** Stopped in their tracks (SIGSTOP): they accept connections and never answer. */
export function hung(choose: Choice): Breakage {
  let nodes: readonly ValkeyNode[] = [];
  const signal = (name: NodeJS.Signals) => {
    for (const node of nodes) node.process?.signal(name);
  };
  return {
    begin: async (stores) => {
      nodes = await choose(stores);
      signal('SIGSTOP');
    },
    end: async ({ cluster }) => {
      signal('SIGCONT');
      await cluster.untilOk();
    },
  };
}

/** Every node pauses for so many ms, so often (CLIENT PAUSE): a paused node keeps administrators waiting too. */
export const paused = (ms: number, everyMs: number): Breakage => ({
  meanwhile: async ({ cluster }) => {
    void cluster.everywhere('CLIENT', 'PAUSE', ms, 'ALL').catch(() => undefined);
    await sleep(everyMs);
  },
  end: async ({ cluster }) => {
    await cluster.everywhere('CLIENT', 'UNPAUSE');
    await cluster.untilOk();
  },
});

/** How long one loading takes, microseconds. */
const LOADING_US = 1_200_000;

/** A primary loads its data again and again, and answers LOADING meanwhile. */
export function loading(): Breakage {
  let node: ValkeyNode | undefined;
  const isLoading = async () => /loading:1/.test(String(await node?.ask('INFO', 'persistence')));
  return {
    begin: async (stores) => {
      node = await pointerNode(stores);
      await node.ask('CONFIG', 'SET', 'loading-process-events-interval-bytes', 1_024);
      const keys = Number(await node.ask('DBSIZE'));
      await node.ask('CONFIG', 'SET', 'key-load-delay', Math.round(LOADING_US / Math.max(1, keys)));
    },
    meanwhile: async () => {
      await node?.ask('DEBUG', 'RELOAD').catch(() => sleep(20));
    },
    end: async ({ cluster }) => {
      while (await isLoading().catch(() => true)) await sleep(20);
      await node?.ask('CONFIG', 'SET', 'key-load-delay', 0);
      await cluster.untilOk();
    },
  };
}

/** A primary runs a script that does not end, and answers BUSY. */
export function busy(): Breakage {
  let node: ValkeyNode | undefined;
  return {
    begin: async (stores) => {
      node = await pointerNode(stores);
      await node.ask('CONFIG', 'SET', 'busy-reply-threshold', 50);
      void node.ask('EVAL', 'while true do end', 0).catch(() => undefined);
    },
    end: async ({ cluster }) => {
      await node?.ask('SCRIPT', 'KILL');
      await node?.ask('CONFIG', 'SET', 'busy-reply-threshold', 5_000);
      await cluster.untilOk();
    },
  };
}
