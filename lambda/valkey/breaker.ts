import { isConnectionLost } from './errors';

/** Failures in a row after which it is left alone. */
const THRESHOLD = 3;
/** Of a node, ms. Recovery is promised within 1 s of the cluster's own. */
const PROBE_AFTER_MS = 250;

/**
 * Spares requests the wait for a server that does not answer. Open, it lets nothing through but a probe now and then.
 */
export class Breaker {
  private failures = 0;
  private probeAt = 0;
  private lost = false;

  /** @param probeAfterMs how long what failed is left alone before one probe looks again. */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly probeAfterMs = PROBE_AFTER_MS,
  ) {}

  get isOpen(): boolean {
    return this.failures >= THRESHOLD;
  }

  /** Whether its last use failed. */
  get hasFailed(): boolean {
    return this.failures > 0;
  }

  /** Whether what it failed of last was a connection that ended. */
  get connectionLost(): boolean {
    return this.lost;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(cause?: unknown): void {
    this.failures++;
    this.lost = isConnectionLost(cause);
    this.probeAt = this.now() + this.probeAfterMs;
  }

  /** @returns whether the caller is the one to probe now. */
  takeProbe(): boolean {
    if (!this.isOpen || this.now() < this.probeAt) return false;
    this.probeAt = this.now() + this.probeAfterMs;
    return true;
  }
}
