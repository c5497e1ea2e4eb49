import { ToldError } from '../contract/told-error';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { keyPages, unlink } from './key-pages';
import { kindOf, PURGEABLE, type Purged } from './request';

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
    for await (const keys of keyPages(node, prefix)) {
      if (request.valkey.remaining < RESERVE_MS) return { ...purged, unfinished: true };
      purged.found[address] += keys.length;
      if (pull) purged.removed += await unlink(valkey, request, keys);
    }
  }
  return purged;
}
