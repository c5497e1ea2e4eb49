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
import { CREATE_SESSION, FORGET_CREATIONS, REGISTER_SESSION, WRITE_SESSION } from './session-scripts';
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

/** A session in the list of its person, with the tombstone that stood when it began. */
interface Listed {
  sessionId: string;
  tombstone: number;
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
    const tombstone = await this.tombstones.standing(userId, request);
    const [registered] = await this.valkey.all(request, [
      durableScript(
        REGISTER_SESSION,
        [sessionIndexKey(userId), creationKey(userId, id), creationsKey(userId)],
        [
          ...[proposed, TTL.sessionIndex, TTL.creation, TTL.sessionLife * 1_000, LIMITS.sessionsOfPerson],
          ...[fingerprint('create', { question, context }), id, tombstone],
        ],
      ),
    ]);
    const sessionId = registered.reply;
    if (sessionId === null) return { sessionId: undefined, refused: 'many' };
    if (typeof sessionId !== 'string') return { sessionId: undefined, refused: 'reused' };
    request.session = sessionId;
    const fields = {
      schema: '1',
      userId,
      tombstone: String(tombstone),
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
    const [version, remembered, wasThere] = created.reply;
    await this.seen.mark(sessionId, request);
    // Last: of a session whose person was forgotten meanwhile nothing stays, whatever forgetting has found of it.
    const standing = await this.tombstones.standing(userId, request);
    if (standing > Number(remembered)) {
      await this.remove(sessionId, request);
      await this.unlist(userId, [{ sessionId, tombstone: Number(remembered) }], request);
      await this.forgetCreations(userId, standing, request, [id]);
    }
    return {
      sessionId,
      version,
      durable: registered.durable && created.durable,
      replayed: sessionId !== proposed && wasThere === 1,
    };
  }

  /** @param applied is called soon after it is, with the session's search parameters: what follows need not wait. */
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
      { key, send: (valkey) => valkey.hmget(key, 'userId', 'tombstone') },
      durableScript(WRITE_SESSION, sessionKeys(sessionId), [JSON.stringify(options), text, ...parts]),
    ]);
    // When the tombstone has been asked for: what follows works while that is under way.
    if (reply[0] === 'applied' && applied !== undefined) setImmediate(applied, reply[6]);
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
    if (await this.isForgotten(sessionId, [fields.userId, fields.tombstone], request)) return undefined;
    return { fields, expiresInSeconds: Math.max(0, life) };
  }

  /**
   * @param owner `userId` and `tombstone` of the session.
   * @returns whether the person was forgotten since it began; such a session, which no list knew any more, is removed
   * here.
   */
  private async isForgotten(
    sessionId: string,
    [userId, tombstone]: readonly (string | null | undefined)[],
    request: RequestContext,
  ): Promise<boolean> {
    request.person = userId ?? undefined;
    if (userId == null || !(await this.tombstones.covers(userId, tombstone, request))) return false;
    await this.remove(sessionId, request);
    return true;
  }

  /** @returns whether a session that is not there was written so lately that it must have been lost. */
  isLost(sessionId: string, request: RequestContext): Promise<boolean> {
    return this.seen.isLost(sessionId, request);
  }

  /** @returns the sessions of a person that began before the person was forgotten, the oldest first. */
  async listedBefore(standing: number, userId: string, request: RequestContext): Promise<Listed[]> {
    const key = sessionIndexKey(userId);
    const [members] = await this.valkey.all(request, [{ key, send: (valkey) => valkey.zrange(key, 0, -1) }]);
    return members
      .map((member) => member.split(' '))
      .map(([tombstone, sessionId = '']) => ({ sessionId, tombstone: Number(tombstone) }))
      .filter(({ tombstone }) => tombstone < standing);
  }

  /** Takes sessions that were removed from those of their person. */
  async unlist(userId: string, sessions: readonly Listed[], request: RequestContext): Promise<void> {
    const key = sessionIndexKey(userId);
    const members = sessions.map(({ sessionId, tombstone }) => `${tombstone} ${sessionId}`);
    await this.valkey.all(request, [{ key, send: (valkey) => valkey.zrem(key, ...members) }]);
  }

  /**
   * Removes what tells which request began which session, of all that began before the person was forgotten.
   * @param ids the Idempotency-Keys of the requests; all that are known unless given.
   * @returns whether a replica has confirmed.
   */
  async forgetCreations(
    userId: string,
    standing: number,
    request: RequestContext,
    ids?: readonly string[],
  ): Promise<boolean> {
    const list = creationsKey(userId);
    const [all] = ids
      ? [ids]
      : await this.valkey.all(request, [{ key: list, send: (valkey) => valkey.zrange(list, 0, -1) }]);
    const keys = [list, ...all.map((id) => creationKey(userId, id))] as const;
    const [{ durable }] = await this.valkey.all(request, [durableScript(FORGET_CREATIONS, keys, [standing, ...all])]);
    return durable;
  }

  /** Removes a session and what tells of it; done again it does nothing. @returns whether a replica has confirmed. */
  async remove(sessionId: string, request: RequestContext): Promise<boolean> {
    const [unmarked, [{ durable }]] = await Promise.all([
      this.seen.remove(sessionId, request),
      this.valkey.all(request, [durableScript(FORGET, sessionKeys(sessionId), [])]),
    ]);
    return unmarked && durable;
  }
}

const RECORDING = {
  ttl: TTL.session,
  life: TTL.sessionLife,
  mostEvents: LIMITS.events,
  mostEventBytes: LIMITS.eventBytes,
  mostRequests: LIMITS.requests,
};
