/** One parameter or member of a request that broke its rule. */
export interface Violation {
  in: 'query' | 'path' | 'header' | 'body';
  /** In a body its JSON pointer. */
  name: string;
  rule: string;
  received?: string;
}

/** Problem details (RFC 9457), as the API and API Gateway send them. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: Violation[];
  /** AWS's own words, where AWS refused the signature or the caller. */
  reason?: string;
}

/** A call that did not succeed; it is one of the two classes below. */
export abstract class CarFinError extends Error {
  /**
   * @param operation the method of the client.
   * @param attempts how often the request was sent.
   */
  constructor(
    message: string,
    readonly operation: string,
    readonly attempts: number,
    options?: ErrorOptions,
  ) {
    super(`${operation}: ${message}`, options);
  }
}

/** The API refused the request, or said that it can't answer now. */
export class CarFinProblem extends CarFinError {
  override readonly name = 'CarFinProblem';
  readonly status: number;

  /** @param retryAfterSeconds what the API asked to wait; undefined if it did not say. */
  constructor(
    readonly problem: ProblemDetails,
    readonly retryAfterSeconds: number | undefined,
    operation: string,
    attempts: number,
  ) {
    const rules = problem.errors?.map(
      ({ in: place, name, rule, received }) =>
        [place, name, rule].filter(Boolean).join(' ') +
        (received === undefined ? '' : `, received ${loggable(received)}`),
    );
    const reason = problem.reason === undefined ? [] : [`AWS: ${problem.reason}`];
    super([`${problem.status} ${problem.detail}`, ...reason, ...(rules ?? [])].join('; '), operation, attempts);
    this.status = problem.status;
  }
}

/**
 * A message ends up in logs, and what people write does not: only a single word of ASCII is no sentence. `problem` has
 * it whole.
 */
function loggable(received: string): string {
  if (received === '') return 'nothing';
  if (/^[!-~]{1,64}$/.test(received)) return received;
  // The API shows the beginning of what is long, and an ellipsis.
  const isWhole = !received.endsWith('…');
  return isWhole
    ? `${received.length} character${received.length === 1 ? '' : 's'}`
    : `more than ${received.length - 1} characters`;
}

/**
 * No answer within the deadline: whether a write was applied is not known. The same idempotency key repeats it safely.
 */
export class CarFinNoAnswer extends CarFinError {
  override readonly name = 'CarFinNoAnswer';

  /** @param idempotencyKey of the request, to send it again later; undefined for what needs none. */
  constructor(
    message: string,
    readonly idempotencyKey: string | undefined,
    operation: string,
    attempts: number,
    cause: unknown,
  ) {
    super(message, operation, attempts, { cause });
  }
}

/**
 * @returns the problem details of an answer; of what is in between (a proxy's page, AWS's own JSON) as much as there
 * is.
 */
export function toProblem(status: number, text: string): ProblemDetails {
  const fallback = { type: 'about:blank', title: 'The request failed', status, detail: text.slice(0, 200) };
  try {
    const body = JSON.parse(text) as (Partial<ProblemDetails> & { message?: string; Message?: string }) | null;
    // AWS writes it with a capital where a policy refuses.
    const said = body?.message ?? body?.Message;
    if (typeof body?.detail !== 'string')
      return typeof said === 'string' ? { ...fallback, detail: withoutRequest(said) } : fallback;
    const reason = typeof body.reason === 'string' ? { reason: withoutRequest(body.reason) } : {};
    return { ...fallback, ...body, ...reason, status };
  } catch {
    return fallback;
  }
}

/**
 * AWS repeats the request that it could not verify, with the session's token and what people ask: no error holds that.
 */
function withoutRequest(reason: string): string {
  return reason
    .split(/\s*The Canonical String/, 1)
    .join('')
    .slice(0, 500);
}
