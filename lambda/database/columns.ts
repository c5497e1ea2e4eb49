import { ToldError } from '../contract/told-error';
import { COLUMN_NAMES, COLUMNS, type ColumnName } from '../rules/listing';
import type { ColumnReference } from './rules-sql';
import { driver } from './driver';

/** The table that belongs to somebody else. */
export const TABLE = 'vehicles';

/**
 * Name and type of each column as this deployment spells them, visible to any role that may read the table. A domain
 * counts as the type that it rests on.
 */
export const COLUMNS_QUERY = `
  SELECT a.attname, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
    ELSE format_type(a.atttypid, a.atttypmod) END
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = '${TABLE}'::regclass AND a.attnum > 0 AND NOT a.attisdropped`;

/** One row of {@link COLUMNS_QUERY}. */
export type PresentColumn = readonly [name: string, type: string];

/** The table is not what the search rules read; nothing can be answered or published from it. */
export class TableMismatchError extends ToldError {}

/** The table lacks columns that an answer shows. */
class MissingColumnsError extends TableMismatchError {
  constructor(missing: readonly string[], present: readonly string[]) {
    super(
      `Table ${TABLE} lacks the columns ${missing.join(', ')} (with or without underscores); it has ` +
        `${present.join(', ') || 'none'}. ` +
        'Ask the owner of the table, or correct the mapping in lambda/database/columns.ts.',
    );
  }
}

/**
 * Columns have types that compare, sort or print otherwise in PostgreSQL than in the index: the tiers would not agree.
 */
class ColumnTypesError extends TableMismatchError {
  constructor(wrong: readonly string[]) {
    super(
      `Table ${TABLE} has columns of types that no search can read: ${wrong.join('; ')}. Nothing is published ` +
        'from it. ' +
        'Ask its owner to change them back, or to give a view under that name that casts them.',
    );
  }
}

/**
 * Types that mean the same in PostgreSQL and in the index. A number with a fraction, a padded or case-blind text do
 * not.
 */
const TYPES: Readonly<Record<'number' | 'text', RegExp>> = {
  number: /^(smallint|integer|bigint|numeric\(\d+,0\))$/,
  text: /^(text|character varying(\(\d+\))?)$/,
};
const WANTED = { number: 'a whole number (smallint, integer, bigint)', text: 'a text (text, character varying)' };

/**
 * Maps the fields of a listing to the columns of this deployment: an older one spells them without underscores.
 * @throws MissingColumnsError that names every field without a column, ColumnTypesError every one of another type.
 */
export function mapColumns(present: readonly PresentColumn[]): ColumnReference {
  const types = new Map(present);
  const spelling = new Map(present.map(([column]) => [column.replaceAll('_', '').toLowerCase(), column]));
  const actual = (name: ColumnName) => (types.has(name) ? name : spelling.get(name.replaceAll('_', '')));
  const missing = COLUMN_NAMES.filter((name) => actual(name) === undefined);
  if (missing.length > 0) throw new MissingColumnsError(missing, [...types.keys()]);
  const wrong = COLUMN_NAMES.flatMap((name) => {
    const column = actual(name) ?? name;
    const type = types.get(column) ?? '';
    return TYPES[COLUMNS[name]].test(type) ? [] : [`${column} is ${type}, must be ${WANTED[COLUMNS[name]]}`];
  });
  if (wrong.length > 0) throw new ColumnTypesError(wrong);
  const { escapeIdentifier } = driver();
  const references = new Map(COLUMN_NAMES.map((name) => [name, escapeIdentifier(actual(name) ?? name)]));
  return (name) => references.get(name) ?? escapeIdentifier(name);
}
