import { Redis } from 'iovalkey';
import { ENV } from '../../../lambda/contract/environment';
import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { createSearchFunction } from '../../../lambda/search/search-function';
import { createWarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import type { WorkerInput, Samples } from './bench-messages';
import { expectTier } from './expect-tier';
import { inTurns } from './in-turns';
import { originalWay } from './original-way';
import { neverAsked, REPEATED, repeated } from './questions';
import { answerParent } from './worker';

/**
 * Measures in a process of its own, so that the function's metrics go down a pipe as in Lambda. One request at a time; what is
 * compared takes turns, round by round, so that a slow moment of the machine falls on all alike.
 */
async function main({ valkey, admin, databaseUrl, rounds, databaseRounds }: WorkerInput): Promise<Samples> {
  const warmUp = createWarmUpFunction({ ...valkey['warm-up'], DATABASE_URL: databaseUrl });
  await warmUp.handler({});
  await warmUp.close();
  const environment = { ...valkey.search, DATABASE_URL: databaseUrl };
  const search = await createSearchFunction({ ...environment, [ENV.listingMemoryBytes]: '0' });
  const remembering = await createSearchFunction(environment);
  const client = search.valkey.cluster;

  const { body } = await search.handler(repeated());
  await client.set('search:bench', body, 'EX', 600);
  let asked = 0;
  const fast = await inTurns(rounds, {
    'raw-get': () => client.get('search:bench'),
    memory: () => remembering.handler(repeated()),
    'memory-new': () => remembering.handler(neverAsked(++asked)),
    hit: () => expectTier(search.handler(repeated()), 'hit'),
    index: () => expectTier(search.handler(neverAsked(++asked)), 'index'),
  });

  await forgetCatalogue(admin);
  const withoutIndex = await createSearchFunction({ ...valkey.search, DATABASE_URL: databaseUrl });
  const original = originalWay(databaseUrl);
  const slow = await inTurns(databaseRounds, {
    database: () => expectTier(withoutIndex.handler(neverAsked(++asked)), 'database'),
    original: () => original.ask(REPEATED),
  });
  await Promise.all([search.close(), remembering.close(), withoutIndex.close(), original.close()]);
  return { ...fast, ...slow };
}

/** No index is published any more; what a new process asks goes to the database. */
async function forgetCatalogue(nodes: WorkerInput['admin']): Promise<void> {
  for (const { ca, ...options } of nodes) {
    const node = new Redis({ ...options, tls: { ca }, lazyConnect: true, retryStrategy: () => null });
    await node.connect();
    await node.del(CATALOGUE_KEYS.current).catch(() => 0); // another shard's slot
    node.disconnect();
  }
}

answerParent(main);
