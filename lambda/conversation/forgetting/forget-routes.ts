import { forgetUser } from './forget-user';
import type { ChatStore } from '../chat/chat-store';
import { json, route, type Route } from '../../http/operation';
import { orUnavailable } from '../../http/problem';
import type { PreferenceStore } from '../preferences/preference-store';
import type { Remains } from '../remains';
import type { SessionStore } from '../sessions/session-store';
import type { Tombstones } from '../../valkey/tombstones';
import { RequestContext } from '../../telemetry/request';

/** Valkey's share of this request, ms: a person may have a thousand sessions, and nobody is waiting to talk. */
const FORGET_BUDGET_MS = 2_000;
/** Sessions that are removed at once. */
const BATCH = 20;

/** Everything that is kept about people. */
export interface Memories {
  tombstones: Tombstones;
  sessions: SessionStore;
  chats: ChatStore;
  preferences: PreferenceStore;
}

/** The operation that forgets a person. */
export function forgetRoutes(memories: Memories, remains: Remains): Route[] {
  return [
    route(forgetUser, async ({ path: { userId }, context }) => {
      const request = new RequestContext(FORGET_BUDGET_MS);
      const forgotten = forget(memories, userId, request).finally(() => {
        context.valkeyCommands += request.valkeyCommands;
        context.valkeyFailures += request.valkeyFailures;
      });
      const done = await orUnavailable(forgotten, 'Not everything is forgotten yet. Repeat the request.');
      return json(200, { ...done, remains });
    }),
  ];
}

/** The tombstone first: what is missed below is read by nobody. */
async function forget(
  { tombstones, sessions, chats, preferences }: Memories,
  userId: string,
  request: RequestContext,
): Promise<{ sessions: number; durable: boolean }> {
  const { tombstone, durable } = await tombstones.set(userId, request);
  const removed = await forgetSessions(sessions, userId, tombstone, request);
  const creations = await sessions.forgetCreations(userId, tombstone, request);
  const chat = await chats.remove(userId, request);
  const learned = await preferences.remove(userId, request);
  return { sessions: removed.count, durable: durable && removed.durable && creations && chat && learned };
}

/**
 * Batch by batch, so that a repetition goes on where this one had to stop. A session is listed before it is created;
 * one that begins meanwhile stays.
 */
async function forgetSessions(
  sessions: SessionStore,
  userId: string,
  tombstone: number,
  request: RequestContext,
): Promise<{ count: number; durable: boolean }> {
  const listed = await sessions.listedBefore(tombstone, userId, request);
  let durable = true;
  for (let i = 0; i < listed.length; i += BATCH) {
    const batch = listed.slice(i, i + BATCH);
    for (const confirmed of await Promise.all(batch.map(({ sessionId }) => sessions.remove(sessionId, request))))
      durable &&= confirmed;
    await sessions.unlist(userId, batch, request);
  }
  return { count: listed.length, durable };
}
