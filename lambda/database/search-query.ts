import { COLUMN_NAMES } from '../rules/listing';
import { ALWAYS, SALE } from '../rules/always';
import { FAMILIES, ORDERS } from '../rules/orders';
import { orderOf, type Question } from '../rules/question';
import { rankToSql, toSql, type ColumnReference } from './rules-sql';
import { TABLE } from './columns';

export interface Query {
  text: string;
  values: unknown[];
}

/** The listings that match a question, and how they are ordered, as SQL; $1 and $2 are the budget. */
export function matching(question: Question, column: ColumnReference): { where: string; orderBy: string } {
  const { keeps, rankings } = ORDERS[orderOf(question)];
  const families = question.familyType === 'any' ? [] : [[FAMILIES[question.familyType]]];
  const filters = [
    `${column('price')} BETWEEN $1 AND $2`,
    toSql(ALWAYS, column),
    ...(question.includeLease ? [] : [toSql(SALE, column)]),
    ...(keeps === undefined ? [] : [toSql(keeps, column)]),
  ];
  const sortKeys = [
    ...[...families, ...rankings].map((tiers) => rankToSql(tiers, column)),
    `${column('model_year')} DESC`,
    // A numeric column would divide with a fraction, and order otherwise than the index.
    `${column('distance')}::bigint / 10000`,
    column('price'),
    column('vehicle_id'),
  ];
  return { where: filters.join(' AND '), orderBy: sortKeys.join(', ') };
}

/**
 * The search as one query: `total` in every row, and the page's listings in order behind it (all NULL if there is
 * none). Sorting carries only the key and the ranks; the page's rows are fetched by primary key.
 */
export function searchQuery(question: Question, column: ColumnReference): Query {
  const { where, orderBy } = matching(question, column);
  const text = `
    WITH matches AS MATERIALIZED (
      SELECT ${column('vehicle_id')} AS id, row_number() OVER (ORDER BY ${orderBy}) AS position
      FROM ${TABLE} WHERE ${where}
    ), page AS (
      SELECT position, ${COLUMN_NAMES.map((name) => `v.${column(name)} AS ${name}`).join(', ')}
      FROM (SELECT * FROM matches ORDER BY position LIMIT $3 OFFSET $4) AS m
      JOIN ${TABLE} AS v ON v.${column('vehicle_id')} = m.id
    )
    SELECT (SELECT count(*)::int FROM matches) AS total, ${COLUMN_NAMES.join(', ')}
    FROM (SELECT 1) AS one LEFT JOIN page ON true ORDER BY position`;
  return { text, values: [question.budgetMin, question.budgetMax, question.limit, question.offset] };
}

/** The listings of a page by primary key, in any order. */
export function listingsQuery(vehicleIds: readonly number[], column: ColumnReference): Query {
  return {
    text: `SELECT ${COLUMN_NAMES.map(column).join(', ')} FROM ${TABLE} WHERE ${column('vehicle_id')} = ANY($1::int[])`,
    values: [vehicleIds],
  };
}
