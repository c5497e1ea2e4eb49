import { setTimeout as sleep } from 'node:timers/promises';
import { SigningClock } from './clock';
import { CarFinNoAnswer, CarFinProblem, toProblem } from './errors';
import { HeldCredentials } from './held-credentials';
import { toJson } from './json';
import { isPassing, pauseMs, retryAfter } from './retry';
import { regionOf, signedHeaders, type CredentialsProvider, type HttpRequest } from './signing';

export interface ClientOptions {
  /**
   * Required; a missing one is told by name. `ApiUrl` of the stack with its stage:
   * `https://{api}.execute-api.{region}.amazonaws.com/live`, or `{api}-{vpce}` for a private API.
   */
  url: string | undefined;
  /** null signs nothing: only the local run takes that. */
  credentials: CredentialsProvider | null;
  /** The one that the url names, unless given. */
  region?: string | undefined;
  /** For a call with all its attempts, ms; 8,000 unless given. */
  deadlineMs?: number | undefined;
  /** For one attempt, ms; 3,000 unless given. A function gives itself less. */
  attemptMs?: number | undefined;
  /** 4 unless given. */
  attempts?: number | undefined;
}

export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** In place of the client's. */
  deadlineMs?: number | undefined;
}

/** One call of the API. */
export interface Call {
  operation: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Percent-encoded. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  body?: unknown;
  headers?: Readonly<Record<string, string | undefined>>;
  /** Set where a repetition is applied once. GET, PUT and DELETE are repeated without. */
  idempotencyKey?: string | undefined;
  /** Set where the body itself makes a repetition harmless. */
  repeatable?: boolean;
  /** A status above 299 whose body is an answer. */
  alsoAnswers?: number;
  /** How long the API may wait before it answers, ms. */
  waitMs?: number | undefined;
  /** Makes the answer of a 2xx; its JSON unless given. */
  read?: (headers: Headers, bytes: Buffer) => unknown;
}

interface Failure {
  error: Error;
  passing: boolean;
  retryAfterSeconds?: number | undefined;
  /** Of a 403: ms since the epoch; NaN if it was not told. */
  serverTime?: number;
}
type Outcome = { answer: unknown } | Failure;

/** Sends calls, signed, again where that is safe, within their deadline. */
export class Transport {
  private readonly base: URL;
  private readonly region: string;
  private readonly clock = new SigningClock();
  private readonly credentials: HeldCredentials | null;

  /**
   * @throws RangeError that names what is missing or no such option: `url`, `credentials`, `region` where the url does
   * not name it, a time, `attempts`.
   */
  constructor(private readonly options: ClientOptions) {
    this.base = baseOf((options as ClientOptions | null | undefined)?.url);
    // Whoever has no types may leave it out.
    const credentials: unknown = options.credentials;
    if (credentials !== null && typeof credentials !== 'function')
      throw new RangeError(
        'credentials must be a function that gives {accessKeyId, secretAccessKey, sessionToken}, received ' +
          `${typeof credentials}. Only the local run takes null.`,
      );
    if (credentials !== null) checkSecret(this.base);
    for (const name of ['deadlineMs', 'attemptMs'] as const) checkedMs(name, options[name]);
    checkAttempts(options.attempts ?? 1);
    this.region = options.region || (credentials === null ? '' : regionOf(this.base));
    this.credentials = options.credentials === null ? null : new HeldCredentials(options.credentials);
  }

