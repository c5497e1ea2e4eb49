import { createHash } from 'node:crypto';
import { ALWAYS, SALE } from '../rules/always';
import { rank, satisfies } from '../rules/condition';
import { byOrder, FAMILIES, FAMILY_TYPES, ORDER_IDS, ORDERS, type Order } from '../rules/orders';
import { RULES_VERSION } from '../rules/version';
import { ToldError } from '../contract/told-error';
import { CatalogueIndex, FAMILY_BITS, KEPT_BITS, SALE_BIT } from './catalogue-index';
import { FORMAT_VERSION } from './index-format';
import { BUCKET_KEYS } from './layout';
import { contentHash, toJson, type Listing } from '../rules/listing';
import { RowColumns } from './row-columns';

/** What the columns of the index hold: integers of 32 bits, as the columns of the contract. */
const MOST_INTEGER = 2 ** 31 - 1;

/** A value of a wider column that the index can't hold: it would be ordered and found as another one. */
class ValueTooLargeError extends ToldError {
  constructor(column: string, value: number) {
    super(
      `A listing has the ${column} ${value}; the index holds integers from -${MOST_INTEGER} to ${MOST_INTEGER}. ` +
        'Nothing is published from the table until its owner corrects it.',
    );
  }
}

/** A listing as it is stored. */
export interface StoredListing {
  /** UTF-8. */
  json: Buffer;
  hash: Buffer;
}

/** Collects listings one by one and makes an index of those that some question can find. */
export class CatalogueBuilder {
  /** Listings seen, searchable or not. */
  listings = 0;

  constructor(private readonly rows = new RowColumns(ORDER_IDS.length)) {}

  /**
   * @param isGone of a vehicle_id.
   * @returns a collection of the others, of which as many were seen as said; and the hashes of what could be found and
   * is gone.
   */
  without(isGone: (vehicleId: number) => boolean, listings: number): { others: CatalogueBuilder; gone: Buffer[] } {
    const { kept, gone } = this.rows.without(isGone);
    const others = new CatalogueBuilder(kept);
    others.listings = listings;
    return { others, gone };
  }

  /**
   * @returns the listing as it is to be stored, or undefined if no question can find it.
   * @throws ValueTooLargeError
   */
  add(listing: Listing): StoredListing | undefined {
    this.listings++;
    if (!satisfies(listing, ALWAYS)) return undefined;
    const json = Buffer.from(toJson(listing));
    const hash = contentHash(json);
    const ranks = ORDER_IDS.map((id) => combinedRank(listing, ORDERS[id]));
    this.rows.push({
      // Dearer than any question asks for, whatever it is exactly.
      price: Math.min(listing.price ?? 0, MOST_INTEGER),
      vehicleId: held('vehicle_id', listing.vehicle_id),
      hash,
      flags: flagsOf(listing, ranks),
      modelYear: held('model_year', listing.model_year ?? 0),
      // As PostgreSQL divides integers.
      distance: held('distance', Math.trunc((listing.distance ?? 0) / 10_000)),
      ranks,
    });
    return { json, hash };
  }

  /**
   * @returns the index of all listings added. Its version is a hash of their contents, whatever their order of arrival.
   */
  build(): CatalogueIndex {
    const { rows } = this;
    const byPrice = rows.byPrice();
    const hashes = rows.hashesOf(byPrice);
    const sorter = new OrderSorter(rows, byPrice);
    return new CatalogueIndex(versionOf(hashes), {
      prices: Int32Array.from(byPrice, (row) => rows.prices[row] ?? 0),
      vehicleIds: Int32Array.from(byPrice, (row) => rows.vehicleIds[row] ?? 0),
      hashes,
      flags: Uint16Array.from(byPrice, (row) => rows.flags[row] ?? 0),
      orders: byOrder((_, position) => sorter.sorted(position)),
    });
  }
}

function held(column: string, value: number): number {
  if (Math.abs(value) > MOST_INTEGER) throw new ValueTooLargeError(column, value);
  return value;
}

/** @param ranks by order; below zero in those that do not keep the listing. */
function flagsOf(listing: Listing, ranks: readonly number[]): number {
  const sale = satisfies(listing, SALE) ? SALE_BIT : 0;
  const families = FAMILY_TYPES.map((name) => (satisfies(listing, FAMILIES[name]) ? FAMILY_BITS[name] : 0));
  const kept = ORDER_IDS.map((id, i) => ((ranks[i] ?? -1) < 0 ? 0 : KEPT_BITS[id]));
  return [...families, ...kept].reduce((bits, bit) => bits | bit, sale);
}

/** The ranks in all the order's rankings as one number. */
function combinedRank(listing: Listing, { keeps, rankings }: Order): number {
  if (keeps !== undefined && !satisfies(listing, keeps)) return -1;
  return rankings.reduce((combined, tiers) => combined * (tiers.length + 1) + rank(listing, tiers), 0);
}

/**
 * Sorts the rows by an order. All sort keys go into one number, so that the engine's own numeric sort does the work;
 * the row's place by price stands for price and vehicle_id. With 64 ranks, 64 years, 4,096 distances and 2^28 rows it
 * stays below 2^53.
 */
class OrderSorter {
  /** By place. */
  private readonly years: Ranks;
  private readonly distances: Ranks;

  constructor(
    private readonly rows: RowColumns,
    private readonly byPrice: Uint32Array,
  ) {
    this.years = denseRanks(rows.modelYears, byPrice, -1);
    this.distances = denseRanks(rows.distances, byPrice, 1);
  }

  /** @returns the places by price of the rows that the order keeps, best first. */
  sorted(order: number): Uint32Array {
    const { rows, byPrice, years, distances } = this;
    const { length } = byPrice;
    const keys = new Float64Array(length);
    let kept = 0;
    for (let place = 0; place < length; place++) {
      const tier = rows.rank(byPrice[place] ?? 0, order);
      if (tier < 0) continue;
      const year = tier * years.count + (years.ranks[place] ?? 0);
      keys[kept++] = (year * distances.count + (distances.ranks[place] ?? 0)) * length + place;
    }
    keys.subarray(0, kept).sort();
    const places = new Uint32Array(kept);
    for (let i = 0; i < kept; i++) places[i] = (keys[i] ?? 0) % length;
    return places;
  }
}

interface Ranks {
  /** Of the row at each place. */
  ranks: Uint32Array;
  /** Distinct values. */
  count: number;
}

/** Each distinct value's place among the distinct values: ascending with 1, descending with -1. */
function denseRanks(values: Int32Array, byPrice: Uint32Array, direction: 1 | -1): Ranks {
  const distinct = [...new Set(values.subarray(0, byPrice.length))].sort((a, b) => direction * (a - b));
  const rankOf = new Map(distinct.map((each, position) => [each, position]));
  return { ranks: byPrice.map((row) => rankOf.get(values[row] ?? 0) ?? 0), count: distinct.length };
}

function versionOf(hashes: Buffer): string {
  return createHash('sha256')
    .update(JSON.stringify([FORMAT_VERSION, RULES_VERSION, BUCKET_KEYS]))
    .update(hashes)
    .digest('hex')
    .slice(0, 12);
}
