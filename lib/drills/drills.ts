import { randomBytes } from 'node:crypto';
import { READER } from '../local/postgres';
import { withClient } from '../local/vehicles-table';
import type { DrillSystem } from './drill-system';

export interface Drill {
  /** What is broken, and how. */
  breaks: string;
  /** The alarms that must go off; one that ends with `*` stands for all that begin so. */
  rehearses: readonly string[];
  /** Whether people must get every answer meanwhile. */
  unnoticed: boolean;
  break: (system: DrillSystem) => Promise<unknown>;
  /** Undoes it as an operator would. */
  heal: (system: DrillSystem) => Promise<unknown>;
}

/** The node that is broken where one is enough: the last primary. */
function victim({ cluster }: DrillSystem) {
  const node = cluster.nodes.at(-1);
  if (node === undefined) throw new Error('The local cluster has no node.');
  return node;
}

const refill = ({ functions }: DrillSystem) => functions.invoke('warm-up', { force: true });
const pauses = new Map<DrillSystem, NodeJS.Timeout>();

/** Every drill by its name. */
export const DRILLS: Readonly<Record<string, Drill>> = {
  'kill-node': {
    breaks: 'kills a primary that has no replica (SIGKILL): a third of the keys is gone',
    rehearses: ['HitRate', 'WarmUpMissing'],
    unnoticed: true,
    break: (system) => victim(system).stop(),
    heal: async (system) => {
      await victim(system).start();
      await system.cluster.untilOk();
      await refill(system);
    },
  },
  'hang-node': {
    breaks: 'stops a primary in its tracks (SIGSTOP): it accepts connections and never answers',
    rehearses: ['HitRate', 'WarmUpMissing'],
    unnoticed: true,
    break: (system) => Promise.resolve(victim(system).process?.signal('SIGSTOP')),
    heal: async (system) => {
      victim(system).process?.signal('SIGCONT');
      await system.cluster.untilOk();
      await refill(system);
    },
  },
  'fill-memory': {
    breaks: 'fills every node to nine tenths of its memory with images',
    rehearses: ['Memory-*'],
    unnoticed: true,
    break: fillMemory,
    heal: ({ functions }) => functions.invoke('operations', { operation: 'purge', prefix: 'image:', pull: true }),
  },
  'slow-valkey': {
    breaks: 'has every node pause for 25 ms again and again (CLIENT PAUSE), as a network that is slow',
    rehearses: ['ValkeyLatency'],
    unnoticed: true,
    break: (system) => {
      const pause = () => void system.cluster.everywhere('CLIENT', 'PAUSE', 25, 'ALL').catch(() => undefined);
      pauses.set(system, setInterval(pause, 30));
      return Promise.resolve();
    },
    heal: async (system) => {
      clearInterval(pauses.get(system));
      await system.cluster.everywhere('CLIENT', 'UNPAUSE');
    },
  },
  'database-refuses': {
    breaks: 'takes the login from the database user and ends its sessions',
    rehearses: ['WarmUpMissing'],
    unnoticed: true,
    break: ({ postgres }) =>
      withClient(postgres.ownerUrl, async (client) => {
        await client.query(`ALTER ROLE ${READER} NOLOGIN`);
        await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [READER]);
      }),
    heal: ({ postgres }) => withClient(postgres.ownerUrl, (client) => client.query(`ALTER ROLE ${READER} LOGIN`)),
  },
  'revoke-permission': {
    breaks: 'takes HMGET from the Valkey user of search: no answer and no listing can be read',
    rehearses: ['HitRate'],
    unnoticed: true,
    break: ({ cluster }) => cluster.everywhere('ACL', 'SETUSER', 'search', '-hmget'),
    heal: ({ cluster }) => cluster.everywhere('ACL', 'SETUSER', 'search', '+hmget'),
  },
};

const IMAGE = randomBytes(64 * 1024);

/** One key for each node at a time, until all are full; volatile keys, as images are. */
async function fillMemory({ cluster }: DrillSystem): Promise<void> {
  await Promise.all(
    cluster.nodes.map(async (node) => {
      const connection = node.connect();
      await connection.connect();
      try {
        for (let i = 0; ; i++) {
          const info = i % 16 === 0 ? await connection.info('memory') : '';
          const [used, most] = [/used_memory:(\d+)/, /maxmemory:(\d+)/].map((each) =>
            Number(each.exec(info)?.[1] ?? NaN),
          );
          if (used !== undefined && most !== undefined && used > 0.9 * most) return;
          // A key of another node's slot is refused with MOVED: the next one may be its own.
          await connection.set(`image:drill-${i}`, IMAGE, 'EX', 3_600).catch(() => undefined);
        }
      } finally {
        connection.disconnect();
      }
    }),
  );
}
