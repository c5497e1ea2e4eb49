import { Redis } from 'iovalkey';
import { Client } from 'pg';
import { mapColumns, TABLE } from '../../lambda/database/columns';
import { COLUMN_NAMES } from '../../lambda/catalogue/listing';
import { matching } from '../../lambda/database/search-query';
import { CATALOGUE_KEYS } from '../../lambda/contract/keys';
import type { Question } from '../../lambda/rules/question';
import { createSearchFunction } from '../../lambda/search/search-function';
import { createWarmUpFunction } from '../../lambda/warm-up/warm-up-function';
import { searchEvent } from './search-event';
import type { WorkerInput, Samples } from './bench-messages';
import { inTurns } from './in-turns';
import { answerParent } from './worker';

/** What is asked; a question never asked differs from it by a little in the budget, so that all find about as much. */
const QUESTION: Question = {
  budgetMin: 2500,
  budgetMax: 3200,
  persona: 'working_mom',
  includeLease: false,
  usage: 'any',
  familyType: 'any',
  limit: 20,
  offset: 0,
};

/**
 * Measures in a process of its own, so that the function's metrics go down a pipe as in Lambda. One request at a time; what is
 * compared takes turns, round by round, so that a slow moment of the machine falls on all alike.
 */
async function main({ valkey, admin, databaseUrl, rounds, databaseRounds }: WorkerInput): Promise<Samples> {
  const warmUp = createWarmUpFunction({ ...valkey['warm-up'], DATABASE_URL: databaseUrl });
  await warmUp.handler({});
  await warmUp.close();
  const search = await createSearchFunction({ ...valkey.search, DATABASE_URL: databaseUrl });
  const client = search.valkey.cluster;

  const { budgetMin, budgetMax, persona } = QUESTION;
  const repeated = searchEvent({ budgetMin, budgetMax, persona });
  const { body } = await search.handler(repeated);
  await client.set('search:bench', body, 'EX', 600);
  let asked = 0;
  const neverAsked = () =>
    searchEvent({
      budgetMin: budgetMin - (++asked % 100),
      budgetMax: budgetMax + 1 + Math.floor(asked / 100),
      persona,
    });
  const fast = await inTurns(rounds, {
    'raw-get': () => client.get('search:bench'),
    hit: () => expectTier(search.handler(repeated), 'hit'),
    index: () => expectTier(search.handler(neverAsked()), 'index'),
  });

  await forgetCatalogue(admin);
  const withoutIndex = await createSearchFunction({ ...valkey.search, DATABASE_URL: databaseUrl });
  const original = await originalWay(databaseUrl);
  const slow = await inTurns(databaseRounds, {
    database: () => expectTier(withoutIndex.handler(neverAsked()), 'database'),
    original: original.ask,
  });
  await Promise.all([search.close(), withoutIndex.close(), original.close()]);
  return { ...fast, ...slow };
}

async function expectTier(
  answer: Promise<{ statusCode: number; headers?: object | undefined }>,
  tier: string,
): Promise<void> {
  const { statusCode, headers } = await answer;
  const found = (headers as Record<string, string> | undefined)?.['x-cache'];
  if (statusCode !== 200 || found !== tier)
    throw new Error(`Expected 200 from ${tier}, got ${statusCode} from ${found ?? 'nowhere'}`);
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

/** What the application did before: the query without a limit, and all that it finds as JSON. */
async function originalWay(databaseUrl: string): Promise<{ ask: () => Promise<void>; close: () => Promise<void> }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const column = mapColumns([...COLUMN_NAMES]);
  const { where, orderBy } = matching(QUESTION, column);
  const text = `SELECT ${COLUMN_NAMES.map(column).join(', ')} FROM ${TABLE} WHERE ${where} ORDER BY ${orderBy}`;
  return {
    ask: async () => {
      const { rows } = await client.query(text, [QUESTION.budgetMin, QUESTION.budgetMax]);
      if (JSON.stringify({ vehicles: rows, count: rows.length }).length < 1_000)
        throw new Error('The original found nothing');
    },
    close: () => client.end(),
  };
}

answerParent(main);
