import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalPostgres } from '../engines/postgres';
import type { LocalCluster } from '../engines/valkey-cluster';
import type { ValkeyNode } from '../engines/valkey-node';
import type { Network } from './network';

/** The two stores of a running system: what breakages act on. */
export interface Stores {
  readonly postgres: LocalPostgres;
  readonly cluster: LocalCluster;
  /** What lies before the servers, where something does. */
  readonly network?: Network | undefined;
  /** Publishes the catalogue again, and writes whatever of it is gone. */
  refill: () => Promise<unknown>;
}

/** Runs its work while no request is under way, as a freeze does, where whoever asks can be held up. */
type Between = (work: () => Promise<unknown>) => Promise<unknown>;

/** A way of breaking what runs and of healing it, for one system at a time. Faults and drills are made of these. */
export interface Breakage<S = Stores> {
  begin?: (stores: S) => unknown;
  /** While it lasts, again and again: what one act doesn't keep broken. */
  meanwhile?: (stores: S, between: Between) => Promise<unknown>;
  /** Returns once the stores are well again. Without it there is nothing to undo. */
  end?: (stores: S) => unknown;
}

/** Starts those of the nodes that do not run, and waits until the cluster is well: they come back empty. */
export async function startDead({ cluster, network }: Stores, nodes: readonly ValkeyNode[]): Promise<void> {
  const dead = nodes.filter((node) => !node.process?.running);
  await Promise.all(
    dead.map(async (node) => {
      await node.start();
      await network?.announce(node);
    }),
  );
  await cluster.untilOk(30_000);
}

/** One after the other, in this order; healed in this order too. */
export function together<S>(...parts: readonly Breakage<S>[]): Breakage<S> {
  const each = async (act: (part: Breakage<S>) => unknown) => {
    for (const part of parts) await act(part);
  };
  return {
    begin: (stores) => each((part) => part.begin?.(stores)),
    meanwhile: async (stores, between) => {
      await each((part) => part.meanwhile?.(stores, between));
      if (parts.every(({ meanwhile }) => meanwhile === undefined)) await sleep(20);
    },
    end: (stores) => each((part) => part.end?.(stores)),
  };
}

/** Healed, the catalogue is published again: the breakage took or damaged some of it. */
export const refilled = <S extends Pick<Stores, 'refill'>>(breakage: Breakage<S>): Breakage<S> => ({
  ...breakage,
  end: async (stores) => {
    await breakage.end?.(stores);
    await stores.refill();
  },
});

/** Nothing but an act that is repeated, with a pause of so many ms. */
export const repeated = <S>(act: (stores: S, between: Between) => Promise<unknown>, pauseMs: number): Breakage<S> => ({
  meanwhile: async (stores, between) => {
    await act(stores, between);
    await sleep(pauseMs);
  },
});

/** Keeps it broken, by the acts that it repeats. @returns what ends that, before it is healed */
export function keepBroken<S>({ meanwhile }: Breakage<S>, stores: S): () => Promise<void> {
  if (meanwhile === undefined) return () => Promise.resolve();
  const healed = new AbortController();
  const acts = (async () => {
    // One that fails is repeated like any other.
    while (!healed.signal.aborted) await meanwhile(stores, (work) => work()).catch(() => sleep(20));
  })();
  return () => {
    healed.abort();
    return acts;
  };
}
