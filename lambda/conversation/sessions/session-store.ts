import { randomUUID } from 'node:crypto';
import { SeenMarker } from '../../valkey/seen-marker';
import { Tombstones } from '../../valkey/tombstones';
import { creationKey, creationsKey, sessionIndexKey, sessionKeys, TTL } from '../../contract/keys';
import { FORGET } from '../../valkey/shared-scripts';
import type { PeopleKey } from '../../contract/people-key';
import type { RequestContext } from '../../telemetry/request';
import type { ValkeyClient } from '../../valkey/client';
import { durableScript } from '../../valkey/script';
import { toEvents } from './events';
import { LIMITS } from './limits';
import { OBJECT } from './merge-patch';
import { AGENTS, SEARCH_PARAMETERS } from './operations/vocabulary';
import type { StoredSession } from './session';
import { CREATE_SESSION, REGISTER_SESSION, WRITE_SESSION } from './session-scripts';
import {
  fingerprint,
  toRefused,
  type Applied,
  type Refused,
  type SessionWrite,
  type WriteConditions,
} from './session-write';

/** What a write may set and name to be removed: each is no more than a session can hold. */
const MOST_STEP_BYTES = 2 * LIMITS.bytes;

export interface Created {
  sessionId: string;
  version: number;
  durable: boolean;
  /** Whether it was there: this request is a repetition. One that has ended meanwhile begins anew under its id. */
  replayed: boolean;
}

interface NotCreated {
  sessionId: undefined;
  /** The key was used for another request, or the person has too many sessions. */
  refused: 'reused' | 'many';
}

/**
 * The sessions in Valkey. Every method throws {@link ValkeyUnavailableError} or {@link ValkeyCommandError} if it can't
 * be known whether the work is done; with the same idempotency key it can be repeated.
 */
export class SessionStore {
  private readonly seen: SeenMarker;
  private readonly tombstones: Tombstones;

  constructor(
    private readonly valkey: ValkeyClient,
    people: PeopleKey,
  ) {
    this.tombstones = new Tombstones(valkey, people);
    this.seen = new SeenMarker(valkey, 'a2a', TTL.session);
  }

  /** @returns the session, or why there is none. */
  async create(
    { userId, question, context }: { userId: string; question: string; context: unknown },
    idempotencyKey: string | undefined,
    request: RequestContext,
  ): Promise<Created | NotCreated> {
    const id = idempotencyKey ?? randomUUID();
    const proposed = randomUUID();
    const registration = durableScript(
      REGISTER_SESSION,
      [sessionIndexKey(userId), creationKey(userId, id), creationsKey(userId)],
      [
        ...[proposed, TTL.sessionIndex, TTL.creation, TTL.sessionLife * 1_000, LIMITS.sessionsOfPerson],
        ...[fingerprint('create', { question, context }), id],
      ],
    );
    const [registered] = await this.valkey.all(request, [registration]);
    const sessionId = registered.reply;
    if (sessionId === null) return { sessionId: undefined, refused: 'many' };
    if (typeof sessionId !== 'string') return { sessionId: undefined, refused: 'reused' };
    request.session = sessionId;
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
    const [created] = await this.valkey.all(request, [
      durableScript(CREATE_SESSION, sessionKeys(sessionId), [
        JSON.stringify({ ...RECORDING, id, print: '', type: 'created', by: '', again: sessionId !== proposed }),
        JSON.stringify({ question }),
        ...Object.entries(fields).flat(),
      ]),
    ]);
    const [version, begun, wasThere] = created.reply;
    // Again, for a person who was being forgotten meanwhile: no session goes without being listed.
    await Promise.all([this.valkey.all(request, [registration]), this.seen.mark(sessionId, request)]);
    // And none stays listed that was forgotten before it was listed again.
    if (await this.tombstones.covers(userId, begun, request)) await this.withdraw(userId, sessionId, id, request);
    return {
      sessionId,
      version,
      durable: registered.durable && created.durable,
      replayed: sessionId !== proposed && wasThere === 1,
    };
  }

