import { MODELS, type Model } from './listing-models';

/**
 * Median sale price by age in years, 만원 (8,607 listings of September 2025). Of age 8 the crawl has few rows and none
 * near its neighbours; the one of next year's models and those from 13 years on are continued from them.
 */
const MEDIAN_PRICE: Readonly<Record<number, number>> = {
  [-1]: 6_000, 0: 5_920, 1: 4_469, 2: 4_390, 3: 4_480, 4: 3_270, 5: 3_199, 6: 2_450, 7: 1_855, 8: 1_670, 9: 1_498,
  10: 1_090, 11: 950, 12: 840,
}; // prettier-ignore
/** What a year more takes of the median beyond the oldest that is known. */
const YEARLY = 0.87;
/** What is left of the price when new, by age from next year's models on. */
const VALUE = [0.95, 0.92, 0.86, 0.8, 0.74, 0.66, 0.59, 0.51, 0.44, 0.38, 0.32, 0.26, 0.22, 0.19];

/** @returns what share of its price when new a car of this age is worth, below 1. */
export function valueLeft(age: number): number {
  return VALUE[age + 1] ?? 0.19 * YEARLY ** (age - 12);
}

/**
 * @returns the models that were made in a model year, with how often each is listed: dear and cheap ones in such a
 * measure that the median price of that age is the crawl's.
 */
export function modelsOf(year: number, age: number): (readonly [Model, number])[] {
  const made = MODELS.filter(({ years: [first, last] }) => first <= year && year <= last);
  const wanted = (MEDIAN_PRICE[age] ?? 840 * YEARLY ** (age - 12)) / valueLeft(age);
  // The more the dear ones are favoured, the higher the median: halve the interval until it fits.
  let [low, high] = [-4, 4];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (medianPriceWhenNew(tilted(made, middle)) < wanted) low = middle;
    else high = middle;
  }
  return tilted(made, (low + high) / 2);
}

const tilted = (models: readonly Model[], tilt: number) =>
  models.map((model) => [model, model.weight * (model.originPrice / 4_000) ** tilt] as const);

function medianPriceWhenNew(models: readonly (readonly [Model, number])[]): number {
  const sorted = [...models].sort(([a], [b]) => a.originPrice - b.originPrice);
  let rest = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  for (const [{ originPrice }, weight] of sorted) if ((rest -= weight) < 0) return originPrice;
  return NaN;
}
