/**
 * Crosses the boundary: the one table of personal data. docs/privacy.md and the operators' levers derive from it, and
 * tests hold forgetting and docs/keys.md to it.
 */
import {
  chatKeys,
  creationKey,
  creationsKey,
  preferenceKeys,
  recommendationKey,
  seenKey,
  sessionIndexKey,
  sessionKeys,
  TTL,
} from './keys';

const [USER, SESSION] = ['<userId>', '<sessionId>'];

interface PersonalData {
  /** As docs/keys.md writes them. */
  keys: readonly string[];
  holds: string;
  purpose: string;
  /** Seconds that it lives at most without being written. */
  seconds: number;
  /** From when its life counts. */
  since: string;
  /**
   * Whether `npm run ops -- purge` may remove it: `people` wants the option --people, because it is in no other
   * place.
   */
  purge?: 'freely' | 'people';
}

/** Everything in Valkey that tells of one person. `<userId>` is the caller's name for the person. */
export const PERSONAL_DATA: readonly PersonalData[] = [
  {
    keys: sessionKeys(SESSION),
    holds: 'questions, needs, budget, the state of the agents, who the person is',
    purpose: 'three agents advise one person together',
    seconds: TTL.session,
    since: 'the last write, 7 days after its start at most',
    purge: 'people',
  },
  {
    keys: chatKeys(USER),
    holds: 'the messages of the person and of the agents',
    purpose: 'the conversation goes on where it stopped',
    seconds: TTL.chat,
    since: 'the last write',
    purge: 'people',
  },
  {
    keys: preferenceKeys(USER),
    holds: 'weights of makers, types, fuels, prices and ages; ids of signals',
    purpose: 'listings are sorted by what the person likes',
    seconds: TTL.preferences,
    since: 'the last write',
    purge: 'people',
  },
  {
    keys: [recommendationKey(USER)],
    holds: 'sorted listings and the reason for each',
    purpose: 'a repeated question is answered at once',
    seconds: TTL.recommendation,
    since: 'the last write',
    purge: 'freely',
  },
  {
    keys: [sessionIndexKey(USER)],
    holds: 'ids of the person’s sessions',
    purpose: 'forgetting finds them',
    seconds: TTL.sessionIndex,
    since: 'the last session',
  },
  {
    keys: [creationsKey(USER)],
    holds: 'Idempotency-Keys that began sessions',
    purpose: 'forgetting finds them',
    seconds: TTL.sessionIndex,
    since: 'the last session',
  },
  {
    keys: [creationKey(USER, '<Idempotency-Key>')],
    holds: 'the session that a request began',
    purpose: 'a repeated request begins one session',
    seconds: TTL.creation,
    since: 'the request',
  },
  {
    keys: [seenKey('a2a', SESSION), seenKey('chat', '<pseudonym>')],
    holds: 'that a session or chat was written',
    purpose: 'what was lost is told from what has ended',
    seconds: TTL.seen,
    since: 'the last write',
  },
];

/** The prefixes that a purge may name. */
export function purgeablePrefixes(purge: 'freely' | 'people'): string[] {
  return PERSONAL_DATA.filter((each) => each.purge === purge).map(({ keys: [key = ''] }) =>
    key.slice(0, key.indexOf(':') + 1),
  );
}
