/** Failures in a row after which a node is left alone. */
const THRESHOLD = 3;
/** How long it is left alone before one probe looks again, ms. Recovery is promised within 1 s of the cluster's own. */
const PROBE_AFTER_MS = 250;

/** Spares requests the wait for a node that does not answer. Open, it lets nothing through but a probe now and then. */
export class Breaker {
  private failures = 0;
  private probeAt = 0;

  constructor(private readonly now: () => number = Date.now) {}

  get isOpen(): boolean {
    return this.failures >= THRESHOLD;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    this.failures++;
    this.probeAt = this.now() + PROBE_AFTER_MS;
  }

  /** @returns whether the caller is the one to probe now. */
  takeProbe(): boolean {
    if (!this.isOpen || this.now() < this.probeAt) return false;
    this.probeAt = this.now() + PROBE_AFTER_MS;
    return true;
  }
}
