import { createHash, randomUUID } from 'node:crypto';
import { seenKey, creationKey, sessionIndexKey, sessionKeys, TTL } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { durableScript, type Durable } from '../valkey/durable-script';
import { RecentlyStored } from '../search/recently-stored';
import { toEvents, type SessionEvent } from './events';
import { AGENTS, SEARCH_PARAMETERS, type Agent, type CollaborationState } from './session';
import { OBJECT, type Step } from './merge-patch';
import { CREATE_SESSION, REGISTER_SESSION, WRITE_SESSION } from './session-scripts';

/** What is kept of one session, at most. */
export const LIMITS = {
  /** Bytes of the session's fields. */
  bytes: 262_144,
  events: 1_000,
  eventBytes: 1_048_576,
  /** Events in one answer. */
  eventsInAnswer: 100,
  /** Requests of which a repetition is known. */
  requests: 5_000,
  /** Sessions of one person in the last seven days. */
  sessionsOfPerson: 1_000,
} as const;

/** How often one process renews the marker of a session that is being written, seconds. */
const MARK_EVERY = 60;

/** One change of a session. */
export interface SessionWrite {
  type: 'agent' | 'needs' | 'question' | 'satisfaction' | 'completed';
  by?: Agent;
  steps: readonly (Step | readonly ['need', '', json: string])[];
  /** What the event tells of it. */
  data: unknown;
  state?: CollaborationState;
  /** The state from which `state` follows; any unless given. */
  stateFrom?: CollaborationState;
}

/** How a write is to be applied. */
export interface WriteConditions {
  /** Of the client, or one of our own: a write that is sent again is applied once. */
  idempotencyKey: string | undefined;
  /** The version that the client has seen; another one refuses the write. */
  ifMatch: number | undefined;
  /** Give the events since this version. */
  after: number | undefined;
}

export interface Applied {
  outcome: 'applied';
  version: number;
  /** Questions of the session so far. */
  n: number;
  /** Whether this is a repetition; the version is the one that the first request made. */
  replayed: boolean;
  /** Since `after`; undefined if that is older than what is kept, or was not asked for. */
  events: SessionEvent[] | undefined;
  gone: boolean;
  /** The search parameters after a question, as JSON, in the order of SEARCH_PARAMETERS. */
  search: (string | null)[];
  durable: boolean;
}

/** What a write met instead of being applied. */
export type Refused =
  | { outcome: 'missing' | 'reused' | 'incomplete' }
  | { outcome: 'completed' | 'changed'; version: number }
  | { outcome: 'inverted'; budgetMin: number; budgetMax: number }
  | { outcome: 'full'; bytes: number };

export interface StoredSession {
  fields: Record<string, string>;
  expiresInSeconds: number;
}

/**
 * The sessions in Valkey. Every method throws {@link ValkeyUnavailableError} or {@link ValkeyCommandError} if it can't be
 * known whether the work is done; with the same idempotency key it can be repeated.
 */
export class SessionStore {
  private readonly marked = new RecentlyStored();

  constructor(private readonly valkey: ValkeyClient) {}

  /** @returns undefined if the person has too many sessions. */
  async create(
    { userId, question, context }: { userId: string; question: string; context: unknown },
    idempotencyKey: string | undefined,
    request: RequestContext,
  ): Promise<{ sessionId: string; version: number; durable: boolean } | undefined> {
    const id = idempotencyKey ?? randomUUID();
    const registered = await this.durably<string | null>(
      durableScript(
        REGISTER_SESSION,
        [sessionIndexKey(userId), creationKey(userId, id)],
        [randomUUID(), TTL.sessionIndex, TTL.creation, TTL.sessionLife * 1_000, LIMITS.sessionsOfPerson],
      ),
      request,
    );
    const sessionId = registered.reply;
    if (sessionId === null) return undefined;
    const fields = {
      schema: '1',
      userId,
      collaborationState: 'initiated',
      question,
      questionCount: '0',
      needCount: '0',
      context: JSON.stringify(context ?? {}),
      search: OBJECT,
      ...Object.fromEntries(AGENTS.map((agent) => [agent, OBJECT])),
    };
    const created = await this.durably<number>(
      durableScript(CREATE_SESSION, sessionKeys(sessionId), [
        JSON.stringify({ ...RECORDING, id, print: '', type: 'created', by: '' }),
        JSON.stringify({ question }),
        ...Object.entries(fields).flat(),
      ]),
      request,
    );
    await this.mark(sessionId, request);
    return { sessionId, version: created.reply, durable: registered.durable && created.durable };
  }

