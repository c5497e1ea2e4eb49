import { setTimeout as sleep } from 'node:timers/promises';
import { logger } from '../telemetry/emitter';
import type { RequestContext } from '../telemetry/request';
import { Breaker } from '../valkey/breaker';
import { etagOf, type ImageStore, type Known, type Looked } from './image-store';
import { NoPhotoError, OriginAwayError, type PhotoOrigin } from './origin';

/**
 * How long a request waits for a photo that another one fetches before it fetches it too, ms; and how often it looks.
 */
const MOST_WAIT_MS = 1_500;
const LOOK_EVERY_MS = 100;
/** After failures in a row the origin is left alone; one request in so many ms finds out whether it is back. */
const ORIGIN_PROBE_AFTER_MS = 5_000;

/** Where an answer came from; `away`: the origin could not be asked, and nothing is known. */
export type Found = { from: 'hit' | 'origin'; known: Known } | { from: 'away' };

/** Photos from Valkey, and from their origin where Valkey knows nothing or can't be asked. */
export class Images {
  private readonly breaker = new Breaker(Date.now, ORIGIN_PROBE_AFTER_MS);

  constructor(
    private readonly store: ImageStore,
    private readonly origin: PhotoOrigin,
  ) {}

  /** @param url of the photo at its origin. */
  async find(photo: string, url: URL, request: RequestContext): Promise<Found> {
    let looked: Looked = await this.store.look(photo, request);
    const until = Date.now() + MOST_WAIT_MS;
    while ('fetch' in looked && looked.fetch === 'elsewhere' && Date.now() < until) {
      await sleep(LOOK_EVERY_MS);
      looked = await this.store.look(photo, request);
    }
    if ('known' in looked) return { from: 'hit', known: looked.known };
    const known = await this.fetch(url);
    if (known !== undefined) await this.store.keep(photo, known, request);
    else if (looked.fetch === 'leased') await this.store.giveUp(photo, request);
    return known === undefined ? { from: 'away' } : { from: 'origin', known };
  }

  /** @returns undefined if the origin is away. */
  private async fetch(url: URL): Promise<Known | undefined> {
    if (this.breaker.isOpen && !this.breaker.takeProbe()) return undefined;
    try {
      const photo = await this.origin.fetch(url);
      this.breaker.succeeded();
      return { photo, etag: etagOf(photo.bytes) };
    } catch (error) {
      if (error instanceof NoPhotoError) {
        this.breaker.succeeded();
        return { absent: error.reason };
      }
      if (!(error instanceof OriginAwayError)) throw error;
      this.breaker.failed();
      logger.warn('The origin of the photos is away', { reason: error.message });
      return undefined;
    }
  }
}
