import { HASH_BYTES } from '../rules/listing';

const FIRST_CAPACITY = 4_096;

/** What the orders need of a listing; the listing itself is not kept. */
export interface Row {
  /** 만원. */
  price: number;
  vehicleId: number;
  /** HASH_BYTES bytes. */
  hash: Buffer;
  flags: number;
  modelYear: number;
  /** Whole 10,000 km. */
  distance: number;
  /** By order: the combined rank in its tiers, or -1 if it does not keep the listing. */
  ranks: readonly number[];
}

/**
 * Rows as typed columns, about 40 bytes each where objects took over 300: a table of ten times the size fits the same
 * function.
 */
export class RowColumns {
  length = 0;
  prices = new Int32Array(FIRST_CAPACITY);
  vehicleIds = new Int32Array(FIRST_CAPACITY);
  /** As wide as the database's: a year that is a mistake is ordered as it orders it. */
  modelYears = new Int32Array(FIRST_CAPACITY);
  distances = new Int32Array(FIRST_CAPACITY);
  flags = new Uint16Array(FIRST_CAPACITY);
  private hashes = new Uint8Array(FIRST_CAPACITY * HASH_BYTES);
  /** The ranks of a row lie side by side. */
  private ranks: Int16Array;

  /** @param orders how many ranks a row has. */
  constructor(private readonly orders: number) {
    this.ranks = new Int16Array(FIRST_CAPACITY * orders);
  }

  push({ price, vehicleId, hash, flags, modelYear, distance, ranks }: Row): void {
    if (this.length === this.prices.length) this.grow();
    const row = this.length++;
    this.prices[row] = price;
    this.vehicleIds[row] = vehicleId;
    this.modelYears[row] = modelYear;
    this.distances[row] = distance;
    this.flags[row] = flags;
    this.hashes.set(hash, row * HASH_BYTES);
    this.ranks.set(ranks, row * this.orders);
  }

  /** @returns the rank of a row in an order, or -1. */
  rank(row: number, order: number): number {
    return this.ranks[row * this.orders + order] ?? -1;
  }

  /** @returns the rows that stay, and the hashes of the others. */
  without(isGone: (vehicleId: number) => boolean): { kept: RowColumns; gone: Buffer[] } {
    const kept = new RowColumns(this.orders);
    const gone: Buffer[] = [];
    for (let row = 0; row < this.length; row++) {
      if (!isGone(this.vehicleIds[row] ?? 0)) kept.copy(this, row);
      else gone.push(Buffer.from(this.hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES)));
    }
    return { kept, gone };
  }

  /** @returns the rows' numbers by price, then vehicle_id. */
  byPrice(): Uint32Array {
    const { prices, vehicleIds } = this;
    const at = (column: Int32Array, row: number) => column[row] ?? 0;
    return Uint32Array.from({ length: this.length }, (_, row) => row).sort(
      (a, b) => at(prices, a) - at(prices, b) || at(vehicleIds, a) - at(vehicleIds, b),
    );
  }

  /** @returns the hashes of these rows, one after the other. */
  hashesOf(rows: Uint32Array): Buffer {
    const all = Buffer.allocUnsafeSlow(rows.length * HASH_BYTES);
    rows.forEach((row, i) => all.set(this.hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES), i * HASH_BYTES));
    return all;
  }

  /** Adds a row of another collection. */
  private copy(from: RowColumns, row: number): void {
    if (this.length === this.prices.length) this.grow();
    const to = this.length++;
    for (const name of ['prices', 'vehicleIds', 'modelYears', 'distances', 'flags'] as const)
      this[name][to] = from[name][row] ?? 0;
    for (let i = 0; i < HASH_BYTES; i++) this.hashes[to * HASH_BYTES + i] = from.hashes[row * HASH_BYTES + i] ?? 0;
    for (let i = 0; i < this.orders; i++) this.ranks[to * this.orders + i] = from.ranks[row * this.orders + i] ?? 0;
  }

  private grow(): void {
    this.prices = doubled(this.prices);
    this.vehicleIds = doubled(this.vehicleIds);
    this.modelYears = doubled(this.modelYears);
    this.distances = doubled(this.distances);
    this.flags = doubled(this.flags);
    this.hashes = doubled(this.hashes);
    this.ranks = doubled(this.ranks);
  }
}

/** @returns an array of twice the length that begins with the old one's values. */
function doubled<T extends Int32Array | Int16Array | Uint16Array | Uint8Array>(old: T): T {
  const larger = new (old.constructor as new (length: number) => T)(old.length * 2);
  larger.set(old);
  return larger;
}
