/**
 * Crosses the boundary: handlers, permission tests, command line and docs/keys.md all take keys from here.
 * Every key has a TTL: the eviction policy is volatile-ttl, which takes what ends soonest; a key without one would stay
 * for ever.
 */
import { FAMILY_TYPES, PERSONA_IDS } from '../rules/orders';
import type { Question } from '../rules/question';

/** Seconds that a key lives: since it was written, or since the last write where {@link KEYS} says so. */
export const TTL = {
  search: 600,
  searchLive: 60,
  index: 86_400,
  listing: 86_400,
  popular: 10_800,
  /** Unless the operator says otherwise. */
  bypass: 3_600,
  /** Since the last write. */
  session: 1_800,
  /** A session ends this long after its start, however busy; the index of a person's sessions lives longer. */
  sessionLife: 604_800,
  sessionIndex: 608_400,
  creation: 3_600,
  /** Since the last write. */
  chat: 86_400,
  /** Since the last write. */
  preferences: 604_800,
  recommendation: 600,
  image: 86_400,
  /** That there is no photo. */
  noImage: 60,
  /** Longer than what it speaks of: see {@link seenKey}. */
  seen: 172_800,
} as const;

/**
 * What an operator can have searches do without. `answers`: stored answers are neither read nor written, the index and
 * the listings in Valkey still answer. `valkey`: nothing is asked of Valkey but, once a second, whether this still
 * holds; the index in memory and the database answer.
 */
export const BYPASS_SCOPES = ['answers', 'valkey'] as const;
export type BypassScope = (typeof BYPASS_SCOPES)[number];

/**
 * What stands under the key of the bypass: `<scope> <until, ms>`. The key lives longer, or it would be evicted first.
 */
export function bypassValue(scope: BypassScope, untilMs: number): string {
  return `${scope} ${untilMs}`;
}

/** @returns what is bypassed at `nowMs`, and for how many seconds it still is; undefined if nothing is. */
export function parseBypass(
  value: string | null | undefined,
  nowMs: number,
): { scope: BypassScope; seconds: number } | undefined {
  const [name, until] = (value ?? '').split(' ');
  const scope = BYPASS_SCOPES.find((each) => each === name);
  const seconds = Math.ceil((Number(until) - nowMs) / 1_000);
  return scope !== undefined && seconds > 0 ? { scope, seconds } : undefined;
}

/**
 * Version under which an answer of the database is kept while no index can be read. A catalogue's version is
 * hexadecimal, so the two never meet.
 */
export const LIVE = 'live';

/**
 * `search:<budget>_<persona>_<lease>_<usage>_<family type>_<limit>_<offset>_<catalogue version>`: everything that
 * influences an answer is part of its key. A hash: `body`, the JSON answer as it is sent, and `check` (see
 * answer-check.ts).
 */
export function searchKey(question: Question, version: string): string {
  return `search:${questionId(question)}_${version}`;
}

/** The key of a question without prefix and version; popularity is counted under it. */
export function questionId(q: Question): string {
  const lease = q.includeLease ? 'lease' : 'nolease';
  return `${q.budgetMin}-${q.budgetMax}_${q.persona}_${lease}_${q.usage}_${q.familyType}_${q.limit}_${q.offset}`;
}

/** A lease lies in the slot of the key that it guards: its hash tag is that whole key. The key must hold no braces. */
export function leaseKey(guarded: string): string {
  return `lease:{${guarded}}`;
}

/**
 * What says which catalogue is served lies in one slot, so that publishing is atomic:
 * `current` (hash: `version`, and `confirmedAt`, ms, when a warm-up last found it to be the table's),
 * `history` (zset of the versions kept, by the time of publishing in ms),
 * `pinned` (string: the version that an operator went back to; while it is there nothing else is published),
 * `bypass` (string: see {@link bypassValue}),
 * `source` (hash: `fingerprint` of the table and the `version` that was made of it),
 * `swept` (string: when listings that no version needs were last removed, ms) and the warm-up's lease
 * (`<token> <until, ms>`).
 */
export const CATALOGUE_KEYS = {
  current: 'index:{catalogue}:current',
  history: 'index:{catalogue}:history',
  pinned: 'index:{catalogue}:pinned',
  bypass: 'index:{catalogue}:bypass',
  source: 'index:{catalogue}:source',
  swept: 'index:{catalogue}:swept',
  lease: 'lease:{catalogue}',
} as const;

/** A hash that describes one catalogue: see Manifest. Written after all that it describes. */
export function manifestKey(version: string): string {
  return `index:${version}`;
}

