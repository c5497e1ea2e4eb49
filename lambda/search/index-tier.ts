import { readJson } from '../contract/outside-json';
import { crc32 } from 'node:zlib';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import { BUCKET_KEYS, bucketOf } from '../catalogue/layout';
import { contentHash, HASH_BYTES, toJson, type Listing } from '../rules/listing';
import { pageBody } from '../catalogue/page';
import { select, type Selection } from '../catalogue/select';
import type { VehicleDatabase } from '../database/vehicle-database';
import type { Question } from '../rules/question';
import type { RequestContext } from '../telemetry/request';
import type { Command, Outcome } from '../valkey/client';
import { plainScript } from '../valkey/script';
import type { ListingMemory } from './listing-memory';
import { MEND_LISTING } from './search-scripts';

/** Rows of an index, of which those that are not in memory are to be fetched. */
export class PendingListings {
  protected readonly json: (string | undefined)[];
  /** For each bucket that holds some: positions in the rows, and fields. */
  private readonly wanted = new Map<number, { positions: number[]; fields: string[] }>();

  constructor(
    readonly index: CatalogueIndex,
    private readonly rows: readonly number[],
    private readonly memory?: ListingMemory,
  ) {
    this.json = rows.map((row) => memory?.get(index.field(row)));
    rows.forEach((row, position) => {
      if (this.json[position] !== undefined) return;
      const bucket = bucketOf(index.columns.hashes, row * HASH_BYTES);
      let want = this.wanted.get(bucket);
      if (want === undefined) this.wanted.set(bucket, (want = { positions: [], fields: [] }));
      want.positions.push(position);
      want.fields.push(index.field(row));
    });
  }

  /** One HMGET for each bucket. */
  commands(): Command<(Buffer | null)[]>[] {
    return [...this.wanted].map(([bucket, { fields }]) => {
      const key = BUCKET_KEYS[bucket] ?? '';
      return { key, send: (cluster) => cluster.hmgetBuffer(key, ...fields) };
    });
  }

  /**
   * Takes what the commands brought, in their order. A listing whose bytes fail its checksum counts as missing, and as
   * damaged.
   */
  take(outcomes: readonly Outcome<(Buffer | null)[]>[], request?: Pick<RequestContext, 'damaged'>): void {
    [...this.wanted.values()].forEach(({ positions }, i) => {
      const outcome = outcomes[i];
      if (!outcome?.ok) return;
      let damaged = 0;
      positions.forEach((position, j) => {
        const bytes = outcome.value[j];
        const row = this.rows[position] ?? 0;
        if (!bytes) return;
        if (crc32(bytes) === this.index.checksum(row)) this.keep(position, row, bytes.toString());
        else damaged++;
      });
      request?.damaged(damaged);
    });
  }

  get complete(): boolean {
    return !this.json.includes(undefined);
  }

  protected keep(position: number, row: number, json: string): void {
    this.json[position] = json;
    this.memory?.set(this.index.field(row), json);
  }
}

/** A page that was selected in memory and waits for those of its listings that are not in memory too. */
export class PendingPage extends PendingListings {
  /** Listings that the database had to give although Valkey was asked. */
  private readonly mended: { row: number; json: Buffer }[] = [];
  private readonly selection: Selection;

  constructor(
    index: CatalogueIndex,
    private readonly question: Question,
    memory?: ListingMemory,
  ) {
    const selection = memory?.select(index, question) ?? select(index, question);
    super(index, selection.rows, memory);
    this.selection = selection;
  }

  /**
   * Reads by primary key what Valkey did not give.
   * @returns whether the page is complete now. It isn't if the table has changed since: then only a whole query knows.
   * @throws DatabaseUnavailableError
   */
  async completeFrom(database: VehicleDatabase, request: RequestContext): Promise<boolean> {
    const { rows } = this.selection;
    const missing = new Map<number, number>();
    this.json.forEach((json, position) => {
      if (json === undefined) missing.set(this.index.vehicleId(rows[position] ?? 0), position);
    });
    for (const listing of await database.listings([...missing.keys()], request)) {
      const json = Buffer.from(toJson(listing));
      const position = missing.get(listing.vehicle_id) ?? -1;
      const offset = (rows[position] ?? 0) * HASH_BYTES;
      if (contentHash(json).equals(this.index.columns.hashes.subarray(offset, offset + HASH_BYTES))) {
        this.keep(position, rows[position] ?? 0, json.toString());
        this.mended.push({ row: rows[position] ?? 0, json });
      }
    }
    return this.complete;
  }

  /** Writes back what the database had to give, so that the next page finds it. */
  mendCommands(): Command<number>[] {
    return this.mended.map(({ row, json }) => {
      const key = BUCKET_KEYS[bucketOf(this.index.columns.hashes, row * HASH_BYTES)] ?? '';
      return plainScript(MEND_LISTING, [key], [this.index.field(row), json]);
    });
  }

  get total(): number {
    return this.selection.total;
  }

  /** Of a complete page. */
  listings(): Listing[] {
    return this.json.map((json) => readJson(json ?? '', 'A listing in Valkey') as Listing);
  }

  /** Of a complete page. */
  body(): string {
    const { limit, offset } = this.question;
    return pageBody(this.selection.total, limit, offset, this.json as string[]);
  }
}
