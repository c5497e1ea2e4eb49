import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { ENV } from '../../../../lambda/contract/environment';
import { createSearchFunction } from '../../../../lambda/search/search-function';
import { neverAsked } from '../questions';
import { answerParent } from '../answer-parent';
import type { LoadInput, LoadResult, Outcome } from './messages';

/** Times of one answer in so many are kept. */
const SAMPLED = 4;
const WARMING_MS = 500;

/** Asks so many questions at once until the time is over, once the parent says go. */
async function main({ environment, kind, loops, seconds, firstQuestion }: LoadInput): Promise<LoadResult> {
  const memory = kind === 'memory' ? {} : { [ENV.listingMemoryBytes]: '0' };
  const search = await createSearchFunction({ ...environment, ...memory });
  let asked = firstQuestion;
  // A question of its own for each: the same one, asked by several at once in a process, would be read once for all.
  const stored = Array.from({ length: loops }, () => neverAsked(asked++));
  const tier = kind === 'never-asked' ? 'index' : kind;
  const ask = async (loop: number): Promise<Outcome> => {
    const { statusCode, headers } = await search.handler(
      (kind !== 'never-asked' && stored[loop]) || neverAsked(asked++),
    );
    if (statusCode !== 200) return 'unanswered';
    return headers?.['x-cache'] === tier ? 'expected' : 'elsewhere';
  };
  for (const question of stored) await search.handler(question);
  process.send?.({ result: 'ready' });
  await once(process, 'message');

  const all = async (ms: number): Promise<{ times: number[]; outcomes: Record<Outcome, number> }> => {
    const times: number[] = [];
    const outcomes = { expected: 0, elsewhere: 0, unanswered: 0 };
    const until = performance.now() + ms;
    const run = async (loop: number) => {
      for (let n = 0; performance.now() < until; n++) {
        const start = performance.now();
        outcomes[await ask(loop)]++;
        if (n % SAMPLED === 0) times.push((performance.now() - start) * 1_000);
      }
    };
    await Promise.all(stored.map((_, loop) => run(loop)));
    return { times, outcomes };
  };
  await all(WARMING_MS);
  const before = process.cpuUsage();
  const { times, outcomes } = await all(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  await search.close();
  return { ...outcomes, times, cpuUs: user + system };
}

answerParent(main);
