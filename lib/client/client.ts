import { randomUUID } from 'node:crypto';
import { checkedId, checkedVersion, PersonOperations } from './person';
import { checkedPhoto, PHOTO_TYPES, readPhoto } from './photo';
import { Transport, type Call, type CallOptions, type ClientOptions } from './transport';
import type {
  Agent,
  ChangedSearch,
  Health,
  NewSession,
  Photo,
  QuestionAnswer,
  SearchAnswer,
  SearchParameters,
  Session,
  SessionCreated,
  SessionEvents,
  SessionWritten,
} from './types';

export interface CreateOptions extends CallOptions {
  /**
   * Of the whole action, to repeat it beyond this call (after a crash, say): it is applied once. One of the client's
   * own unless given.
   */
  idempotencyKey?: string | undefined;
}

export interface WriteOptions extends CreateOptions {
  /** Write only if the session still has this version; otherwise CarFinProblem 412. */
  ifMatch?: number | undefined;
  /** Also give the events since this version. */
  after?: number | undefined;
}

/**
 * The API's operations. Every method rejects with {@link CarFinProblem} where the API refused, with
 * {@link CarFinNoAnswer} where no answer came within the deadline, and with the reason of the caller's signal. A
 * failure is never an empty answer.
 *
 * A `userId` is whoever you say: authenticate the person before you call, and let no browser choose it.
 */
export class CarFinClient extends PersonOperations {
  protected readonly transport: Transport;

  /** @throws RangeError that names what is missing: `url`, `credentials` or `region`. */
  constructor(options: ClientOptions) {
    super();
    this.transport = new Transport(options);
  }

  /** The listings within a budget that suit a buyer, best first. */
  searchVehicles(parameters: SearchParameters, options?: CallOptions): Promise<SearchAnswer> {
    const call = { operation: 'searchVehicles', method: 'GET', path: '/v1/vehicles/search' } as const;
    return this.transport.send({ ...call, query: { ...parameters } }, options);
  }

  /**
   * A photo of a listing, where the stage has photos.
   * @param photo the listing's `photo`, with or without its first slash.
   */
  async getImage(photo: string, options?: CallOptions): Promise<Photo> {
    const path = `/v1/images/${checkedPhoto(photo)}`;
    const headers = { accept: PHOTO_TYPES };
    const call = { operation: 'getImage', method: 'GET', path, headers, read: readPhoto } as const;
    return this.transport.send(call, options);
  }

  /** @returns the health also where searches cannot be answered (503). */
  getHealth(options?: CallOptions): Promise<Health> {
    const call = { operation: 'getHealth', method: 'GET', path: '/v1/health', alsoAnswers: 503 } as const;
    return this.transport.send(call, options);
  }

  async createSession(session: NewSession, options?: CreateOptions): Promise<SessionCreated> {
    // Whoever has no types may leave it out.
    checkedId('userId', (session as NewSession | undefined)?.userId as string);
    const call = { operation: 'createSession', method: 'POST', path: '/v1/sessions', body: session } as const;
    return this.transport.send({ ...call, idempotencyKey: keyOf(options) }, options);
  }

  async getSession(sessionId: string, options?: CallOptions): Promise<Session> {
    return this.transport.send({ operation: 'getSession', method: 'GET', path: sessionPath(sessionId) }, options);
  }

  /** Counts the question, merges the changed needs into the session's search and searches, in one request. */
  askQuestion(
    sessionId: string,
    question: { question: string; needs?: ChangedSearch | undefined },
    options?: WriteOptions,
  ): Promise<QuestionAnswer> {
    return this.write('askQuestion', 'POST', sessionId, '/questions', question, options);
  }

  /** @param patch a JSON Merge Patch of the agent's state: members replace, null removes, objects merge. */
  updateAgent(sessionId: string, agent: Agent, patch: object, options?: WriteOptions): Promise<SessionWritten> {
    return this.write('updateAgent', 'PATCH', sessionId, `/agents/${agent}`, patch, options);
  }

  /** @param needs one to 20 objects, such as `{need: '골프도 친다'}`. */
  addNeeds(
    sessionId: string,
    needs: { needs: readonly object[]; agent?: Agent | undefined },
    options?: WriteOptions,
  ): Promise<SessionWritten> {
    return this.write('addNeeds', 'POST', sessionId, '/needs', needs, options);
  }

  /** @param score 0 to 5, given by the person. */
  rateSession(sessionId: string, score: number, options?: WriteOptions): Promise<SessionWritten> {
    return this.write('rateSession', 'POST', sessionId, '/satisfaction', { score }, options);
  }

  /** Ends the session: it can be read and rated until it expires, and written to no more. */
  completeSession(sessionId: string, options?: WriteOptions): Promise<SessionWritten> {
    return this.write('completeSession', 'POST', sessionId, '/complete', undefined, options);
  }

  /**
   * At most 100 events, oldest first. CarFinProblem 410: some since then are no longer kept, or a failover has lost the
   * version that you know; read the session and go on from its version.
   * @param after the version that you know; 0 for all.
   * @param waitMs how long to wait for an event if there is none, 0 to 5,000; the deadline begins after it.
   */
  async getSessionEvents(
    sessionId: string,
    wanted: { after: number; waitMs?: number | undefined },
    options?: CallOptions,
  ): Promise<SessionEvents> {
    // Whoever has no types may leave it out: the API says what is missing.
    const { after, waitMs } = (wanted as Partial<typeof wanted> | undefined) ?? {};
    const path = `${sessionPath(sessionId)}/events`;
    const call = { operation: 'getSessionEvents', method: 'GET', path, query: { after, waitMs }, waitMs } as const;
    return this.transport.send(call, options);
  }

  private async write<T>(
    operation: string,
    method: Call['method'],
    sessionId: string,
    part: string,
    body: unknown,
    options?: WriteOptions,
  ): Promise<T> {
    // Whoever has no types may give null, here and wherever a method takes options.
    const { ifMatch, after } = options ?? {};
    const headers = { 'if-match': checkedVersion(ifMatch) };
    const call = { operation, method, path: sessionPath(sessionId) + part, query: { after }, headers, body };
    return this.transport.send({ ...call, idempotencyKey: keyOf(options) }, options);
  }
}

const keyOf = (options?: CreateOptions): string => options?.idempotencyKey ?? randomUUID();

const sessionPath = (sessionId: string): string => `/v1/sessions/${checkedId('sessionId', sessionId)}`;
