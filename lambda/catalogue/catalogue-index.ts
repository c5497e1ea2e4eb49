import { HASH_BYTES } from '../rules/listing';
import { fieldOf } from './layout';
import { byOrder, FAMILY_TYPES, type FamilyType, type OrderId } from '../rules/orders';

/** Bits of {@link IndexColumns.flags}. */
export const SALE_BIT = 1;
export const FAMILY_BITS = Object.fromEntries(FAMILY_TYPES.map((name, position) => [name, 2 << position])) as Record<
  FamilyType,
  number
>;
export const KEPT_BITS = byOrder((_, position) => 2 << (FAMILY_TYPES.length + position));

/** Rows of a block: what is counted is known at each block's beginning. */
const BLOCK = 64;

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
  /** Two bytes a row: is it a sale, to which family does it matter, and which orders keep it. */
  flags: Uint16Array;
  /** For each order, the rows that it keeps, best first. */
  orders: Readonly<Record<OrderId, Uint32Array>>;
}

/** One version of the catalogue in memory. Immutable. */
export class CatalogueIndex {
  /** For each row that begins a block, how many before it have these flags. */
  private readonly counts = new Map<number, Uint32Array>();

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
    const wanted = wantedFlags(order, includeLease);
    return this.countBefore(end, wanted) - this.countBefore(first, wanted);
  }

  /** Whether {@link count} of this order costs nothing any more. */
  isCounted(order: OrderId, includeLease: boolean): boolean {
    return this.counts.has(wantedFlags(order, includeLease));
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

  /** How many of the rows before this one have all these flags. */
  private countBefore(row: number, wanted: number): number {
    const { flags } = this.columns;
    const block = Math.floor(row / BLOCK);
    let count = this.countsOf(wanted)[block] ?? 0;
    for (let i = block * BLOCK; i < row; i++) if (((flags[i] ?? 0) & wanted) === wanted) count++;
    return count;
  }

  /** Made at the first question that needs it: all 14 would be a cold start's to pay. */
  private countsOf(wanted: number): Uint32Array {
    const known = this.counts.get(wanted);
    if (known !== undefined) return known;
    const { flags } = this.columns;
    const counts = new Uint32Array(Math.floor(flags.length / BLOCK) + 1);
    let count = 0;
    // Plain loops: a cold start runs them before they are compiled.
    for (let block = 0, row = 0; block < counts.length; block++) {
      counts[block] = count;
      for (const end = Math.min(row + BLOCK, flags.length); row < end; row++)
        if (((flags[row] ?? 0) & wanted) === wanted) count++;
    }
    this.counts.set(wanted, counts);
    return counts;
  }
}

function wantedFlags(order: OrderId, includeLease: boolean): number {
  return KEPT_BITS[order] | (includeLease ? 0 : SALE_BIT);
}
