import type { APIGatewayProxyResult } from 'aws-lambda';
import { shadowPair, timed, type ShadowPair } from '../../client/shadow-pair';
import type { SearchAnswer } from '../../client/types';
import { searchEvent } from '../local-stage/api-event';
import type { Target } from '../ops/stage/target';
import type { Limits, OriginalSource } from './original-source';
import type { Sampled } from './sample';

/** A pair as a run of a sample tells it. */
export interface SampledPair extends ShadowPair {
  line: number;
  /** Which tier answered here: `memory`, `hit`, `index`, `database`. */
  tier?: string | undefined;
  /** What the handler itself took, ms: without the way there. */
  handlerMs?: number | undefined;
}

export interface RunOptions extends Limits {
  /** After which differing searches are asked again; they are not if it is left out. */
  beforeAsking?: ((differing: number) => Promise<unknown>) | undefined;
  onPair?: ((done: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Asks both for each search, one after the other, the first of them in turns, so that neither pays for the other's
 * work. What differs is asked once more: what agrees then differed because the table had changed.
 */
export async function runSample(
  sample: readonly Sampled[],
  original: OriginalSource,
  target: Pick<Target, 'invoke'>,
  options: RunOptions,
): Promise<SampledPair[]> {
  const { beforeAsking, onPair, signal } = options;
  let done = 0;
  const ask = (each: Sampled, i: number) => askBoth(each, i % 2 === 0, original, target, options.timeoutMs);
  const pairs = await atMost(options.concurrency, sample, signal, async (each, i) => {
    const pair = await ask(each, i);
    onPair?.(++done);
    return pair;
  });
  const differing = pairs.flatMap((pair, i) => (pair.class === 'differs' ? [i] : []));
  if (differing.length === 0 || beforeAsking === undefined) return pairs;
  await beforeAsking(differing.length);
  await atMost(options.concurrency, differing, signal, async (i) => {
    const [first, sampled] = [pairs[i], sample[i]];
    if (first === undefined || sampled === undefined) return;
    const again = await ask(sampled, i);
    if (again.class !== 'same' && again.class !== 'by rule') return;
    pairs[i] = { ...first, class: 'by rule', rules: [...again.rules, 'freshness'], why: undefined };
  });
  return pairs;
}

async function askBoth(
  sampled: Sampled,
  originalFirst: boolean,
  original: OriginalSource,
  target: Pick<Target, 'invoke'>,
  timeoutMs: number,
): Promise<SampledPair> {
  const told: Pick<SampledPair, 'tier' | 'handlerMs'> = {};
  const askOriginal = () => timed(() => original.find(sampled), timeoutMs);
  const askHere = () => timed(() => askStage(target, sampled, told), timeoutMs);
  const first = originalFirst ? await askOriginal() : undefined;
  const here = await askHere();
  const pair = shadowPair(sampled.search, first ?? (await askOriginal()), here);
  return { ...pair, line: sampled.line, ...told };
}

/** Asks the function that answers searches, as `npm run ops -- search` does: from inside the VPC. */
async function askStage(
  target: Pick<Target, 'invoke'>,
  { search }: Sampled,
  told: Pick<SampledPair, 'tier' | 'handlerMs'>,
): Promise<Pick<SearchAnswer, 'total' | 'vehicles'>> {
  const {
    statusCode: status,
    headers,
    body,
  } = (await target.invoke('search', searchEvent({ ...search }))) as APIGatewayProxyResult;
  if (status !== 200) throw Object.assign(new Error('The stage refused'), { name: 'HTTP', status });
  const header = (name: string) => Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  const total = /total;dur=([\d.]+)/.exec(String(header('server-timing')))?.[1];
  told.tier = header('x-cache')?.toString();
  if (total !== undefined) told.handlerMs = Number(total);
  return JSON.parse(body) as SearchAnswer;
}

/** As Promise.all over a map, but so many at once. */
async function atMost<T, R>(
  most: number,
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T, i: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) {
      signal?.throwIfAborted();
      results[i] = await work(items[i] as T, i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
