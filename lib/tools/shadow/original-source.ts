import { originalWay } from '../bench/original-way';
import { databaseUrl } from '../engines/given-database';
import type { Sampled } from './sample';

/** The original application, as it is asked. */
export interface OriginalSource {
  /** For people: where it is, without what signs in. */
  name: string;
  /** @returns every match, best first. */
  find: (sampled: Sampled) => Promise<readonly object[]>;
  close: () => Promise<void>;
}

/** What a source is given. */
export interface Limits {
  concurrency: number;
  timeoutMs: number;
}

/** The original's SQL, run on the database itself: what a search cost before any cache. */
export function originalSql(url: string, { concurrency, timeoutMs }: Limits): OriginalSource {
  const { host, pathname } = databaseUrl(url);
  const { find, close } = originalWay(url, { most: concurrency, statementMs: timeoutMs });
  return { name: `its SQL at ${host}${pathname}`, find: ({ search }) => find(search), close };
}

/**
 * A route of the application that calls its own search: POST with `{budget: {min, max}, usage, familyType, persona,
 * includeLease}`, answered with the list of listings, or `{vehicles}`.
 * @param authorization header of that name, for a route that wants one
 * @throws Error if it is no URL of HTTP
 */
export function originalEndpoint(url: string, { timeoutMs }: Limits, authorization?: string): OriginalSource {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new Error(`--original must be a URL such as https://app.example/api/shadow-search, received "${url}".`);
  const { origin, pathname } = new URL(url);
  const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
  return {
    name: `${origin}${pathname}`,
    find: async ({ parameters }) => {
      const { budgetMin: min, budgetMax: max, usage, familyType, persona, includeLease } = parameters;
      const body = {
        budget: { min, max },
        usage,
        familyType,
        persona: persona === 'none' ? null : persona,
        includeLease,
      };
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        // What signs in goes nowhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok)
        throw Object.assign(new Error('The original refused'), { name: 'HTTP', status: response.status });
      const answer = await response.json();
      const listings = Array.isArray(answer) ? answer : (answer as { vehicles?: unknown } | null)?.vehicles;
      if (Array.isArray(listings) && listings.every((each) => typeof each === 'object' && each !== null))
        return listings as object[];
      throw Object.assign(new Error('The original gave no list of listings'), { name: 'no list of listings' });
    },
    close: () => Promise.resolve(),
  };
}
