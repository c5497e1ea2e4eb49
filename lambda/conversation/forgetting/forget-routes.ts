import { forgetUser } from './forget-user';
import { ENV, optionalEnv } from '../../contract/environment';
import type { ChatStore } from '../chat/chat-store';
import { json, route, type Route } from '../../http/operation';
import { orUnavailable } from '../../http/problem';
import type { PreferenceStore } from '../preferences/preference-store';
import type { RecommendationStore } from '../recommendations/recommendation-store';
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
  recommendations: RecommendationStore;
}

/** What forgetting leaves, days: see ENV. */
interface Remains {
  snapshotDays: number;
  auditDays: number;
}

/** @returns what a stage keeps; a system without snapshots or audit log keeps nothing. */
export function remainsOf(env: NodeJS.ProcessEnv): Remains {
  const days = (name: string) => Number(optionalEnv(name, env) ?? 0);
  return { snapshotDays: days(ENV.snapshotDays), auditDays: days(ENV.auditDays) };
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

/**
 * The tombstone first: what is missed below is read by nobody. Preferences before what was made of them, or a
 * recommendation under way would bring some back.
 */
async function forget(
  { tombstones, sessions, chats, preferences, recommendations }: Memories,
  userId: string,
  request: RequestContext,
): Promise<{ sessions: number; durable: boolean }> {
  const buried = await tombstones.set(userId, request);
  const removed = await forgetSessions(sessions, userId, request);
  const creations = await sessions.forgetCreations(userId, request);
  const chat = await chats.remove(userId, request);
  const learned = await preferences.remove(userId, request);
  await recommendations.remove(userId, request);
  return { sessions: removed.count, durable: buried && removed.durable && creations && chat && learned };
}

/**
 * Batch by batch, so that a repetition goes on where this one had to stop. A session is listed before it is created.
 */
async function forgetSessions(
  sessions: SessionStore,
  userId: string,
  request: RequestContext,
): Promise<{ count: number; durable: boolean }> {
  let [count, durable] = [0, true];
  for (;;) {
    const ids = await sessions.listOf(userId, BATCH, request);
    if (ids.length === 0) return { count, durable };
    for (const confirmed of await Promise.all(ids.map((id) => sessions.remove(id, request)))) durable &&= confirmed;
    await sessions.unlist(userId, ids, request);
    count += ids.length;
  }
}
