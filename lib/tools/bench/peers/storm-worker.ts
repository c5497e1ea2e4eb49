import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import { TABLE } from '../../../../lambda/database/columns';
import { neverAsked } from '../questions';
import { answerParent } from '../answer-parent';
import { openWay, type PeerInput, type WayName } from './ways';

/** `question` is the number of the one that all ask, `before` of one that each process asks alone to be connected. */
export type StormInput = PeerInput & { way: WayName; times: number; question: number; before: number };

export interface StormResult {
  /** Until the last of the process's answers. */
  ms: number;
  /** That reached the table. */
  queries: number;
}

/** One process of many that ask the same new question at once. */
async function main({ way: name, times, question, before, ...input }: StormInput): Promise<StormResult> {
  const queries = countQueries();
  const way = await openWay(name, input);
  await way.handler(neverAsked(before));
  process.send?.({ result: 'ready' });
  await once(process, 'message');
  const asked = queries();
  const start = performance.now();
  const answers = await Promise.all(Array.from({ length: times }, () => way.handler(neverAsked(question))));
  const ms = performance.now() - start;
  const failed = answers.find(({ statusCode }) => statusCode !== 200);
  if (failed !== undefined) throw new Error(`${name}: an answer was ${failed.statusCode}: ${failed.body}`);
  await way.close();
  return { ms, queries: queries() - asked };
}

/** Every way asks through this driver. @returns tells how many queries of this process have named the table so far. */
function countQueries(): () => number {
  let count = 0;
  const prototype = Client.prototype as { query: (...args: unknown[]) => unknown };
  const send = prototype.query;
  prototype.query = function (this: Client, ...args: unknown[]) {
    const [query] = args as [string | { text?: string }];
    if ((typeof query === 'string' ? query : (query.text ?? '')).includes(`FROM ${TABLE}`)) count++;
    return send.apply(this, args);
  };
  return () => count;
}

answerParent(main);
