import type { Redis } from 'iovalkey';
import { ToldError } from '../contract/told-error';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { sendAll } from '../valkey/bulk';
import { kindOf, PURGEABLE, type Purged } from './request';

/** Keys that one SCAN looks at: a node is busy for well under a millisecond. */
const SCAN_COUNT = 1_000;
/** What is left for the answer when the time of the run is nearly spent, ms. */
const RESERVE_MS = 2_000;

/** What people said would be lost, and nobody has said that this is meant. */
export class PeopleDataError extends ToldError {
  constructor(prefix: string) {
    super(
      `${kindOf(prefix)} holds what people said or agents know of them; a purge loses it for good. If that is meant: --people`,
    );
    this.name = 'PeopleDataError';
  }
}

/**
 * Counts the keys with a prefix on every primary and, if told so, removes them: SCAN and UNLINK, so that no node stands still.
 * @throws PeopleDataError, ValkeyError
 */
export async function purge(
  valkey: ValkeyClient,
  request: RequestContext,
  { prefix, people, pull }: { prefix: string; people: boolean; pull: boolean },
): Promise<Purged> {
  if (!people && !PURGEABLE.some((each) => prefix.startsWith(each))) throw new PeopleDataError(prefix);
  const purged: Purged = { prefix, found: {}, removed: 0, unfinished: false };
  for (const node of valkey.cluster.nodes('master')) {
    const address = `${node.options.host ?? ''}:${node.options.port ?? ''}`;
    purged.found[address] = 0;
    for await (const keys of pages(node, prefix)) {
      if (request.valkey.remaining < RESERVE_MS) return { ...purged, unfinished: true };
      purged.found[address] += keys.length;
      if (pull) purged.removed += await unlink(valkey, request, keys);
    }
  }
  return purged;
}

async function* pages(node: Redis, prefix: string): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    const [next, keys] = await node.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT);
    cursor = next;
    // A key may be seen twice while the node resizes its table.
    yield [...new Set(keys)];
  } while (cursor !== '0');
}

/** One by one: keys of one UNLINK would have to share a slot. */
async function unlink(valkey: ValkeyClient, request: RequestContext, keys: readonly string[]): Promise<number> {
  const counts = await sendAll(
    valkey,
    request,
    keys.map((key) => ({ key, send: (cluster) => cluster.unlink(key) })),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
