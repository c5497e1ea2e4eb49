import { COLUMN_NAMES, COLUMNS, type ColumnName } from '../../lambda/rules/listing';
import type { Listing } from './types';

/** The original's listings by this API's names. */
interface OriginalListings {
  rows: Listing[];
  /** Columns that none of them has. */
  lacking: Set<string>;
  /** Whether a name or a type had to be changed. */
  renamed: boolean;
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
const BY_PLAIN_NAME: ReadonlyMap<string, ColumnName> = new Map(COLUMN_NAMES.map((name) => [plain(name), name]));

/** Reads listings however the original spells their columns: without underscores, in camel case, numbers as text. */
export function readOriginalListings(listings: readonly object[]): OriginalListings {
  const lacking = new Set<string>(listings.length === 0 ? [] : COLUMN_NAMES);
  let renamed = false;
  const rows = listings.map((listing) => {
    const row: Record<string, unknown> = {};
    for (const [spelled, value] of Object.entries(listing)) {
      const name = BY_PLAIN_NAME.get(plain(spelled));
      if (name === undefined) continue;
      lacking.delete(name);
      row[name] = COLUMNS[name] === 'number' && isNumber(value) ? Number(value) : value;
      renamed ||= name !== spelled || row[name] !== value;
    }
    for (const name of COLUMN_NAMES) row[name] ??= null;
    return row as unknown as Listing;
  });
  return { rows, lacking, renamed };
}

const isNumber = (value: unknown): boolean => typeof value === 'string' && /^-?\d{1,15}$/.test(value);
