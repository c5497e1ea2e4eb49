import { ToldError } from '../contract/told-error';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { eachPage, unlink } from './key-pages';
import { kindOf, PURGEABLE, type Purged } from './request';

/** What people said would be lost, and nobody has said that this is meant. */
class PeopleDataError extends ToldError {
  constructor(prefix: string) {
    super(
      `${kindOf(prefix)} holds what people said or agents know of them; a purge loses it for good. If that is ` +
        'meant: --people',
    );
  }
}

/**
 * Counts the keys with a prefix on every primary and, if told so, removes them: SCAN and UNLINK, so that no node stands
 * still.
 * @throws PeopleDataError, ValkeyError
 */
export async function purge(
  valkey: ValkeyClient,
  request: RequestContext,
  { prefix, people, pull }: { prefix: string; people: boolean; pull: boolean },
): Promise<Purged> {
  if (!people && !PURGEABLE.some((each) => prefix.startsWith(each))) throw new PeopleDataError(prefix);
  const found: Record<string, number> = {};
  let removed = 0;
  const unfinished = await eachPage(valkey, request, prefix, async (keys, address) => {
    found[address] = (found[address] ?? 0) + keys.length;
    if (pull) removed += await unlink(valkey, request, keys);
  });
  return { prefix, found, removed, unfinished };
}