  /** @param applied is called as soon as it is, with the session's search parameters: what follows need not wait. */
  async write(
    sessionId: string,
    write: SessionWrite,
    { idempotencyKey, ifMatch, after }: WriteConditions,
    request: RequestContext,
    applied?: (search: Applied['search']) => void,
  ): Promise<Applied | Refused> {
    const { type, by = '', steps, data, state, stateFrom } = write;
    // The first of a patch is its object.
    if (steps.length - 1 > LIMITS.patchMembers) return { outcome: 'wide', members: steps.length - 1 };
    const parts = steps.flat();
    // A long name stands before each member below it: as steps, 16 kB of a patch can be 8 MB.
    const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    if (bytes > MOST_STEP_BYTES) return { outcome: 'full', bytes };
    const text = JSON.stringify(data);
    const options = {
      ...RECORDING,
      id: idempotencyKey ?? randomUUID(),
      print: fingerprint(type, by, data),
      type,
      by,
      ifMatch,
      after,
      state,
      stateFrom,
      mostBytes: LIMITS.bytes,
      mostMembers: LIMITS.members,
      mostInAnswer: LIMITS.eventsInAnswer,
      ...(type === 'question' ? { search: SEARCH_PARAMETERS } : {}),
    };
    const [key] = sessionKeys(sessionId);
    const [owner, { reply, durable }] = await this.valkey.all(request, [
      { key, send: (valkey) => valkey.hmget(key, 'userId', 'startTime') },
      durableScript(WRITE_SESSION, sessionKeys(sessionId), [JSON.stringify(options), text, ...parts]),
    ]);
    if (reply[0] === 'applied') applied?.(reply[6]);
    if (reply[0] === 'applied' && reply[3] === 0) await this.seen.mark(sessionId, request);
    // Last: who is forgotten meanwhile leaves no mark either.
    if (reply[0] !== 'missing' && (await this.isForgotten(sessionId, owner, request))) return { outcome: 'missing' };
    if (reply[0] !== 'applied') return toRefused(reply);
    const [, version, n, replayed, gone, events, search] = reply;
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
    const [fields, life] = await this.valkey.all(request, [
      { key, send: (valkey) => valkey.hgetall(key) },
      { key, send: (valkey) => valkey.ttl(key) },
    ]);
    if (fields.version === undefined) return undefined;
    const { userId = null, startTime = null } = fields;
    if (await this.isForgotten(sessionId, [userId, startTime], request)) return undefined;
    return { fields, expiresInSeconds: Math.max(0, life) };
  }

  /**
   * @param owner `userId` and `startTime` of the session.
   * @returns whether the person was forgotten since it began; such a session, which no list knew any more, is removed
   * here.
   */
  private async isForgotten(
    sessionId: string,
    [userId, startTime]: readonly (string | null | undefined)[],
    request: RequestContext,
  ): Promise<boolean> {
    request.person = userId ?? undefined;
    if (userId == null || !(await this.tombstones.covers(userId, Number(startTime), request))) return false;
    await this.remove(sessionId, request);
    return true;
  }

  /** @returns whether a session that is not there was written so lately that it must have been lost. */
  isLost(sessionId: string, request: RequestContext): Promise<boolean> {
    return this.seen.isLost(sessionId, request);
  }

  /** @returns ids of sessions of a person, the oldest first. */
  async listOf(userId: string, count: number, request: RequestContext): Promise<string[]> {
    const key = sessionIndexKey(userId);
    const [ids] = await this.valkey.all(request, [{ key, send: (valkey) => valkey.zrange(key, 0, count - 1) }]);
    return ids;
  }

  /**
   * Removes what tells which request created which session, and the list of the sessions, which is empty by then.
   * @returns whether a replica has confirmed.
   */
  async forgetCreations(userId: string, request: RequestContext): Promise<boolean> {
    const list = creationsKey(userId);
    const [ids] = await this.valkey.all(request, [{ key: list, send: (valkey) => valkey.zrange(list, 0, -1) }]);
    const keys = ids.map((id) => creationKey(userId, id));
    const [{ durable }] = await this.valkey.all(request, [durableScript(FORGET, [list, ...keys], [])]);
    return durable;
  }

  /** Takes sessions that were removed from those of their person. */
  async unlist(userId: string, sessionIds: readonly string[], request: RequestContext): Promise<void> {
    const key = sessionIndexKey(userId);
    await this.valkey.all(request, [{ key, send: (valkey) => valkey.zrem(key, ...sessionIds) }]);
  }

  /** Removes a session that was forgotten while it was being created, and what tells which request created it. */
  private async withdraw(userId: string, sessionId: string, id: string, request: RequestContext): Promise<void> {
    await this.remove(sessionId, request);
    const [creation, creations] = [creationKey(userId, id), creationsKey(userId)];
    await this.valkey.all(request, [
      { key: creation, send: (valkey) => valkey.del(creation) },
      { key: creations, send: (valkey) => valkey.zrem(creations, id) },
    ]);
    await this.unlist(userId, [sessionId], request);
  }

  /** Removes a session and what tells of it; done again it does nothing. @returns whether a replica has confirmed. */
  async remove(sessionId: string, request: RequestContext): Promise<boolean> {
    await this.seen.remove(sessionId, request);
    const [{ durable }] = await this.valkey.all(request, [durableScript(FORGET, sessionKeys(sessionId), [])]);
    return durable;
  }
}

const RECORDING = {
  ttl: TTL.session,
  life: TTL.sessionLife,
  mostEvents: LIMITS.events,
  mostEventBytes: LIMITS.eventBytes,
  mostRequests: LIMITS.requests,
};
