import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createSearchFunction } from '../../../lambda/search/search-function';
import { neverAsked, repeated } from '../questions';
import { answerParent } from '../worker';
import type { LoadInput, LoadResult } from './messages';

/** Times of one answer in so many are kept. */
const SAMPLED = 4;
const WARMING_MS = 500;

/** Asks so many questions at once until the time is over, once the parent says go. */
async function main({ environment, kind, loops, seconds, firstQuestion }: LoadInput): Promise<LoadResult> {
  const search = await createSearchFunction(environment);
  let asked = firstQuestion;
  const tier = kind === 'hit' ? 'hit' : 'index';
  /** @returns whether the answer came from the tier that is measured; under the heaviest load some come from another. */
  const ask = async () => {
    const { statusCode, headers } = await search.handler(kind === 'hit' ? repeated() : neverAsked(asked++));
    if (statusCode !== 200) throw new Error(`A search under load ended with ${statusCode}`);
    return headers?.['x-cache'] === tier;
  };
  await search.handler(repeated());
  process.send?.({ result: 'ready' });
  await once(process, 'message');

  const run = async (until: number, onAnswer: (us: number, expected: boolean) => void) => {
    while (performance.now() < until) {
      const start = performance.now();
      const expected = await ask();
      onAnswer((performance.now() - start) * 1_000, expected);
    }
  };
  const all = (ms: number, onAnswer: (us: number, expected: boolean) => void) => {
    const until = performance.now() + ms;
    return Promise.all(Array.from({ length: loops }, () => run(until, onAnswer)));
  };
  await all(WARMING_MS, () => undefined);
  const times: number[] = [];
  let answers = 0;
  let elsewhere = 0;
  const before = process.cpuUsage();
  await all(seconds * 1_000, (us, expected) => {
    if (!expected) elsewhere++;
    if (answers++ % SAMPLED === 0) times.push(us);
  });
  const { user, system } = process.cpuUsage(before);
  await search.close();
  return { answers, elsewhere, times, cpuUs: user + system };
}

answerParent(main);
