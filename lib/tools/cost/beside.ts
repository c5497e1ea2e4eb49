import type { Price } from '../../cost/prices';
import { NOT_LISTED } from './listed-products';
import type { PriceBeside } from './price-list';

/** Prices of the list are decimal texts; ours are rounded. */
const SAME = 0.001;

/** @returns the price of the list where it has one, else the built-in one: for an estimate. */
export function livePrices(beside: readonly PriceBeside[], date: string): (price: Price) => Price {
  const live = new Map(
    beside.flatMap(({ product: { price }, usd }) =>
      usd === undefined
        ? []
        : [[price, { ...price, usd, source: `Price List of AWS, ${date}`, verified: true }] as const],
    ),
  );
  return (price) => live.get(price) ?? price;
}

/** @returns a line for each price that differs from the built-in one, and for what could not be looked up. */
export function differences(beside: readonly PriceBeside[]): string[] {
  const differing = beside.flatMap(({ product: { name, price }, usd }) => {
    if (usd === undefined || Math.abs(usd - price.usd) <= SAME * price.usd) return [];
    const percent = Math.round((100 * (usd - price.usd)) / price.usd);
    return [
      `${name}: ${amount(usd)} USD in the Price List, ${amount(price.usd)} built in ` +
        `(${percent > 0 ? '+' : ''}${percent} %)`,
    ];
  });
  const missing = new Map<string, string[]>();
  for (const { product, usd, why = '' } of beside)
    if (usd === undefined) missing.set(why, [...(missing.get(why) ?? []), product.name]);
  const known = beside.filter(({ usd }) => usd !== undefined).length;
  return [
    `${known} of ${beside.length} prices were found in the Price List, ${known - differing.length} of them as built ` +
      'in.',
    ...differing,
    ...[...missing].map(([why, names]) => `Built-in price used for ${names.join(', ')}: ${why}.`),
    `Built-in price used for ${NOT_LISTED.join(', ')}: not looked up.`,
  ];
}

/** Without the tail of a binary fraction. */
const amount = (usd: number) => Number(usd.toPrecision(6));
