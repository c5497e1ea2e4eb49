import type { ColumnName } from '../rules/listing';
import { driver } from './driver';
import type { Condition } from '../rules/condition';

/** Gives the SQL name of a column, quoted. */
export type ColumnReference = (name: ColumnName) => string;

/**
 * @returns the condition as a SQL expression that is never NULL. The rules are constants, so they stand as literals.
 */
export function toSql(condition: Condition, column: ColumnReference): string {
  if ('all' in condition) return join(condition.all, 'AND', column);
  if ('any' in condition) return join(condition.any, 'OR', column);
  if ('not' in condition) return `NOT ${toSql(condition.not, column)}`;
  if ('text' in condition) {
    const value = `coalesce(${column(condition.text)}, '')`;
    if ('in' in condition) return `${value} IN (${condition.in.map((each) => literal(each)).join(', ')})`;
    return `(${condition.contains.map((fragment) => `strpos(${value}, ${literal(fragment)}) > 0`).join(' OR ')})`;
  }
  const value = column(condition.number);
  const bounds = [
    `${value} IS NOT NULL`,
    ...(condition.from === undefined ? [] : [`${value} >= ${condition.from}`]),
    ...(condition.below === undefined ? [] : [`${value} < ${condition.below}`]),
    ...(condition.notIn === undefined ? [] : [`${value} NOT IN (${condition.notIn.join(', ')})`]),
  ];
  return `(${bounds.join(' AND ')})`;
}

/** @returns the rank of a row in a list of tiers, as {@link rank} computes it. */
export function rankToSql(tiers: readonly Condition[], column: ColumnReference): string {
  const cases = tiers.map((tier, position) => `WHEN ${toSql(tier, column)} THEN ${position}`);
  return `CASE ${cases.join(' ')} ELSE ${tiers.length} END`;
}

function join(parts: readonly Condition[], operator: 'AND' | 'OR', column: ColumnReference): string {
  return `(${parts.map((part) => toSql(part, column)).join(` ${operator} `)})`;
}

const literal = (text: string) => driver().escapeLiteral(text);
