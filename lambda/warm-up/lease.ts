import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE_KEYS, TTL } from '../contract/keys';
import { ToldError } from '../contract/told-error';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { plainScript } from '../valkey/script';
import { END_LEASE, RENEW_LEASE, TAKE_LEASE } from './warm-up-scripts';

/** How long the lease outlives its last renewal, ms: a killed warm-up holds up the next for no longer. */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;
/** How often a lease that is taken is looked at, ms. */
const LOOK_EVERY_MS = 250;

/** Another warm-up took over; this one must not publish. */
export class LeaseLostError extends ToldError {
  constructor() {
    super('Another warm-up has taken over; this one stopped without publishing. The next run starts afresh.');
  }
}

/** Keeps the warm-up to one at a time, across processes. */
export class WarmUpLease {
  private renewedAt = Date.now();

  private constructor(
    private readonly valkey: ValkeyClient,
    readonly token: string,
  ) {}

  /**
   * A lease whose holder died ends by itself and is waited for; what the holder left undone is then done here.
   * @returns undefined if another warm-up is at work: it has renewed the lease, or taken it meanwhile.
   * @throws ValkeyUnavailableError, ValkeyCommandError
   */
  static async take(valkey: ValkeyClient, request: RequestContext): Promise<WarmUpLease | undefined> {
    const token = randomUUID();
    const key = CATALOGUE_KEYS.lease;
    const aliveAfter = Date.now() + LEASE_MS + LOOK_EVERY_MS;
    let seen: string | null = null;
    for (;;) {
      const [taken, holder] = await valkey.all(request, [
        plainScript(TAKE_LEASE, [key], [token, LEASE_MS, TTL.index]),
        { key, send: (cluster) => cluster.get(key) },
      ]);
      if (taken === 1) return new WarmUpLease(valkey, token);
      if ((seen !== null && holder !== seen) || Date.now() > aliveAfter) return undefined;
      seen = holder;
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** To be called now and then while the work goes on. @throws LeaseLostError */
  async keep(request: RequestContext): Promise<void> {
    if (Date.now() - this.renewedAt < RENEW_EVERY_MS) return;
    const key = CATALOGUE_KEYS.lease;
    const [renewed] = await this.valkey.wave(request, [
      plainScript(RENEW_LEASE, [key], [this.token, LEASE_MS, TTL.index]),
    ]);
    if (renewed.ok && renewed.value === 0) throw new LeaseLostError();
    if (renewed.ok) this.renewedAt = Date.now();
  }

  async release(request: RequestContext): Promise<void> {
    const key = CATALOGUE_KEYS.lease;
    await this.valkey.wave(request, [plainScript(END_LEASE, [key], [this.token])]);
  }
}
