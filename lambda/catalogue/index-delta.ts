import { HASH_BYTES } from '../rules/listing';
import { byOrder, ORDER_IDS, type OrderId } from '../rules/orders';
import { CatalogueIndex, type IndexColumns } from './catalogue-index';
import { FORMAT_VERSION } from './index-format';
import { packed, unpacked } from './packed-arrays';

/**
 * What leads from one index to another. Listings that both have keep their order, so only what came and went is in it.
 */
interface IndexDelta {
  /** Rows of the old index that are gone, ascending. */
  removed: Uint32Array;
  /** What came, by price, then vehicle_id: see IndexColumns. */
  prices: Int32Array;
  vehicleIds: Int32Array;
  hashes: Buffer;
  flags: Uint16Array;
  /** For each order: the places in it, ascending, of what came, and which of these rows it is. */
  orders: Readonly<Record<OrderId, { places: Uint32Array; rows: Uint32Array }>>;
}

interface Header {
  format: number;
  base: string;
  removed: number;
  added: number;
  orders: Record<OrderId, number>;
}

const GONE = 0xffff_ffff;

/** @returns what leads from `base` to `next`. */
export function deltaOf(base: CatalogueIndex, next: CatalogueIndex): IndexDelta {
  const removed: number[] = [];
  const added: number[] = [];
  for (let old = 0, row = 0; old < base.size || row < next.size;) {
    const order = compare(base.columns, old, next.columns, row);
    if (order === 0 && isSame(base.columns, old, next.columns, row)) {
      old++;
      row++;
      continue;
    }
    if (order <= 0) removed.push(old++);
    if (order >= 0) added.push(row++);
  }
  const place = new Map(added.map((row, i) => [row, i]));
  const { prices, vehicleIds, hashes, flags } = next.columns;
  return {
    removed: Uint32Array.from(removed),
    prices: Int32Array.from(added, (row) => prices[row] ?? 0),
    vehicleIds: Int32Array.from(added, (row) => vehicleIds[row] ?? 0),
    hashes: Buffer.concat(added.map((row) => hashes.subarray(row * HASH_BYTES, (row + 1) * HASH_BYTES))),
    flags: Uint16Array.from(added, (row) => flags[row] ?? 0),
    orders: byOrder((id) => placesOf(next.columns.orders[id], place)),
  };
}

/** @returns the index that `delta` leads to from `base`. */
export function applyDelta(base: CatalogueIndex, delta: IndexDelta, version: string): CatalogueIndex {
  const { size } = base;
  const length = size - delta.removed.length + delta.prices.length;
  const hashes = Buffer.allocUnsafeSlow(length * HASH_BYTES);
  const prices = new Int32Array(length);
  const vehicleIds = new Int32Array(length);
  const flags = new Uint16Array(length);
  const fromBase = new Uint32Array(size).fill(GONE);
  const fromDelta = new Uint32Array(delta.prices.length);
  const put = (row: number, of: Omit<IndexColumns, 'orders'>, from: number) => {
    prices[row] = of.prices[from] ?? 0;
    vehicleIds[row] = of.vehicleIds[from] ?? 0;
    flags[row] = of.flags[from] ?? 0;
    of.hashes.copy(hashes, row * HASH_BYTES, from * HASH_BYTES, (from + 1) * HASH_BYTES);
  };
  for (let row = 0, old = 0, gone = 0, added = 0; row < length;) {
    if (delta.removed[gone] === old) {
      gone++;
      old++;
    } else if (compare(base.columns, old, delta, added) < 0) {
      fromBase[old] = row;
      put(row++, base.columns, old++);
    } else {
      fromDelta[added] = row;
      put(row++, delta, added++);
    }
  }
  const orders = byOrder((id) => merged(base.columns.orders[id], fromBase, delta.orders[id], fromDelta));
  return new CatalogueIndex(version, { prices, vehicleIds, hashes, flags, orders });
}

export function encodeDelta(delta: IndexDelta, base: string): Buffer {
  const { removed, prices, vehicleIds, hashes, flags, orders } = delta;
  const header: Header = {
    format: FORMAT_VERSION,
    base,
    removed: removed.length,
    added: prices.length,
    orders: byOrder((id) => orders[id].places.length),
  };
  const arrays = ORDER_IDS.flatMap((id) => [orders[id].places, orders[id].rows]);
  return packed(header, [removed, prices, vehicleIds, hashes, flags, ...arrays]);
}

/** @returns undefined for another format, or a delta of another base. */
export function decodeDelta(bytes: Buffer, base: string): IndexDelta | undefined {
  const { header: head, memory, section } = unpacked(bytes);
  const header = head as Header;
  if (header.format !== FORMAT_VERSION || header.base !== base) return undefined;
  const { removed, added } = header;
  const numbers = (count: number) => new Uint32Array(memory, section(count * 4), count);
  return {
    removed: numbers(removed),
    prices: new Int32Array(memory, section(added * 4), added),
    vehicleIds: new Int32Array(memory, section(added * 4), added),
    hashes: Buffer.from(memory, section(added * HASH_BYTES), added * HASH_BYTES),
    flags: new Uint16Array(memory, section(added * 2), added),
    orders: byOrder((id) => ({ places: numbers(header.orders[id]), rows: numbers(header.orders[id]) })),
  };
}

type Keys = Pick<IndexColumns, 'prices' | 'vehicleIds'>;

/** By price, then vehicle_id; what is past an end comes last. */
function compare(a: Keys, i: number, b: Keys, j: number): number {
  const byPrice = (a.prices[i] ?? Infinity) - (b.prices[j] ?? Infinity);
  // Infinity less Infinity is no number: both are past their ends.
  if (byPrice !== 0) return Number.isNaN(byPrice) ? 0 : byPrice;
  return (a.vehicleIds[i] ?? 0) - (b.vehicleIds[j] ?? 0);
}

function isSame(a: IndexColumns, i: number, b: IndexColumns, j: number): boolean {
  const from = j * HASH_BYTES;
  const at = i * HASH_BYTES;
  return a.flags[i] === b.flags[j] && a.hashes.compare(b.hashes, from, from + HASH_BYTES, at, at + HASH_BYTES) === 0;
}

function placesOf(order: Uint32Array, added: ReadonlyMap<number, number>): { places: Uint32Array; rows: Uint32Array } {
  const places: number[] = [];
  const rows: number[] = [];
  order.forEach((row, at) => {
    const which = added.get(row);
    if (which === undefined) return;
    places.push(at);
    rows.push(which);
  });
  return { places: Uint32Array.from(places), rows: Uint32Array.from(rows) };
}

/** @returns an order: what is left of the old one, with what came at its places. */
function merged(
  old: Uint32Array,
  fromBase: Uint32Array,
  came: { places: Uint32Array; rows: Uint32Array },
  fromDelta: Uint32Array,
): Uint32Array {
  const order = new Uint32Array(old.length + came.places.length);
  let length = 0;
  let next = 0;
  const insert = () => {
    while (came.places[next] === length) order[length++] = fromDelta[came.rows[next++] ?? 0] ?? 0;
  };
  for (const row of old) {
    const now = fromBase[row] ?? GONE;
    if (now === GONE) continue;
    insert();
    order[length++] = now;
  }
  insert();
  return order.slice(0, length);
}
