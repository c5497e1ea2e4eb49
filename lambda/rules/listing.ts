import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The columns of `vehicles`, in the order in which an answer shows them, under the names in which it does. */
export const COLUMNS = {
  vehicle_id: 'number',
  manufacturer: 'text',
  model: 'text',
  model_year: 'number',
  price: 'number',
  distance: 'number',
  fuel_type: 'text',
  car_type: 'text',
  transmission: 'text',
  trim: 'text',
  color_name: 'text',
  location: 'text',
  detail_url: 'text',
  photo: 'text',
  platform: 'text',
  origin_price: 'number',
  sell_type: 'text',
  first_registration_date: 'number',
} as const;

type Columns = typeof COLUMNS;
export type ColumnName = keyof Columns;
export type TextColumn = { [Name in ColumnName]: Columns[Name] extends 'text' ? Name : never }[ColumnName];
export type NumberColumn = Exclude<ColumnName, TextColumn>;
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];

/**
 * One row of `vehicles`: money in 만원, distance in km, first_registration_date as yyyymmdd. Every column but the key can
 * be null.
 */
export type Listing = { vehicle_id: number } & {
  [Name in Exclude<ColumnName, 'vehicle_id'>]: (Columns[Name] extends 'text' ? string : number) | null;
};

/** @param values one row in the order of {@link COLUMN_NAMES}, as the database driver gives it. */
export function toListing(values: readonly unknown[]): Listing {
  const listing: Record<string, string | number | null> = {};
  COLUMN_NAMES.forEach((name, position) => {
    const value = values[position];
    // An int8 or numeric column arrives as text.
    if (value == null) listing[name] = null;
    else listing[name] = COLUMNS[name] === 'number' ? Number(value) : (value as string);
  });
  return listing as unknown as Listing;
}

/** @returns the listing as it stands in an answer. Every tier takes its bytes from here. */
export function toJson(listing: Listing): string {
  return JSON.stringify(listing);
}

/** Bytes of a content hash. */
export const HASH_BYTES = 8;

/**
 * Identifies the contents of a listing: CRC-32 of its JSON, so that a reader can check what it fetched cheaply,
 * followed by the start of its SHA-256, so that two listings do not meet by chance.
 */
export function contentHash(json: Buffer): Buffer {
  const hash = Buffer.allocUnsafe(HASH_BYTES);
  hash.writeUInt32BE(crc32(json), 0);
  createHash('sha256').update(json).digest().copy(hash, 4, 0, 4);
  return hash;
}
