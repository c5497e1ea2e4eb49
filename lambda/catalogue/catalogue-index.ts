import { HASH_BYTES } from '../rules/listing';
import { fieldOf } from './layout';
import { FAMILY_TYPES, type FamilyType, type OrderId } from '../rules/orders';

/** Bits of {@link IndexColumns.flags}. */
export const SALE_BIT = 1;
export const FAMILY_BITS = Object.fromEntries(FAMILY_TYPES.map((name, position) => [name, 2 << position])) as Record<
  FamilyType,
  number
>;

/**
 * The searchable listings as columns. A row's number is its place by price, then vehicle_id, so a budget is a range of
 * rows and needs no look at the prices.
 */
export interface IndexColumns {
  /** 만원, ascending. */
  prices: Int32Array;
  vehicleIds: Int32Array;
  /** {@link HASH_BYTES} bytes a row. */
  hashes: Buffer;
  /** A byte a row: is it a sale, and to which family does it matter. */
  flags: Uint8Array;
  /** For each order, the rows that it keeps, best first. */
  orders: Readonly<Record<OrderId, Uint32Array>>;
}

/** One version of the catalogue in memory. Immutable. */
export class CatalogueIndex {
  private readonly counts = new Map<string, Uint32Array>();

  constructor(
    readonly version: string,
    readonly columns: IndexColumns,
  ) {}

  /** The number of listings that some question can find. */
  get size(): number {
    return this.columns.prices.length;
  }

  vehicleId(row: number): number {
    return this.columns.vehicleIds[row] ?? 0;
  }

  /** The field under which the row's listing lies in its bucket. */
  field(row: number): string {
    return fieldOf(this.columns.hashes, row * HASH_BYTES);
  }

  /** CRC-32 of the row's JSON, see contentHash. */
  checksum(row: number): number {
    return this.columns.hashes.readUInt32BE(row * HASH_BYTES);
  }

  /** Rows with budgetMin <= price <= budgetMax, as [first, end). */
  priceRange(budgetMin: number, budgetMax: number): [first: number, end: number] {
    return [this.firstRowFrom(budgetMin), this.firstRowFrom(budgetMax + 1)];
  }

  /** How many rows an order keeps in [first, end). */
  count(order: OrderId, includeLease: boolean, first: number, end: number): number {
    const sums = this.prefixSums(order, includeLease);
    return (sums[end] ?? 0) - (sums[first] ?? 0);
  }

  /** Whether {@link count} of this order costs nothing any more. */
  isCounted(order: OrderId, includeLease: boolean): boolean {
    return this.counts.has(countId(order, includeLease));
  }

  private firstRowFrom(price: number): number {
    const { prices } = this.columns;
    let low = 0;
    let high = prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((prices[middle] ?? 0) < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Computed at the first question that needs it, about 1 ms for 97,000 rows: all 14 would be a cold start's to pay.
   */
  private prefixSums(order: OrderId, includeLease: boolean): Uint32Array {
    const id = countId(order, includeLease);
    const known = this.counts.get(id);
    if (known !== undefined) return known;
    const { flags, orders } = this.columns;
    const sums = new Uint32Array(this.size + 1);
    const rows = orders[order];
    const wanted = includeLease ? 0 : SALE_BIT;
    // Plain loops: a cold start runs them before they are compiled.
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      if (((flags[row] ?? 0) & wanted) === wanted) sums[row + 1] = 1;
    }
    let sum = 0;
    for (let row = 1; row < sums.length; row++) sums[row] = sum += sums[row] ?? 0;
    this.counts.set(id, sums);
    return sums;
  }
}

function countId(order: OrderId, includeLease: boolean): string {
  return `${order}/${includeLease}`;
}
