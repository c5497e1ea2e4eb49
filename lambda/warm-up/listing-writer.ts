import { bucketOf, BUCKET_KEYS, fieldOf } from '../catalogue/layout';
import type { StoredListing } from '../catalogue/build';
import { TTL } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { Command, ValkeyClient } from '../valkey/client';
import { sendAll } from '../valkey/bulk';
import { fieldNames } from '../valkey/field-names';
import { plainScript } from '../valkey/script';
import { WRITE_LISTINGS } from './warm-up-scripts';

/** Listings in one HSET: about 100 kB. */
const BATCH = 200;

/**
 * Writes the listings that are not there yet. Nobody reads them before an index names them, so a killed run does no
 * harm.
 */
export class ListingWriter {
  private readonly waiting: (string | Buffer)[][] = BUCKET_KEYS.map(() => []);

  /** Listings and bytes of JSON written. */
  written = 0;
  bytes = 0;

  private constructor(
    private readonly valkey: ValkeyClient,
    private readonly present: readonly Set<string>[],
  ) {}

  /** Learns what is there already. */
  static async create(valkey: ValkeyClient, request: RequestContext): Promise<ListingWriter> {
    return new ListingWriter(valkey, await Promise.all(BUCKET_KEYS.map((key) => fieldNames(valkey, request, key))));
  }

  /** Of listings that are known to be there. */
  static knowing(valkey: ValkeyClient, hashes: readonly Buffer[]): ListingWriter {
    const present = BUCKET_KEYS.map(() => new Set<string>());
    for (const hash of hashes) present[bucketOf(hash)]?.add(fieldOf(hash));
    return new ListingWriter(valkey, present);
  }

  add({ hash, json }: StoredListing): void {
    const bucket = bucketOf(hash);
    const field = fieldOf(hash);
    if (this.present[bucket]?.has(field)) return;
    this.present[bucket]?.add(field);
    this.waiting[bucket]?.push(field, json);
    this.written++;
    this.bytes += json.length;
  }

  /** Sends full batches, or everything that waits. */
  async flush(request: RequestContext, everything = false): Promise<void> {
    const commands: Command<number>[] = [];
    this.waiting.forEach((pairs, bucket) => {
      const key = BUCKET_KEYS[bucket] ?? '';
      while (pairs.length >= 2 * BATCH || (everything && pairs.length > 0)) {
        const batch = pairs.splice(0, 2 * BATCH);
        commands.push(plainScript(WRITE_LISTINGS, [key], [TTL.listing, ...batch]));
      }
    });
    await sendAll(this.valkey, request, commands);
  }
}
