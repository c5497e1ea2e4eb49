import type { APIGatewayProxyResult } from 'aws-lambda';

/** One parameter or member of a request that broke its rule. */
export interface Violation {
  /** Where it stands: `query`, `path`, `header` or `body`. */
  in: 'query' | 'path' | 'header' | 'body';
  /** Its name; in a body its JSON pointer. */
  name: string;
  rule: string;
  /** What came, shortened; absent if nothing came. */
  received?: string | undefined;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  404: 'Not found',
  405: 'This method is not allowed here',
  406: 'No answer has a form that is accepted',
  409: 'The request conflicts with the current state',
  410: 'This is no longer kept',
  412: 'It has changed meanwhile',
  413: 'The request is too large',
  415: 'This media type is not supported',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'The answer cannot be known right now',
};

/** What went wrong with a request, as RFC 9457 tells it. Thrown by handlers, sent by the router. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    private readonly extra: {
      violations?: readonly Violation[];
      headers?: Record<string, string>;
    } = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'Problem';
  }

  /** @param linked headers that every problem has */
  toResponse(linked: Record<string, string> = {}): APIGatewayProxyResult {
    const { violations, headers } = this.extra;
    return {
      statusCode: this.status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...linked, ...headers },
      body: JSON.stringify({
        type: 'about:blank',
        title: TITLES[this.status] ?? 'The request failed',
        status: this.status,
        detail: this.detail,
        ...(violations === undefined ? {} : { errors: violations }),
      }),
    };
  }
}

/** A dependency that can't be asked is no answer. @throws Problem 503 in place of what `work` throws. */
export async function orUnavailable<T>(work: Promise<T>, detail: string, retryAfterSeconds = 1): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unavailable(detail, retryAfterSeconds, error);
  }
}

/** The answer exists but can't be known now; the client should ask again after some seconds. */
export function unavailable(detail: string, retryAfterSeconds = 2, cause?: unknown): Problem {
  return new Problem(503, detail, { headers: { 'retry-after': String(retryAfterSeconds) } }, { cause });
}
