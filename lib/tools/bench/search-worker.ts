import { Redis } from 'iovalkey';
import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { createSearchFunction, type SearchFunction } from '../../../lambda/search/search-function';
import type { WorkerInput, Samples } from './bench-messages';
import { askedBefore } from './asked-before';
import { handlerTime } from './handler-time';
import { inTurns } from './in-turns';
import { originalWay } from './original-way';
import { neverAsked, REPEATED } from './questions';
import { Random } from '../example-data/random';
import { startTiers, type Environments } from './tiers';
import { typicalMix } from './typical-mix';
import { answerParent } from './answer-parent';

/** An environment is cold for so many questions. */
const COLD_QUESTIONS = 1_000;

/**
 * Measures in a process of its own, so that the function's metrics go down a pipe as in Lambda. One request at a time;
 * what is compared takes turns, round by round, so that a slow moment of the machine falls on all alike.
 */
async function main({ valkey, admin, databaseUrl, rounds, databaseRounds }: WorkerInput): Promise<Samples> {
  const environment = {
    search: { ...valkey.search, DATABASE_URL: databaseUrl },
    'warm-up': { ...valkey['warm-up'], DATABASE_URL: databaseUrl },
  };
  const tiers = await startTiers(environment);
  const fast = await inTurns(rounds, tiers.works);

  const mixed = await mix(rounds, environment, tiers.works['raw-get']);

  await forgetCatalogue(admin);
  const withoutIndex = await createSearchFunction(environment.search);
  const original = originalWay(databaseUrl);
  let asked = 3 * rounds;
  const slow = await inTurns(databaseRounds, {
    database: () => handlerTime(withoutIndex, neverAsked(++asked), 'database'),
    original: () => original.ask(REPEATED),
  });
  await Promise.all([tiers.close(), withoutIndex.close(), original.close()]);
  return { ...fast, ...mixed, ...slow };
}

/**
 * {@link typicalMix} of one new environment, and of eight that get a question by chance: its first 1,000 questions, and
 * those after them. As in production, others have asked before: what is asked most is known when the catalogue is
 * published, and answers that they have left in Valkey are there.
 */
async function mix(rounds: number, environment: Environments, rawGet: () => Promise<unknown>): Promise<Samples> {
  await askedBefore(environment);
  const random = new Random(6);
  const one = await createSearchFunction(environment.search);
  const eight: SearchFunction[] = [];
  while (eight.length < 8) eight.push(await createSearchFunction(environment.search));
  const [next, nextOfEight] = [typicalMix(), typicalMix(7)];
  const phase = () =>
    inTurns(
      Math.min(rounds, COLD_QUESTIONS),
      {
        'raw-get': rawGet,
        one: () => handlerTime(one, next()),
        eight: () => handlerTime(random.pick(eight), nextOfEight()),
      },
      0,
    );
  const cold = await phase();
  const warm = await phase();
  await Promise.all([one, ...eight].map((each) => each.close()));
  return {
    'mix, raw-get': [...(cold['raw-get'] ?? []), ...(warm['raw-get'] ?? [])],
    'mix, cold': cold.one ?? [],
    mix: warm.one ?? [],
    'mix of 8, cold': cold.eight ?? [],
    'mix of 8': warm.eight ?? [],
  };
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
