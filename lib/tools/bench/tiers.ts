import { ENV } from '../../../lambda/contract/environment';
import { createSearchFunction } from '../../../lambda/search/search-function';
import { createWarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { handlerTime } from './handler-time';
import { neverAsked, repeated } from './questions';

/** What search's tiers cost, and a raw GET of the same bytes: works for {@link inTurns}. */
interface Tiers {
  works: Record<'raw-get' | 'memory' | 'memory-new' | 'hit' | 'index', () => Promise<unknown>>;
  close: () => Promise<void>;
}

/** The environments of both functions. */
export type Environments = Record<'search' | 'warm-up', Record<string, string>>;

/** Runs the warm-up once. @param event what it is asked for */
export async function warmUp(environment: Environments, event: object = {}): Promise<void> {
  const { handler, close } = createWarmUpFunction(environment['warm-up']);
  await handler(event);
  await close();
}

/**
 * Warms a cluster up. One function answers from memory; the other, which has none, from stored answers and the index.
 */
export async function startTiers(environment: Environments): Promise<Tiers> {
  await warmUp(environment);
  const search = await createSearchFunction({ ...environment.search, [ENV.listingMemoryBytes]: '0' });
  const remembering = await createSearchFunction(environment.search);
  const client = search.valkey.cluster;
  const { body } = await search.handler(repeated());
  await client.set('search:bench', body, 'EX', 600);
  await remembering.handler(repeated());
  let asked = 0;
  return {
    works: {
      'raw-get': () => client.get('search:bench'),
      memory: () => handlerTime(remembering, repeated(), 'memory'),
      'memory-new': () => handlerTime(remembering, neverAsked(++asked)),
      hit: () => handlerTime(search, repeated(), 'hit'),
      index: () => handlerTime(search, neverAsked(++asked), 'index'),
    },
    close: async () => {
      await Promise.all([search.close(), remembering.close()]);
    },
  };
}
