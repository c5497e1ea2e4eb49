import { byOrder, ORDER_IDS, type OrderId } from '../rules/orders';
import { CatalogueIndex, type IndexColumns } from './catalogue-index';
import { HASH_BYTES } from '../rules/listing';
import { aligned, bytesOf, packed, unpacked } from './packed-arrays';

/** Raise it when the bytes below change: a reader refuses what it doesn't know, and the next warm-up writes anew. */
export const FORMAT_VERSION = 2;

/** Size of a piece: small enough for a command's deadline; an array of today's listings is one or two. */
const PIECE_BYTES = 512 * 1024;

interface Header {
  format: number;
  version: string;
  rows: number;
  orders: Record<OrderId, number>;
}

/**
 * @returns the header, then each array, little-endian, cut into pieces of its own: what is one piece is read where it
 * lies.
 */
export function encodeIndex(index: CatalogueIndex): Buffer[] {
  const { columns } = index;
  const { prices, vehicleIds, hashes, flags } = columns;
  const orders = byOrder((id) => columns.orders[id].length);
  const header: Header = { format: FORMAT_VERSION, version: index.version, rows: index.size, orders };
  const arrays = [prices, vehicleIds, hashes, flags, ...ORDER_IDS.map((id) => columns.orders[id])];
  return [
    // As in format 1, so that readers of either tell the other by its head.
    packed(header, []),
    ...arrays.flatMap((array) => {
      const bytes = bytesOf(array);
      const cuts = Array.from({ length: Math.ceil(bytes.length / PIECE_BYTES) }, (_, i) => i * PIECE_BYTES);
      return cuts.map((cut) => bytes.subarray(cut, cut + PIECE_BYTES));
    }),
  ];
}

/**
 * @param pieces what {@link encodeIndex} gave, checked against its digest.
 * @returns undefined for another format: a newer or older deployment wrote it, and the next warm-up of this one writes
 * anew.
 */
export function decodeIndex([head, ...pieces]: readonly Buffer[]): CatalogueIndex | undefined {
  if (head === undefined) return undefined;
  const header = unpacked(head).header as Header;
  if (header.format !== FORMAT_VERSION) return undefined;
  const { rows } = header;
  const array = <T>(Type: ArrayType<T>, length: number): T => {
    const count = Math.ceil((length * Type.BYTES_PER_ELEMENT) / PIECE_BYTES);
    const { buffer, byteOffset } = joined(pieces.splice(0, count));
    return new Type(buffer as ArrayBuffer, byteOffset, length);
  };
  const columns: IndexColumns = {
    prices: array(Int32Array, rows),
    vehicleIds: array(Int32Array, rows),
    hashes: bytesOf(array(Uint8Array, rows * HASH_BYTES)),
    flags: array(Uint16Array, rows),
    orders: byOrder((id) => array(Uint32Array, header.orders[id])),
  };
  return new CatalogueIndex(header.version, columns);
}

interface ArrayType<T> {
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
  BYTES_PER_ELEMENT: number;
}

/** @returns their length together, bytes. */
export function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** @returns a single piece as it is. */
function joined(pieces: readonly Buffer[]): Uint8Array {
  const [only] = pieces;
  return aligned(only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces));
}
