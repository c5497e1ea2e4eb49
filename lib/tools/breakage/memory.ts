import { randomBytes } from 'node:crypto';
import type { Redis } from 'iovalkey';
import type { ValkeyNode } from '../engines/valkey-node';
import type { Stores } from './breakage';

const IMAGE = randomBytes(64 * 1024);
let images = 0;

/** A key of another node's slot is refused with MOVED: the next one may be its own. */
const write = (connection: Redis) =>
  connection.set(`image:breakage-${images++}`, IMAGE, 'EX', 3_600).catch(() => undefined);

async function connected(node: ValkeyNode, work: (connection: Redis) => Promise<void>): Promise<void> {
  const connection = node.connect();
  await connection.connect();
  try {
    await work(connection);
  } finally {
    connection.disconnect();
  }
}

/** One key for each node at a time, until all are nine tenths full; volatile keys, as images are. */
export async function fillMemory({ cluster }: Pick<Stores, 'cluster'>): Promise<void> {
  const fill = async (connection: Redis) => {
    for (let i = 0; ; i++) {
      const info = i % 16 === 0 ? await connection.info('memory') : '';
      const [used, most] = [/used_memory:(\d+)/, /maxmemory:(\d+)/].map((each) => Number(each.exec(info)?.[1] ?? NaN));
      if (used !== undefined && most !== undefined && used > 0.9 * most) return;
      await write(connection);
    }
  };
  await Promise.all(cluster.nodes.map((node) => connected(node, fill)));
}

/** Some more for every node: what is beyond its memory is evicted. */
export async function overfill({ cluster }: Pick<Stores, 'cluster'>): Promise<void> {
  const some = async (connection: Redis) => {
    for (let i = 0; i < 60; i++) await write(connection);
  };
  await Promise.all(cluster.nodes.map((node) => connected(node, some)));
}
