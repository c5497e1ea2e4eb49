import { readJson } from '../contract/outside-json';
import { byOrder, ORDER_IDS, type OrderId } from '../rules/orders';
import { CatalogueIndex, type IndexColumns } from './catalogue-index';
import { HASH_BYTES } from '../rules/listing';

/** Raise it when the bytes below change: a reader refuses what it doesn't know, and the next warm-up writes anew. */
export const FORMAT_VERSION = 1;

interface Header {
  format: number;
  version: string;
  rows: number;
  orders: Record<OrderId, number>;
}

const ALIGNMENT = 8;
const padded = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Length of the header, its JSON, then each array, little-endian, aligned to 8 bytes. */
export function packed(header: object, arrays: readonly ArrayBufferView[]): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const sections = [Buffer.concat([length, json]), ...arrays.map((array) => bytesOf(array))];
  return Buffer.concat(sections.flatMap((bytes) => [bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]));
}

/**
 * @param bytes what {@link packed} gave.
 * @returns the header; memory that is aligned for typed arrays, that of the bytes if it is; and where each next array
 * of so many bytes begins in it.
 */
export function unpacked(bytes: Buffer): { header: unknown; memory: ArrayBuffer; section: (size: number) => number } {
  const headerLength = bytes.readUInt32LE(0);
  const header = readJson(bytes.toString('utf8', 4, 4 + headerLength), 'The head of an index');
  // Typed arrays need aligned memory, which a slice of a pooled buffer may not be.
  const { buffer, byteOffset } = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  let offset = byteOffset + padded(4 + headerLength);
  const section = (size: number) => {
    const start = offset;
    offset += padded(size);
    return start;
  };
  return { header, memory: buffer as ArrayBuffer, section };
}

export function encodeIndex(index: CatalogueIndex): Buffer {
  const { columns } = index;
  const { prices, vehicleIds, hashes, flags } = columns;
  const orders = byOrder((id) => columns.orders[id].length);
  const header: Header = { format: FORMAT_VERSION, version: index.version, rows: index.size, orders };
  return packed(header, [prices, vehicleIds, hashes, flags, ...ORDER_IDS.map((id) => columns.orders[id])]);
}

/**
 * @param bytes what {@link encodeIndex} gave, checked against its digest.
 * @returns undefined for another format: a newer or older deployment wrote it, and the next warm-up of this one writes
 * anew.
 */
export function decodeIndex(bytes: Buffer): CatalogueIndex | undefined {
  const { header: head, memory, section } = unpacked(bytes);
  const header = head as Header;
  if (header.format !== FORMAT_VERSION) return undefined;
  const { rows } = header;
  const columns: IndexColumns = {
    prices: new Int32Array(memory, section(rows * 4), rows),
    vehicleIds: new Int32Array(memory, section(rows * 4), rows),
    hashes: Buffer.from(memory, section(rows * HASH_BYTES), rows * HASH_BYTES),
    flags: new Uint8Array(memory, section(rows), rows),
    orders: byOrder((id) => new Uint32Array(memory, section(header.orders[id] * 4), header.orders[id])),
  };
  return new CatalogueIndex(header.version, columns);
}

function bytesOf(array: ArrayBufferView): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
