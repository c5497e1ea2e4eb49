import { orderOf, type Question } from '../rules/question';
import { type CatalogueIndex, FAMILY_BITS, SALE_BIT } from './catalogue-index';

/** The answer to a question, as rows of the index. */
export interface Selection {
  /** All matches, not only the page's. */
  total: number;
  /** The page's rows, best first. */
  rows: number[];
}

/**
 * Answers a question from memory. A family type puts its listings before all other tiers, so its order is the plain
 * order read twice: first the family's listings, then the rest.
 */
export function select(index: CatalogueIndex, question: Question): Selection {
  const order = orderOf(question);
  const [first, end] = index.priceRange(question.budgetMin, question.budgetMax);
  const total = index.count(order, question.includeLease, first, end);
  const wanted = Math.min(question.limit, total - question.offset);
  const rows: number[] = [];
  if (wanted <= 0) return { total, rows };

  const sale = question.includeLease ? 0 : SALE_BIT;
  const family = question.familyType === 'any' ? 0 : FAMILY_BITS[question.familyType];
  const passes = family === 0 ? [sale] : [sale | family, sale];
  const { flags, orders } = index.columns;
  let skip = question.offset;
  for (const expected of passes) {
    for (const row of orders[order]) {
      if (row < first || row >= end || ((flags[row] ?? 0) & (sale | family)) !== expected) continue;
      if (skip > 0) skip--;
      else if (rows.push(row) === wanted) return { total, rows };
    }
  }
  return { total, rows };
}
