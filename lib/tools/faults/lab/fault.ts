import type { LocalFunction } from '../../local-stage/local-function';
import type { Breakage } from '../../breakage/breakage';
import type { ProxiedStores } from '../../breakage/connections';
import type { Lab } from './lab';

/** A fault: how something is broken, how long it stays so, and what is promised meanwhile. */
export interface Fault<S = Lab> extends Breakage<S> {
  name: string;
  /** For people: what happens. */
  what: string;
  /** How long it stays, ms; {@link DEFAULT_HOLD_MS} unless given. */
  holdMs?: number;
  /** Shards of the lab in which it is played; three unless given. */
  shards?: 1;
  /**
   * Before anybody asks: what keeps this process busy, such as a bundle that is built, would keep the proxies in it
   * from serving.
   */
  prepare?: (lab: Lab) => Promise<void>;
  /** Asks processes that started under the fault, with these variables on top, not those that were serving before. */
  cold?: Readonly<Record<string, string>>;
  /** At most so many requests, where each waits for its whole deadline and thousands would take hours. */
  mostRequests?: number;
  /** What this fault may cost beyond the general promise. */
  allows?: Allowance;
  /** A check of its own, after the last request. @returns what is wrong, or undefined */
  check?: (lab: Lab, observed: Observed) => Promise<string | undefined>;
  /** Figures of its own for its row, once it was checked. */
  notes?: () => string;
}

/** One that asks for nothing but the stores: it can be played on whatever has some. */
export type StoreFault = Fault<ProxiedStores>;

interface Allowance {
  /** 5xx are the right answer to what nobody can know; how late one may come is `lateMs`. */
  errors5xx?: boolean;
  /** ms instead of {@link MOST_ADDED_MS}. */
  lateMs?: number;
}

/** One answer, compared. */
export interface Observation {
  at: number;
  /** ms that the caller waited beyond the database's own time. */
  addedMs: number;
  status: number;
  tier: string;
  right: boolean;
}

interface Observed {
  handlers: readonly LocalFunction[];
  observations: readonly Observation[];
}

export interface FaultResult {
  fault: string;
  requests: number;
  wrong: number;
  errors5xx: number;
  /** The longest that a request took beyond the undisturbed median and the database's own time. */
  addedMs: number;
  /** From the moment the stores were well to the last answer that the cache should have given and did not. */
  recoveryMs: number;
  pass: boolean;
  /** Why it did not pass. */
  reason?: string;
  /** Figures of its own. */
  notes?: string;
  /** When it was played, ISO 8601, where that is not when the others were. */
  played?: string;
}

export const DEFAULT_HOLD_MS = 1_500;
/** A request's share for Valkey, and what measuring it takes. */
export const MOST_ADDED_MS = 160;
export const MOST_RECOVERY_MS = 1_000;