/**
 * One piece of a catalogue's index: bytes. Pieces lie in different slots, so that a cold start loads every shard a
 * little.
 */
export function chunkKey(version: string, chunk: number): string {
  return `index:${version}:${chunk}`;
}

/** What leads from the index of an earlier version to this one's, where little has changed: bytes, at most 256 kB. */
export function deltaKey(version: string): string {
  return `index:${version}:delta`;
}

/** @returns what {@link questionId} was made of, or undefined if it is none. */
export function parseQuestionId(id: string): Question | undefined {
  const match = QUESTION_ID.exec(id);
  if (match === null) return undefined;
  const [, min, max, persona, lease, usage, familyType, limit, offset] = match;
  return {
    budgetMin: Number(min),
    budgetMax: Number(max),
    persona: persona as Question['persona'],
    includeLease: lease === 'lease',
    usage: usage as Question['usage'],
    familyType: familyType as Question['familyType'],
    limit: Number(limit),
    offset: Number(offset),
  };
}

const QUESTION_ID = new RegExp(
  `^(\\d{1,7})-(\\d{1,7})_(none|${PERSONA_IDS.join('|')})_(lease|nolease)_(any|camping)_` +
    `(any|${FAMILY_TYPES.join('|')})_(\\d{1,3})_(\\d{1,5})$`,
);

/** A zset of question ids by how often they were asked in the UTC hour that holds `atMs`. */
export function popularKey(atMs: number): string {
  return `popular:${new Date(atMs).toISOString().slice(0, 13)}`;
}

/**
 * A session, all in one slot: `a2a:{<id>}` (hash), its events (stream; an entry's id is the session's version after it)
 * and the requests that it has seen (hash).
 */
export function sessionKeys(id: string): [session: string, events: string, requests: string] {
  return [`a2a:{${id}}`, `a2a:{${id}}:events`, `a2a:{${id}}:requests`];
}

/** A zset of a person's sessions by the time of their creation, ms: what is to be forgotten with the person. */
export function sessionIndexKey(userId: string): string {
  return `user:{${userId}}`;
}

/** A zset of the keys of the requests that created a person's sessions, by time, ms: see {@link creationKey}. */
export function creationsKey(userId: string): string {
  return `user:{${userId}}:creations`;
}

/** When a person was forgotten, ms. @param pseudonym of the person, see PeopleKey: the id itself is forgotten. */
export function tombstoneKey(pseudonym: string): string {
  return `forgotten:${pseudonym}`;
}

/** The session that a repeated request has created already; beside the index of its person. */
export function creationKey(userId: string, idempotencyKey: string): string {
  return `user:{${userId}}:creation:${idempotencyKey}`;
}

/**
 * A person's chat (stream, oldest first), and its messages' ids with the bytes that it holds (hash); both in one slot.
 */
export function chatKeys(userId: string): [chat: string, ids: string] {
  return [`chat:{${userId}}`, `chat:{${userId}}:ids`];
}

/**
 * What was learned about a person (hash), and the signals that it was learned from (zset by arrival, ms); both in one
 * slot.
 */
export function preferenceKeys(userId: string): [preferences: string, signals: string] {
  return [`pref:{${userId}}`, `pref:{${userId}}:signals`];
}

/** A person's recommendations (hash, a field for each question and catalogue), in the slot of the preferences. */
export function recommendationKey(userId: string): string {
  return `rec:{${userId}}`;
}

/**
 * The waits for events that are under way: all, those of one session and those of one caller (zsets of tokens by the
 * end, ms); all in one slot. Both by pseudonyms.
 */
export function waitKeys(session: string, caller: string): [all: string, session: string, caller: string] {
  return ['waits:{all}', `waits:{all}:session:${session}`, `waits:{all}:caller:${caller}`];
}

/**
 * A bucket of photos (hash: field = photo, value = what is known of it; and `*index`), and the lease of whoever fetches
 * a photo for it; both in one slot.
 * @param photo the photo column without its first slash.
 */
export function imageKeys(bucket: number, photo: string): [bucket: string, lease: string] {
  return [`image:{${bucket}}`, `image:{${bucket}}:lease:${photo}`];
}

/**
 * Says that a session or chat was written: its remaining life tells when. It lies in another slot (no braces), so that
 * it outlives a shard that is lost, and a reader that finds nothing can tell what was lost from what has ended.
 * @param id of a session, or the pseudonym of a chat's person
 */
export function seenKey(what: 'a2a' | 'chat', id: string): string {
  return `seen:${what}:${id}`;
}
