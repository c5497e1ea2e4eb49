import { primariesOf } from '../engines/cluster-roles';
import type { ValkeyNode } from '../engines/valkey-node';
import type { Breakage, Stores } from './breakage';

type Sent = readonly [command: string, ...args: (string | number)[]];

/** What is sent for one key; each command gets it as its first argument. */
type Damage = readonly Sent[] | ((key: string, ask: (...sent: Sent) => Promise<unknown>) => Promise<readonly Sent[]>);

/** Sends it for every key of the pattern to the primary that holds it. */
export const damaged =
  (pattern: string, damage: Damage) =>
  async ({ cluster }: Pick<Stores, 'cluster'>): Promise<void> => {
    await Promise.all((await primariesOf(cluster)).map((node) => damageOn(node, pattern, damage)));
  };

/** On one connection, so that hundreds of keys are damaged before they are asked for again. */
async function damageOn(node: ValkeyNode, pattern: string, damage: Damage): Promise<void> {
  const connection = node.connect();
  try {
    await connection.connect();
    const send = (key: string, [command, ...args]: Sent) => connection.call(command, key, ...args);
    const each = async (key: string) => {
      const all = typeof damage === 'function' ? await damage(key, (...sent) => send(key, sent)) : damage;
      // At once: what a function stores between two of them would meet the second.
      const replies =
        (await connection.multi(all.map(([command, ...args]) => [command.toLowerCase(), key, ...args])).exec()) ?? [];
      for (const [error] of replies) if (error !== null) throw error;
    };
    await Promise.all(((await connection.call('KEYS', pattern)) as string[]).map(each));
  } finally {
    connection.disconnect();
  }
}

export const removed = (pattern: string) => damaged(pattern, [['DEL']]);

/** Every listing becomes another one. */
export const listingsSwapped: Breakage['begin'] = damaged('listing:*', async (_, ask) => {
  const fields = (await ask('HKEYS')) as string[];
  return [['HSET', ...fields.flatMap((field) => [field, '{"vehicle_id":1}'])]];
});
