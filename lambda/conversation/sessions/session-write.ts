import { createHash } from 'node:crypto';
import type { SessionEvent } from './events';
import type { Step } from './merge-patch';
import type { Agent, CollaborationState } from './operations/vocabulary';

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
  | { outcome: 'full'; bytes: number }
  | { outcome: 'crowded'; members: number }
  | { outcome: 'wide'; members: number };

/** What WRITE_SESSION replies. */
export type Reply =
  | ['applied', number, number, 0 | 1, 0 | 1, [string, string[]][], (string | null)[]]
  | ['missing' | 'reused' | 'incomplete']
  | ['completed' | 'changed', number]
  | ['inverted', number, number]
  | ['full' | 'crowded', number];

export function toRefused(reply: Exclude<Reply, ['applied', ...unknown[]]>): Refused {
  switch (reply[0]) {
    case 'completed':
    case 'changed':
      return { outcome: reply[0], version: reply[1] };
    case 'inverted':
      return { outcome: 'inverted', budgetMin: reply[1], budgetMax: reply[2] };
    case 'full':
      return { outcome: 'full', bytes: reply[1] };
    case 'crowded':
      return { outcome: 'crowded', members: reply[1] };
    default:
      return { outcome: reply[0] };
  }
}

/**
 * Tells a repeated request from another one under the same key. JSON that differs only in the order of members is the
 * same.
 */
export function fingerprint(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts, sorted)).digest('hex').slice(0, 16);
}

/** For JSON.stringify: objects with their members in one order. */
function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  // As pairs: an object would put names that are numbers first, and take __proto__ for something else.
  return { members: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) };
}
