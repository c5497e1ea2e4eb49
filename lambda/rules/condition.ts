import type { ColumnName, NumberColumn, TextColumn } from './listing';

/**
 * A rule about one listing, as data. The SQL of the database tier and the orders of the index both derive from it,
 * so that no tier can disagree with another. A NULL text counts as empty; a NULL number satisfies nothing.
 */
export type Condition =
  | { text: TextColumn; in: readonly string[] }
  | { text: TextColumn; contains: readonly string[] }
  | { number: NumberColumn; from?: number; below?: number; notIn?: readonly number[] }
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }
  | { not: Condition };

/** The values a condition looks at. */
type Facts = Readonly<Partial<Record<ColumnName, string | number | null>>>;

/** @returns whether the listing satisfies the condition. */
export function satisfies(facts: Facts, condition: Condition): boolean {
  if ('all' in condition) return condition.all.every((part) => satisfies(facts, part));
  if ('any' in condition) return condition.any.some((part) => satisfies(facts, part));
  if ('not' in condition) return !satisfies(facts, condition.not);
  if ('text' in condition) {
    const value = (facts[condition.text] ?? '') as string;
    return 'in' in condition
      ? condition.in.includes(value)
      : condition.contains.some((fragment) => value.includes(fragment));
  }
  const value = facts[condition.number] as number | null | undefined;
  if (value == null) return false;
  const { from = -Infinity, below = Infinity, notIn = [] } = condition;
  return value >= from && value < below && !notIn.includes(value);
}

/**
 * The rank of a listing in a list of tiers, best first.
 * @returns the position of the first tier that it satisfies, or the number of tiers ("others").
 */
export function rank(facts: Facts, tiers: readonly Condition[]): number {
  const position = tiers.findIndex((tier) => satisfies(facts, tier));
  return position === -1 ? tiers.length : position;
}
