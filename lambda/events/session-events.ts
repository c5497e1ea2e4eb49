import slotOf from 'cluster-key-slot';
import type { Redis } from 'iovalkey';
import { deadline } from '../contract/deadlines';
import { sessionKeys } from '../contract/keys';
import type { PeopleKey } from '../contract/people-key';
import { LIMITS } from '../conversation/sessions/limits';
import { SessionStore } from '../conversation/sessions/session-store';
import { toEvents, type SessionEvent } from '../conversation/sessions/events';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { firstHalf } from '../valkey/entry-id';
import { blockingConnection, CONNECT_TIMEOUT_MS } from '../valkey/cluster';
import { nodeKey } from '../valkey/connections';
import { Tombstones } from '../valkey/tombstones';
import type { Full, Waits } from './waits';
import { ValkeyUnavailableError } from '../valkey/errors';

/** Past the end of a wait, how long its reply may take, ms. */
const REPLY_GRACE_MS = deadline(500);

type Entries = [id: string, fields: string[]][];

type Found =
  | { outcome: 'missing'; lost: boolean }
  | { outcome: 'gone'; oldest: number }
  /** The caller names a version that the session does not have: a failover lost it, or it never was. */
  | { outcome: 'lost'; version: number }
  /** So many wait already that this one may not. */
  | { outcome: 'full'; full: Full }
  | { outcome: 'events'; version: number; events: SessionEvent[] };

/** Reads a session's events, and waits for them on connections of its own. */
export class SessionEvents {
  private readonly connections = new Map<string, Redis>();

  private readonly sessions: SessionStore;
  private readonly tombstones: Tombstones;

  constructor(
    private readonly valkey: ValkeyClient,
    people: PeopleKey,
    private readonly waits: Waits,
  ) {
    this.sessions = new SessionStore(valkey, people);
    this.tombstones = new Tombstones(valkey, people);
  }

  /**
   * @param after the version that the caller knows. @param caller who is signed in.
   * @throws ValkeyUnavailableError, ValkeyCommandError
   */
  async since(
    sessionId: string,
    after: number,
    { waitMs, caller }: { waitMs: number; caller: string },
    request: RequestContext,
  ): Promise<Found> {
    const [session, stream] = sessionKeys(sessionId);
    const [[version, userId, tombstone], [first], known, entries] = await this.valkey.all(request, [
      { key: session, send: (valkey) => valkey.hmget(session, 'version', 'userId', 'tombstone') },
      { key: stream, send: (valkey) => valkey.xrange(stream, '-', '+', 'COUNT', 1) },
      { key: stream, send: (valkey) => valkey.xrange(stream, `${after}-0`, `${after}-0`) },
      { key: stream, send: (valkey) => valkey.xrange(stream, `(${after}-0`, '+', 'COUNT', LIMITS.eventsInAnswer) },
    ]);
    request.person = userId ?? undefined;
    const isForgotten = async () => userId != null && (await this.tombstones.covers(userId, tombstone, request));
    if (await isForgotten()) return { outcome: 'missing', lost: false };
    if (version == null) return { outcome: 'missing', lost: await this.sessions.isLost(sessionId, request) };
    const current = Number(version);
    const [oldest, type] = first === undefined ? [current + 1] : [firstHalf(first[0]), first[1][1]];
    const all = after === 0 && type === 'created';
    if (after > current) return { outcome: 'lost', version: current };
    if (after + 1 < oldest && !all) return { outcome: 'gone', oldest };
    if (after + 1 !== oldest && !all && known.length === 0) return { outcome: 'lost', version: current };
    if (entries.length > 0 || waitMs === 0) return found(entries, after);
    const wait = await this.waits.begin({ sessionId, caller, waitMs }, request);
    if (typeof wait === 'string') return { outcome: 'full', full: wait };
    try {
      const next = await this.next(stream, after, waitMs);
      // Who was forgotten during the wait is told of no more.
      if (next.length > 0 && (await isForgotten())) return { outcome: 'missing', lost: false };
      const [event] = next;
      // A failover during the wait may have lost what the caller knows.
      if (event !== undefined && firstHalf(event[0]) !== after + 1)
        return await this.since(sessionId, after, { waitMs: 0, caller }, request);
      return found(next, after);
    } finally {
      await wait();
    }
  }

  close(): void {
    for (const connection of this.connections.values()) connection.disconnect();
  }

  /** A connection that was frozen with the environment may be dead: that one failure is tried again on a new one. */
  private async next(stream: string, after: number, waitMs: number): Promise<Entries> {
    const reused = this.connections.has(this.nodeOf(stream));
    try {
      return await this.wait(stream, after, waitMs);
    } catch (error) {
      if (!reused || error instanceof ValkeyUnavailableError) throw error;
      return this.wait(stream, after, waitMs);
    }
  }

  private async wait(stream: string, after: number, waitMs: number): Promise<Entries> {
    const connection = this.connectionTo(this.nodeOf(stream));
    const graceMs = REPLY_GRACE_MS + (connection.status === 'ready' ? 0 : CONNECT_TIMEOUT_MS);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        connection.disconnect();
        reject(new ValkeyUnavailableError('a wait for events had no end'));
      }, waitMs + graceMs);
    });
    try {
      const reply = connection.xread('COUNT', LIMITS.eventsInAnswer, 'BLOCK', waitMs, 'STREAMS', stream, `${after}-0`);
      const streams = await Promise.race([reply, late]);
      return streams?.[0]?.[1] ?? [];
    } finally {
      clearTimeout(timer);
    }
  }

  private nodeOf(key: string): string {
    return this.valkey.cluster.slots[slotOf(key)]?.[0] ?? '';
  }

  private connectionTo(node: string): Redis {
    const kept = this.connections.get(node);
    if (kept !== undefined) return kept;
    const primary = this.valkey.cluster.nodes('master').find((each) => nodeKey(each) === node);
    if (primary === undefined) throw new ValkeyUnavailableError(`no connection to ${node}`);
    const connection = blockingConnection(primary);
    connection.once('end', () => this.connections.delete(node));
    this.connections.set(node, connection);
    return connection;
  }
}

function found(entries: Entries, version: number): Found {
  const events = toEvents(entries);
  return { outcome: 'events', version: events.at(-1)?.version ?? version, events };
}
