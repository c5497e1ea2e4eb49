import { COLUMN_NAMES, type ColumnName } from '../rules/listing';
import type { ColumnReference } from './rules-sql';
import { driver } from './driver';

/** The table that belongs to somebody else. */
export const TABLE = 'vehicles';

/** The column names of the table as this deployment spells them, visible to any role that may read it. */
export const COLUMNS_QUERY = `SELECT attname FROM pg_attribute WHERE attrelid = '${TABLE}'::regclass AND attnum > 0 AND NOT attisdropped`;

/** The table lacks columns that an answer shows. */
export class MissingColumnsError extends Error {
  constructor(missing: readonly string[], present: readonly string[]) {
    super(
      `Table ${TABLE} lacks the columns ${missing.join(', ')} (with or without underscores); it has ${present.join(', ') || 'none'}. ` +
        'Ask the owner of the table, or correct the mapping in lambda/database/columns.ts.',
    );
    this.name = 'MissingColumnsError';
  }
}

/**
 * Maps the fields of a listing to the columns of this deployment: an older one spells them without underscores.
 * @throws MissingColumnsError that names every field without a column.
 */
export function mapColumns(present: readonly string[]): ColumnReference {
  const spelling = new Map(present.map((column) => [column.replaceAll('_', '').toLowerCase(), column]));
  const actual = (name: ColumnName) => (present.includes(name) ? name : spelling.get(name.replaceAll('_', '')));
  const missing = COLUMN_NAMES.filter((name) => actual(name) === undefined);
  if (missing.length > 0) throw new MissingColumnsError(missing, present);
  const { escapeIdentifier } = driver();
  const references = new Map(COLUMN_NAMES.map((name) => [name, escapeIdentifier(actual(name) ?? name)]));
  return (name) => references.get(name) ?? escapeIdentifier(name);
}
