import { readJson } from '../contract/outside-json';

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
  const { buffer, byteOffset } = aligned(bytes);
  let offset = byteOffset + padded(4 + headerLength);
  const section = (size: number) => {
    const start = offset;
    offset += padded(size);
    return start;
  };
  return { header, memory: buffer as ArrayBuffer, section };
}

/** @returns the same bytes where typed arrays can lie; a slice of a pooled buffer may not be such a place. */
export function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
}

/** @returns the same memory as bytes. */
export function bytesOf(array: ArrayBufferView): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
