import { setTimeout as sleep } from 'node:timers/promises';
import slotOf from 'cluster-key-slot';
import type { LocalCluster } from '../../lib/tools/engines/valkey-cluster';

/**
 * Stops the replica of a key's shard, waits for writes that go on without it, kills the primary; the replica takes over
 * and lacks them.
 */
export async function loseWhatIsNotReplicated(
  { nodes }: LocalCluster,
  key: string,
  writes: () => Promise<unknown>,
): Promise<void> {
  const shards = (await nodes[0]?.ask('CLUSTER', 'SLOTS')) as [number, number, ...[string, number][]][];
  const slot = slotOf(key);
  const [, , primary, replica] = shards.find(([first, last]) => slot >= first && slot <= last) ?? [];
  const [from, to] = [primary, replica].map((each) => nodes.find(({ port }) => port === each?.[1]));
  to?.process?.signal('SIGSTOP');
  // Or what is written would wait for it in its socket.
  await from?.ask('CLIENT', 'KILL', 'TYPE', 'replica');
  await writes();
  from?.process?.signal('SIGKILL');
  await sleep(50);
  to?.process?.signal('SIGCONT');
}
