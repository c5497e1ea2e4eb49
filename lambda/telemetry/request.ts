import { performance } from 'node:perf_hooks';
import { deadline } from '../contract/deadlines';

/** Valkey's share of a request in all, ms: commands, redirects and retry included. */
export const VALKEY_BUDGET_MS = deadline(150);
/** The database's share, ms: connecting and all queries. */
export const DATABASE_BUDGET_MS = deadline(1_400);
/**
 * What a request may wait for connections to Valkey that this process never had, ms: to sign, to connect by TLS and to
 * sign in takes longer than a command. It comes out of the database's share and leaves half of that.
 */
const FIRST_CONNECTION_MS = DATABASE_BUDGET_MS / 2;

/** What a cold start may wait for replies of Valkey, ms; API Gateway's caller is waiting too. */
export const INIT_BUDGET_MS = deadline(500);
/** What a cold start may wait for its connections to Valkey, ms. */
export const INIT_CONNECTION_MS = deadline(1_500);

/** Time that a request may still spend on one dependency. Only the time spent there counts. */
export class Allowance {
  private spentMs = 0;
  private since: number | undefined;

  /** @param takenMs what others have taken of it. */
  constructor(
    private totalMs: number,
    private readonly takenMs: () => number = () => 0,
  ) {}

  /** ms, never below 0. */
  get remaining(): number {
    return Math.max(0, this.totalMs - this.spent - this.takenMs());
  }

  /** ms. */
  get spent(): number {
    return this.spentMs + (this.since === undefined ? 0 : performance.now() - this.since);
  }

  get isRunning(): boolean {
    return this.since !== undefined;
  }

  extend(byMs: number): void {
    this.totalMs += byMs;
  }

  /**
   * Runs the work and counts its time, once where works overlap. It is for the work itself to stop when nothing
   * remains.
   */
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
  /** What stands before `/v1` in the URL that the caller used. */
  basePath = '';
  /** The principal that signed the request: a role whoever took it on, or a user. */
  caller = 'unsigned';
  /** Whether the system itself asks (contract/probe.ts). */
  probe = false;
  /** The operation, once its request has passed the checks. */
  operation: string | undefined;
  /** Whose data is read or changed, and in which session; as far as it is known. For the audit log, nothing else. */
  person: string | undefined;
  session: string | undefined;
  readonly startedAt = performance.now();
  readonly valkey: Allowance;
  /** For connections to Valkey that this process never had. */
  readonly firstConnections: Allowance;
  readonly database: Allowance;
  valkeyCommands = 0;
  valkeyFailures = 0;
  valkeyConnectionsLost = 0;
  valuesDamaged = 0;
  /** Waves of commands that were answered. */
  valkeyRoundTrips = 0;
  databaseQueries = 0;
  databaseFailures = 0;
  databaseConnectionsLost = 0;

  constructor(valkeyMs = VALKEY_BUDGET_MS, databaseMs = DATABASE_BUDGET_MS, firstConnectionMs = FIRST_CONNECTION_MS) {
    this.valkey = new Allowance(valkeyMs);
    this.firstConnections = new Allowance(firstConnectionMs);
    const lent = () => Math.max(0, this.valkey.spent - valkeyMs);
    this.database = new Allowance(databaseMs, () => this.firstConnections.spent + lent());
  }

  /** A command that brought values which were not what was written has failed, however well it was answered. */
  damaged(values: number): void {
    if (values === 0) return;
    this.valuesDamaged += values;
    this.valkeyFailures++;
  }

  /** Gives Valkey more of this request's time, which comes out of the database's. */
  lendToValkey(ms: number): void {
    this.valkey.extend(ms);
  }

  /** ms since the request began. */
  get elapsed(): number {
    return performance.now() - this.startedAt;
  }
}
