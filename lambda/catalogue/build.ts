import { createHash } from 'node:crypto';
import { ALWAYS, SALE } from '../rules/always';
import { rank, satisfies } from '../rules/condition';
import { FAMILIES, FAMILY_TYPES, ORDER_IDS, ORDERS, type Order, type OrderId } from '../rules/orders';
import { RULES_VERSION } from '../rules/version';
import { CatalogueIndex, FAMILY_BITS, SALE_BIT } from './catalogue-index';
import { FORMAT_VERSION } from './index-format';
import { BUCKET_KEYS } from './layout';
import { contentHash, HASH_BYTES, toJson, type Listing } from './listing';

/** A listing as it is stored. */
export interface StoredListing {
  /** UTF-8. */
  json: Buffer;
  hash: Buffer;
}

/** What the orders need of a listing; the listing itself is not kept, so that a large table fits a small function. */
interface Row {
  price: number;
  vehicleId: number;
  hash: Buffer;
  flags: number;
  modelYear: number;
  /** Whole 10,000 km. */
  distance: number;
  /** By order: the combined rank in its tiers, or -1 if it does not keep the listing. */
  ranks: Int16Array;
}

/** Collects listings one by one and makes an index of those that some question can find. */
export class CatalogueBuilder {
  private readonly rows: Row[] = [];

  /** Listings seen, searchable or not. */
  listings = 0;

  /** @returns the listing as it is to be stored, or undefined if no question can find it. */
  add(listing: Listing): StoredListing | undefined {
    this.listings++;
    if (!satisfies(listing, ALWAYS)) return undefined;
    const json = Buffer.from(toJson(listing));
    const hash = contentHash(json);
    this.rows.push({
      price: listing.price ?? 0,
      vehicleId: listing.vehicle_id,
      hash,
      flags: flagsOf(listing),
      modelYear: listing.model_year ?? 0,
      // As PostgreSQL divides integers.
      distance: Math.trunc((listing.distance ?? 0) / 10_000),
      ranks: Int16Array.from(ORDER_IDS, (id) => combinedRank(listing, ORDERS[id])),
    });
    return { json, hash };
  }

  /** @returns the index of all listings added. Its version is a hash of their contents, whatever their order of arrival. */
  build(): CatalogueIndex {
    const { rows } = this;
    rows.sort((a, b) => a.price - b.price || a.vehicleId - b.vehicleId);
    const hashes = Buffer.concat(
      rows.map((row) => row.hash),
      rows.length * HASH_BYTES,
    );
    const years = denseRanks(rows, (row) => -row.modelYear);
    const distances = denseRanks(rows, (row) => row.distance);
    const sorted = (order: number) => sortedRows(rows, order, years, distances);
    return new CatalogueIndex(versionOf(hashes), {
      prices: Int32Array.from(rows, (row) => row.price),
      vehicleIds: Int32Array.from(rows, (row) => row.vehicleId),
      hashes,
      flags: Uint8Array.from(rows, (row) => row.flags),
      orders: Object.fromEntries(ORDER_IDS.map((id, position) => [id, sorted(position)])) as Record<
        OrderId,
        Uint32Array
      >,
    });
  }
}

function flagsOf(listing: Listing): number {
  const families = FAMILY_TYPES.filter((name) => satisfies(listing, FAMILIES[name]));
  return families.reduce((bits, name) => bits | FAMILY_BITS[name], satisfies(listing, SALE) ? SALE_BIT : 0);
}

/** The ranks in all the order's rankings as one number. */
function combinedRank(listing: Listing, { keeps, rankings }: Order): number {
  if (keeps !== undefined && !satisfies(listing, keeps)) return -1;
  return rankings.reduce((combined, tiers) => combined * (tiers.length + 1) + rank(listing, tiers), 0);
}

/**
 * The rows that an order keeps, best first. All sort keys go into one number, so that the engine's own numeric sort does
 * the work; the row's number stands for price and vehicle_id. With 64 ranks, 64 years, 4,096 distances and 2^28 rows it stays below 2^53.
 */
function sortedRows(
  rows: readonly Row[],
  order: number,
  years: ReadonlyMap<number, number>,
  distances: ReadonlyMap<number, number>,
): Uint32Array {
  const keys: number[] = [];
  rows.forEach((row, number) => {
    const tier = row.ranks[order] ?? -1;
    if (tier < 0) return;
    const year = years.get(-row.modelYear) ?? 0;
    const distance = distances.get(row.distance) ?? 0;
    keys.push(((tier * years.size + year) * distances.size + distance) * rows.length + number);
  });
  return Uint32Array.from(Float64Array.from(keys).sort(), (key) => key % rows.length);
}

/** Each distinct value's place among the distinct values, ascending. */
function denseRanks(rows: readonly Row[], value: (row: Row) => number): Map<number, number> {
  const distinct = [...new Set(rows.map(value))].sort((a, b) => a - b);
  return new Map(distinct.map((each, position) => [each, position]));
}

function versionOf(hashes: Buffer): string {
  return createHash('sha256')
    .update(JSON.stringify([FORMAT_VERSION, RULES_VERSION, BUCKET_KEYS]))
    .update(hashes)
    .digest('hex')
    .slice(0, 12);
}
