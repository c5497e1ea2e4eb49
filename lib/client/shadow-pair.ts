import { compareAnswers, type AskedSearch, type Comparison } from './compare-answers';
import type { SearchAnswer } from './types';

/** One search, asked of the original and of this API: search parameters, counts and times; nothing of a person. */
export interface ShadowPair extends Omit<Comparison, 'class'> {
  kind: 'pair';
  search: AskedSearch;
  /** `unanswered`: one of them gave no answer, and `why` says which. */
  class: Comparison['class'] | 'unanswered';
  originalMs: number;
  apiMs: number;
  /** Listings that the original gave; null if it gave no answer. */
  found: number | null;
  /** Matches that this API counts; null if it gave no answer. */
  total: number | null;
}

/** What came of asking, and how long it took. */
interface Timed<T> {
  ms: number;
  answer?: T | undefined;
  /** The kind of the failure. Its message could hold what a person asked. */
  failed?: string | undefined;
}

/** Never rejects. @param limitMs from here on; then it is a `TimeoutError`, and what was asked goes on by itself. */
export async function timed<T>(ask: () => Promise<T>, limitMs: number): Promise<Timed<T>> {
  const start = performance.now();
  const ms = () => Math.round((performance.now() - start) * 10) / 10;
  const limit = AbortSignal.timeout(limitMs);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason as Error), { once: true });
  });
  try {
    const answer = await Promise.race([ask(), late]);
    return { ms: ms(), answer };
  } catch (error) {
    return { ms: ms(), failed: kindOf(error) };
  }
}

/**
 * @returns `TimeoutError`, `CarFinProblem 503`, `Error ECONNREFUSED`: what an error is, without a word of what it is
 * about.
 */
export function kindOf(error: unknown): string {
  const { name = 'Error', status, code } = (error ?? {}) as { name?: string; status?: unknown; code?: unknown };
  if (typeof status === 'number') return `${name} ${status}`;
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? `${name} ${code}` : name;
}

export function shadowPair(
  search: AskedSearch,
  original: Timed<readonly object[]>,
  api: Timed<Pick<SearchAnswer, 'total' | 'vehicles'>>,
): ShadowPair {
  const failed = [
    ...(original.failed === undefined ? [] : [`The original gave no answer (${original.failed}).`]),
    ...(api.failed === undefined ? [] : [`This API gave no answer (${api.failed}).`]),
  ];
  const compared =
    original.answer === undefined || api.answer === undefined
      ? { class: 'unanswered' as const, rules: [], why: failed.join(' ') }
      : compareAnswers(search, original.answer, api.answer);
  return {
    kind: 'pair',
    search,
    ...compared,
    originalMs: original.ms,
    apiMs: api.ms,
    found: original.answer?.length ?? null,
    total: api.answer?.total ?? null,
  };
}
