/** An answer of the board's server, or of the API beside it. */
export interface Answer<T> {
  body: T;
  /** Which tier answered, and where the time went, as the API says; empty of the board. */
  tier: string;
  timing: string;
  /** Of the whole request, ms. */
  milliseconds: number;
}

/** A rule that a request broke. */
interface Broken {
  name: string;
  rule: string;
}

/** @throws Error with what the server says, if it did not answer well. */
export async function ask<T>(path: string, method = 'GET', body?: unknown): Promise<Answer<T>> {
  const start = performance.now();
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer = (await response.json()) as T & { detail?: string; title?: string; errors?: Broken[] };
  const milliseconds = performance.now() - start;
  if (!response.ok) {
    const rules = answer.errors?.map(({ name, rule }) => `${name} ${rule}`).join('; ');
    throw new Error(rules ?? answer.detail ?? answer.title ?? `status ${response.status}`);
  }
  return {
    body: answer,
    tier: response.headers.get('x-cache') ?? '',
    timing: response.headers.get('server-timing') ?? '',
    milliseconds,
  };
}
