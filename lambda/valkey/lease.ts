import { randomUUID } from 'node:crypto';
import { CATALOGUE_KEYS, TTL } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from './client';

/** How long the lease outlives its last renewal, ms: a killed warm-up holds up the next for no longer. */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;

/** Another warm-up took over; this one must not publish. */
export class LeaseLostError extends Error {
  constructor() {
    super('Another warm-up has taken over; this one stopped without publishing. The next run starts afresh.');
    this.name = 'LeaseLostError';
  }
}

/** Keeps the warm-up to one at a time, across processes. */
export class WarmUpLease {
  private renewedAt = Date.now();

  private constructor(
    private readonly valkey: ValkeyClient,
    readonly token: string,
  ) {}

  /** @returns undefined if another warm-up is running. @throws ValkeyUnavailableError, ValkeyCommandError */
  static async take(valkey: ValkeyClient, request: RequestContext): Promise<WarmUpLease | undefined> {
    const token = randomUUID();
    const key = CATALOGUE_KEYS.lease;
    const taken = await valkey.run(request, key, (cluster) => cluster.takeLease(key, token, LEASE_MS, TTL.index));
    if (!taken.ok) throw taken.error;
    return taken.value === 1 ? new WarmUpLease(valkey, token) : undefined;
  }

  /** To be called now and then while the work goes on. @throws LeaseLostError */
  async keep(request: RequestContext): Promise<void> {
    if (Date.now() - this.renewedAt < RENEW_EVERY_MS) return;
    const key = CATALOGUE_KEYS.lease;
    const renewed = await this.valkey.run(request, key, (cluster) =>
      cluster.renewLease(key, this.token, LEASE_MS, TTL.index),
    );
    if (renewed.ok && renewed.value === 0) throw new LeaseLostError();
    if (renewed.ok) this.renewedAt = Date.now();
  }

  async release(request: RequestContext): Promise<void> {
    const key = CATALOGUE_KEYS.lease;
    await this.valkey.run(request, key, (cluster) => cluster.endLease(key, this.token));
  }
}
