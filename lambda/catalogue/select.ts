import { orderOf, type Question } from '../rules/question';
import { type CatalogueIndex, FAMILY_BITS, SALE_BIT } from './catalogue-index';

/** The answer to a question, as rows of the index. */
export interface Selection {
  /** All matches, not only the page's. Counted when it is first asked for. */
  readonly total: number;
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
  const count = () => index.count(order, question.includeLease, first, end);
  // To count an order for the first time costs milliseconds: a page that is only fetched ahead does without.
  let total = index.isCounted(order, question.includeLease) ? count() : undefined;
  const rows: number[] = [];
  const selection: Selection = {
    get total() {
      return (total ??= count());
    },
    rows,
  };
  const wanted = Math.min(question.limit, (total ?? Infinity) - question.offset);
  if (wanted <= 0) return selection;

  const sale = question.includeLease ? 0 : SALE_BIT;
  const family = question.familyType === 'any' ? 0 : FAMILY_BITS[question.familyType];
  const passes = family === 0 ? [sale] : [sale | family, sale];
  const { flags, orders } = index.columns;
  const candidates = orders[order];
  let skip = question.offset;
  for (const expected of passes) {
    // A plain loop: a cold start selects a hundred pages before it is compiled.
    for (let i = 0; i < candidates.length; i++) {
      const row = candidates[i] ?? 0;
      if (row < first || row >= end || ((flags[row] ?? 0) & (sale | family)) !== expected) continue;
      if (skip > 0) skip--;
      else if (rows.push(row) === wanted) return selection;
    }
  }
  return selection;
}
