import type { ValkeyNode } from '../../engines/valkey-node';
import type { SlowCommand } from '../stage/target';

/** Entries that are asked for. */
const NEWEST = 32;

/** An entry of SLOWLOG GET: id, s since the epoch, microseconds, the command with its arguments. */
type Entry = [number, number, number, string[]];

/**
 * What a node took long for, oldest first. Only the command's name: what stands behind it, people wrote.
 * @param since ms
 */
export async function slowCommands(node: ValkeyNode | undefined, since: number): Promise<SlowCommand[]> {
  if (node === undefined) return [];
  const entries = (await node.ask('SLOWLOG', 'GET', NEWEST)) as Entry[];
  return entries
    .map(([, seconds, microseconds, [command = 'unknown']]) => ({
      at: seconds * 1_000,
      milliseconds: microseconds / 1_000,
      command,
    }))
    .filter(({ at }) => at >= since)
    .reverse();
}
