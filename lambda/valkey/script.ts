import { createHash } from 'node:crypto';
import slotOf from 'cluster-key-slot';
import type { Cluster, Redis } from 'iovalkey';
import { deadline } from '../contract/deadlines';
import type { Command } from './client';
import { nodeKey } from './connections';

/** What a write waits for a replica, ms; past that the answer says that it is not durable. */
const REPLICA_WAIT_MS = deadline(50);

type Argument = string | number | Buffer;
type Arguments = readonly Argument[];

/**
 * A Lua script, run by its hash, with what it replies and takes. It runs as one command, so that a key never exists
 * without its TTL and a lease is never given up by a stranger. Each folder has scripts of its own: lint keeps others
 * from importing them.
 */
interface Script<R = unknown, A extends Arguments = Arguments> {
  readonly lua: string;
  readonly sha: string;
  /** Whether texts of the reply are bytes. */
  readonly bytes: boolean;
  /** Types alone: no script has it. */
  readonly call?: (...args: A) => R;
}

/** @param bytes whether its reply holds texts as Buffers */
export function defineScript<R, A extends Arguments = Arguments>(lua: string, bytes = false): Script<R, A> {
  return { lua, sha: createHash('sha1').update(lua).digest('hex'), bytes };
}

/** What a script replied, and whether a replica has confirmed what it wrote. */
interface Durable<T> {
  reply: T;
  /** False on a node without replicas, and where none confirmed in time: a failover could lose the write. */
  durable: boolean;
}

type Results = [error: Error | null, value: unknown][];

/**
 * A write that is followed by `WAIT 1` on the same connection in the same round trip: WAIT speaks of the writes of its
 * own connection, and has no key by which a cluster client could route it. The script may run twice (a connection that
 * closed may have carried it out), so it must know its own repetition.
 * @param keys all in one slot; the first decides the node.
 */
export function durableScript<R, A extends Arguments>(
  script: Script<R, A>,
  keys: readonly [string, ...string[]],
  args: A,
): Command<Durable<R>> {
  return {
    key: keys[0],
    send: async (cluster) => {
      const [primary = '', ...replicas] = cluster.slots[slotOf(keys[0])] ?? [];
      const waitMs = replicas.length === 0 ? undefined : REPLICA_WAIT_MS;
      const run = (node: string, asking: boolean) =>
        execute<R>(connectionTo(cluster, node), script, keys, args, waitMs, asking);
      try {
        return await run(primary, false);
      } catch (error) {
        // A slot that is on its way to another node: the key has gone ahead.
        const [code, , target = ''] = (error as Error).message.split(' ');
        if (code !== 'ASK') throw error;
        return run(target, true);
      }
    },
  };
}

/**
 * A script that writes nothing worth waiting for. It may run twice.
 * @param keys all in one slot; the first decides the node.
 */
export function plainScript<R, A extends Arguments>(
  script: Script<R, A>,
  keys: readonly [string, ...string[]],
  args: A,
): Command<R> {
  const { lua, sha, bytes } = script;
  return {
    key: keys[0],
    send: async (cluster) => {
      const rest = [keys.length, ...keys, ...args] as const;
      try {
        return (await (bytes ? cluster.callBuffer('evalsha', sha, ...rest) : cluster.evalsha(sha, ...rest))) as R;
      } catch (error) {
        if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
        return (await (bytes ? cluster.callBuffer('eval', lua, ...rest) : cluster.eval(lua, ...rest))) as R;
      }
    },
  };
}

async function execute<T>(
  connection: Redis,
  script: Pick<Script, 'lua' | 'sha'>,
  keys: readonly string[],
  args: readonly Argument[],
  waitMs: number | undefined,
  asking: boolean,
): Promise<Durable<T>> {
  const send = async (command: 'EVALSHA' | 'EVAL', source: string): Promise<Results> => {
    const pipeline = connection.pipeline();
    if (asking) pipeline.call('ASKING');
    pipeline.call(command, source, keys.length, ...keys, ...args);
    if (waitMs !== undefined) pipeline.call('WAIT', 1, waitMs);
    const results = (await pipeline.exec()) ?? [];
    return asking ? results.slice(1) : results;
  };
  let results = await send('EVALSHA', script.sha);
  if (results[0]?.[0]?.message.startsWith('NOSCRIPT')) results = await send('EVAL', script.lua);
  const [written, waited] = results;
  if (written === undefined) throw new Error('Connection is closed.');
  if (written[0] !== null) throw written[0];
  return { reply: written[1] as T, durable: waited?.[0] === null && Number(waited[1]) >= 1 };
}

function connectionTo(cluster: Cluster, node: string): Redis {
  const connection = cluster.nodes('master').find((each) => nodeKey(each) === node);
  if (connection === undefined) throw new Error(`MOVED: no connection to the primary ${node}`);
  return connection;
}