  /**
   * @returns the JSON of the answer.
   * @throws CarFinProblem, CarFinNoAnswer, or the reason of the caller's signal; RangeError for what can't be sent, or
   * a deadline that is none.
   */
  async send<T>(call: Call, options?: CallOptions): Promise<T> {
    checkKey(call.idempotencyKey);
    const signal = checkedSignal(options?.signal);
    const deadlineMs = checkedMs('deadlineMs', options?.deadlineMs ?? this.options.deadlineMs ?? 8_000);
    const allowedMs = withWait(deadlineMs, call);
    const end = performance.now() + allowedMs;
    const limits = [AbortSignal.timeout(allowedMs), ...(signal === undefined ? [] : [signal])];
    const repeatable = call.repeatable ?? (call.idempotencyKey !== undefined || /GET|PUT|DELETE/.test(call.method));
    let most = this.options.attempts ?? 4;
    let clockIsRight = this.options.credentials === null;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(call, attempt, limits);
      if ('answer' in outcome) return outcome.answer as T;
      signal?.throwIfAborted();
      // What a signature is refused for was not carried out, so it is safe to send any call again; once.
      if (!clockIsRight && outcome.serverTime !== undefined && this.clock.correct(outcome.serverTime)) {
        clockIsRight = true;
        most++;
        continue;
      }
      const pause = pauseMs(attempt, outcome.retryAfterSeconds);
      const last = attempt >= most || performance.now() + pause >= end;
      if (last || !repeatable || !outcome.passing) throw outcome.error;
      await sleep(pause, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }

  private async attempt(call: Call, attempt: number, limits: AbortSignal[]): Promise<Outcome> {
    const { url, method, headers, body } = await this.toRequest(call, attempt, limits);
    const attemptMs = withWait(this.options.attemptMs ?? 3_000, call);
    try {
      const response = await fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([AbortSignal.timeout(attemptMs), ...limits]),
        // The API redirects nobody, and what is signed goes nowhere else.
        redirect: 'manual',
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      // A 2xx that was cut off is no answer.
      if (response.status === 403) this.credentials?.forget();
      if (response.ok) return { answer: (call.read ?? readJson)(response.headers, bytes) };
      return refused(call, attempt, response, bytes.toString());
    } catch (cause) {
      const why = [cause, (cause as Error).cause]
        .flatMap((each) => (each as Error | undefined)?.message ?? [])
        .join(': ');
      const error = new CarFinNoAnswer(`no answer (${why})`, call.idempotencyKey, call.operation, attempt, cause);
      return { error, passing: true };
    }
  }

  private async toRequest(call: Call, attempt: number, limits: AbortSignal[]): Promise<HttpRequest> {
    const query = Object.entries(call.query ?? {}).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [`${name}=${encoded(name, value)}`],
    );
    const body = call.body === undefined ? undefined : toJson(call.operation, call.body);
    const given = { ...call.headers, 'idempotency-key': call.idempotencyKey };
    const headers = Object.fromEntries(
      Object.entries({ ...given, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    const url = new URL(
      `${this.base.href.replace(/\/$/, '')}${call.path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    );
    const request = { method: call.method, url, headers, body };
    if (this.credentials === null) return request;
    const signer = await beforeEnd(this.credentials.get(this.clock.now()), limits, (cause) => {
      const why = 'nothing was sent: credentials did not come before the deadline';
      return new CarFinNoAnswer(why, call.idempotencyKey, call.operation, attempt, cause);
    });
    return { ...request, headers: signedHeaders(request, this.region, signer, this.clock.now()) };
  }
}

/**
 * Nothing ends what a provider does, but no call waits for it beyond its end.
 * @param limits the deadline's, then the caller's.
 * @throws the reason of the caller's signal, or what is made of the deadline's
 */
function beforeEnd<T>(work: Promise<T>, limits: AbortSignal[], late: (cause: unknown) => Error): Promise<T> {
  const ended = AbortSignal.any(limits);
  const end = new Promise<never>((_, reject) => {
    const stop = () => reject(ended.reason === limits[0]?.reason ? late(ended.reason) : (ended.reason as Error));
    if (ended.aborted) stop();
    ended.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work, end]);
}

/** @throws RangeError without the value: it may be what a person wrote. */
function encoded(name: string, value: unknown): string {
  if (!/string|number|boolean|bigint/.test(typeof value))
    throw new RangeError(
      `${name} must be a text, a number, true or false, received ${Array.isArray(value) ? 'an array' : typeof value}.`,
    );
  const text = String(value);
  if (text.isWellFormed()) return encodeURIComponent(text);
  throw new RangeError(`${name} must be whole characters: half a surrogate pair is none.`);
}

/** The longest that a timer waits: of more Node.js makes 1 ms, or an error that names no option. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws RangeError */
function checkedMs<T extends number | undefined>(name: 'deadlineMs' | 'attemptMs', ms: T): T {
  if (ms === undefined || ms <= LONGEST_MS) return ms;
  throw new RangeError(`${name} must be a number of ms, at most ${LONGEST_MS}; received ${String(ms)}.`);
}

/** @throws RangeError */
function checkedSignal(signal: AbortSignal | null | undefined): AbortSignal | undefined {
  if (signal == null || signal instanceof AbortSignal) return signal ?? undefined;
  throw new RangeError('signal must be an AbortSignal, such as that of an AbortController or of a request.');
}

/** @throws RangeError */
function checkAttempts(attempts: number): void {
  if (!(attempts >= 1)) throw new RangeError(`attempts must be at least 1, received ${String(attempts)}.`);
}

/** @returns whole ms from 0, with the wait that the call asks for; of one that is none the API says so. */
const withWait = (ms: number, { waitMs }: Call): number =>
  Math.min(LONGEST_MS, Math.ceil(Math.max(0, ms) + Math.max(0, waitMs || 0)));

/** @throws RangeError where what is signed would be read on its way, the session token with it */
function checkSecret({ protocol, hostname, origin }: URL): void {
  if (protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return;
  throw new RangeError(`url must begin with https:// where credentials sign, received ${origin}.`);
}

/** What a header can't carry would fail as if no answer had come. @throws RangeError */
function checkKey(key: string | undefined): void {
  if (key !== undefined && !/^(?:"[A-Za-z0-9._-]{1,64}"|[A-Za-z0-9._-]{1,64})$/.test(key))
    throw new RangeError(
      `idempotencyKey must be text that matches [A-Za-z0-9._-]{1,64}, received ${JSON.stringify(key)}.`,
    );
}

/** @throws RangeError */
function baseOf(url: string | undefined): URL {
  // Whoever has no types may give a URL.
  const text = (url as string | URL | undefined)?.toString() ?? '';
  if (URL.canParse(text) && /^https?:/.test(text)) {
    const base = new URL(text.replace(/\/*$/, ''));
    const { username, password, search, hash } = base;
    const parts = { 'user or password': username || password, query: search, fragment: hash };
    for (const [name, part] of Object.entries(parts))
      if (part !== '')
        throw new RangeError(`url must have no ${name}: the paths of the API follow ${base.origin}${base.pathname}.`);
    return base;
  }
  throw new RangeError(
    "url must be the API's, such as https://{api}.execute-api.{region}.amazonaws.com/live (ApiUrl of the stack; " +
      `of npm start http://127.0.0.1:3000), received ${url === undefined ? 'nothing' : JSON.stringify(url)}.`,
  );
}

/** @throws Error for what the API never answers: something in between has. */
function readJson(_: Headers, bytes: Buffer): unknown {
  const answer = fromJson(bytes.toString());
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer;
  throw new Error('the answer is no JSON object');
}

/** The error of JSON.parse quotes the answer, which holds what people said. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error('the answer is not JSON');
  }
}

function refused({ operation, alsoAnswers }: Call, attempt: number, response: Response, text: string): Outcome {
  const { status, headers } = response;
  if (status === alsoAnswers && headers.get('content-type')?.startsWith('application/json') === true)
    return { answer: fromJson(text) };
  const serverTime = Date.parse(headers.get('date') ?? '');
  const retryAfterSeconds = retryAfter(headers.get('retry-after'), Number.isNaN(serverTime) ? Date.now() : serverTime);
  const error = new CarFinProblem(toProblem(status, text), retryAfterSeconds, operation, attempt);
  return { error, passing: isPassing(status), retryAfterSeconds, ...(status === 403 ? { serverTime } : {}) };
}
