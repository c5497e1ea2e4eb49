import { performance } from 'node:perf_hooks';

/** Valkey's share of a request in all, ms: readiness, redirects and retry included. */
export const VALKEY_BUDGET_MS = 150;
/** The database's share, ms: connecting and all queries. */
export const DATABASE_BUDGET_MS = 1_400;

/** What a cold start may wait for Valkey, ms; API Gateway's caller is waiting too. */
export const INIT_BUDGET_MS = 500;

/** Time that a request may still spend on one dependency. Only the time spent there counts. */
export class Allowance {
  private spentMs = 0;
  private since: number | undefined;

  constructor(private readonly totalMs: number) {}

  /** ms, never below 0. */
  get remaining(): number {
    return Math.max(0, this.totalMs - this.spent);
  }

  /** ms. */
  get spent(): number {
    return this.spentMs + (this.since === undefined ? 0 : performance.now() - this.since);
  }

  /** Runs the work and counts its time, once where works overlap. It is for the work itself to stop when nothing remains. */
  async spend<T>(work: () => Promise<T>): Promise<T> {
    if (this.since !== undefined) return work();
    this.since = performance.now();
    try {
      return await work();
    } finally {
      this.spentMs = this.spent;
      this.since = undefined;
    }
  }
}

/** What one request may spend, and what it did: the source of Server-Timing and of the metrics. */
export class RequestContext {
  readonly startedAt = performance.now();
  readonly valkey: Allowance;
  readonly database: Allowance;
  valkeyCommands = 0;
  valkeyFailures = 0;
  valkeyWaves = 0;
  databaseQueries = 0;
  databaseFailures = 0;

  constructor(valkeyMs = VALKEY_BUDGET_MS, databaseMs = DATABASE_BUDGET_MS) {
    this.valkey = new Allowance(valkeyMs);
    this.database = new Allowance(databaseMs);
  }

  /** ms since the request began. */
  get elapsed(): number {
    return performance.now() - this.startedAt;
  }
}