  async write(
    sessionId: string,
    write: SessionWrite,
    { idempotencyKey, ifMatch, after }: WriteConditions,
    request: RequestContext,
  ): Promise<Applied | Refused> {
    const { type, by = '', steps, data, state, stateFrom } = write;
    const text = JSON.stringify(data);
    const options = {
      ...RECORDING,
      ...{ id: idempotencyKey ?? randomUUID(), print: fingerprint(type, by, text), type, by },
      ...{ ifMatch, after, state, stateFrom, mostBytes: LIMITS.bytes, mostInAnswer: LIMITS.eventsInAnswer },
      ...(type === 'question' ? { search: SEARCH_PARAMETERS } : {}),
    };
    const { reply, durable } = await this.durably<Reply>(
      durableScript(WRITE_SESSION, sessionKeys(sessionId), [JSON.stringify(options), text, ...steps.flat()]),
      request,
    );
    if (reply[0] !== 'applied') return refused(reply);
    const [, version, n, replayed, gone, events, search] = reply;
    if (replayed === 0) await this.mark(sessionId, request);
    return {
      outcome: 'applied',
      version,
      n,
      replayed: replayed === 1,
      events: after === undefined || gone === 1 ? undefined : toEvents(events),
      gone: gone === 1,
      search,
      durable,
    };
  }

  /** @returns undefined if there is none. */
  async read(sessionId: string, request: RequestContext): Promise<StoredSession | undefined> {
    const [key] = sessionKeys(sessionId);
    const [fields, life] = await this.valkey.wave(request, [
      { key, send: (valkey) => valkey.hgetall(key) },
      { key, send: (valkey) => valkey.ttl(key) },
    ]);
    if (!fields.ok) throw fields.error;
    if (!life.ok) throw life.error;
    if (fields.value.version === undefined) return undefined;
    return { fields: fields.value, expiresInSeconds: Math.max(0, life.value) };
  }

  /** @returns whether a session that is not there was written so lately that it must have been lost. */
  async isLost(sessionId: string, request: RequestContext): Promise<boolean> {
    const key = seenKey('a2a', sessionId);
    const life = await this.valkey.run(request, key, (valkey) => valkey.ttl(key));
    return life.ok && life.value > TTL.seen - TTL.session;
  }

  /** Removes a session and what tells of it; done again it does nothing. */
  async remove(sessionId: string, request: RequestContext): Promise<void> {
    const keys = sessionKeys(sessionId);
    const marker = seenKey('a2a', sessionId);
    const outcomes = await this.valkey.wave(request, [
      { key: keys[0], send: (valkey) => valkey.del(...keys) },
      { key: marker, send: (valkey) => valkey.del(marker) },
    ]);
    for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
  }

  /** Best effort, and not at every write: the marker serves the measure of continuity alone. */
  private async mark(sessionId: string, request: RequestContext): Promise<void> {
    const key = seenKey('a2a', sessionId);
    if (this.marked.has(key)) return;
    const marked = await this.valkey.run(request, key, (valkey) => valkey.set(key, '1', 'EX', TTL.seen));
    if (marked.ok) this.marked.add(key, MARK_EVERY);
  }

  private async durably<T>(command: ReturnType<typeof durableScript<T>>, request: RequestContext): Promise<Durable<T>> {
    const [outcome] = await this.valkey.wave(request, [command]);
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }
}

const RECORDING = {
  ttl: TTL.session,
  life: TTL.sessionLife,
  mostEvents: LIMITS.events,
  mostEventBytes: LIMITS.eventBytes,
  mostRequests: LIMITS.requests,
};

type Reply =
  | ['applied', number, number, 0 | 1, 0 | 1, [string, string[]][], (string | null)[]]
  | ['missing' | 'reused' | 'incomplete']
  | ['completed' | 'changed', number]
  | ['inverted', number, number]
  | ['full', number];

function refused(reply: Exclude<Reply, ['applied', ...unknown[]]>): Refused {
  switch (reply[0]) {
    case 'completed':
    case 'changed':
      return { outcome: reply[0], version: reply[1] };
    case 'inverted':
      return { outcome: 'inverted', budgetMin: reply[1], budgetMax: reply[2] };
    case 'full':
      return { outcome: 'full', bytes: reply[1] };
    default:
      return { outcome: reply[0] };
  }
}

/** Tells a repeated request from another one under the same key. */
function fingerprint(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
