import type { Redis } from 'iovalkey';
import type { RequestContext } from '../telemetry/request';
import { sendAll } from '../valkey/bulk';
import type { ValkeyClient } from '../valkey/client';
import type { Primary } from '../valkey/connections';
import { isCommandError, ValkeyCommandError, ValkeyUnavailableError } from '../valkey/errors';
import { reasonOf } from '../telemetry/reason';

/** Keys that one SCAN looks at: a node is busy for well under a millisecond. */
const SCAN_COUNT = 1_000;

/** What is left for the answer when the time of the run is nearly spent, ms. */
const RESERVE_MS = 2_000;

/** What it may take to reach every primary, ms. */
const REACH_MS = 3_000;

/**
 * Walks the keys of every primary that begin with a prefix, some at a time.
 * @returns whether keys may have been missed: the time of the run was spent before the end, or slots changed their
 * primary
 * @throws ValkeyError, also if one primary can't be reached
 */
export async function eachPage(
  valkey: ValkeyClient,
  request: RequestContext,
  prefix: string,
  visit: (keys: string[], address: string) => Promise<void>,
): Promise<boolean> {
  const primaries = await valkey.primaries(REACH_MS);
  for (const { address, node } of primaries) {
    if (node === undefined) throw new ValkeyUnavailableError(`no connection to the primary ${address}`);
    for await (const keys of keyPages(node, prefix, request)) {
      if (request.valkey.remaining < RESERVE_MS) return true;
      await visit(keys, address);
    }
  }
  const addressesOf = (each: readonly Primary[]) => each.map(({ address }) => address).join();
  return addressesOf(await valkey.primaries(REACH_MS)) !== addressesOf(primaries);
}

/** What the client throws holds the command, and so the prefix. */
async function* keyPages(node: Redis, prefix: string, request: RequestContext): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    const scan = () => node.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT);
    const [next, keys] = await request.valkey.spend(scan).catch((error: unknown) => {
      throw isCommandError(error) ? new ValkeyCommandError(error) : new ValkeyUnavailableError(reasonOf(error));
    });
    cursor = next;
    // A key may be seen twice while the node resizes its table.
    yield [...new Set(keys)];
  } while (cursor !== '0');
}

/** One by one: keys of one UNLINK would have to share a slot. @returns how many were there. @throws ValkeyError */
export async function unlink(valkey: ValkeyClient, request: RequestContext, keys: readonly string[]): Promise<number> {
  const counts = await sendAll(
    valkey,
    request,
    keys.map((key) => ({ key, send: (cluster) => cluster.unlink(key) })),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
