import { PLACEHOLDER_PRICES, SALE } from '../../rules/always';
import { satisfies } from '../../rules/condition';

/** What is learned about: of a listing its maker, type and fuel as they stand, its price and age in bands. */
export const ATTRIBUTES = ['manufacturer', 'car_type', 'fuel_type', 'price', 'age'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** What a listing says about itself, as far as it is known. */
export interface Described {
  manufacturer?: string | null | undefined;
  car_type?: string | null | undefined;
  fuel_type?: string | null | undefined;
  /** 만원. */
  price?: number | null | undefined;
  model_year?: number | null | undefined;
  /** Of a lease or a rental the price is none of a car. */
  sell_type?: string | null | undefined;
}

/** Lower ends of the price bands, 만원; about as many listings lie in each. */
export const PRICE_BANDS = [0, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 5_000, 6_500, 9_000] as const;
/** Age from which cars are the same, years. */
export const OLDEST = 10;

/** What values of an attribute there are, where they are bands. */
export const VALUES: Readonly<Partial<Record<Attribute, readonly string[]>>> = {
  price: PRICE_BANDS.map(String),
  age: Array.from({ length: OLDEST + 1 }, (_, age) => String(age)),
};

/** The price band of a price by its lower end; undefined of one that is no price. */
function priceBand(price: number): string | undefined {
  if (price <= 0 || (PLACEHOLDER_PRICES as readonly number[]).includes(price)) return undefined;
  return String(PRICE_BANDS.findLast((lower) => lower <= price));
}

/** Full years by the model year in Korea's calendar; next year's models count as new. */
function ageOf(modelYear: number, nowMs: number): string {
  const year = new Date(nowMs + 9 * 3_600_000).getUTCFullYear();
  return String(Math.min(Math.max(year - modelYear, 0), OLDEST));
}

/** Hangul can come composed or taken apart into its letters (macOS); both are one value. */
export const asCompared = (value: string): string => value.normalize('NFC');

/** @returns the values of a listing that preferences speak of. @param nowMs ms since the epoch */
export function valuesOf(vehicle: Described, nowMs: number): [Attribute, string][] {
  const { manufacturer, car_type, fuel_type, price, model_year, sell_type = null } = vehicle;
  const isSale = satisfies({ sell_type }, SALE);
  const values: [Attribute, string | null | undefined][] = [
    ['manufacturer', manufacturer],
    ['car_type', car_type],
    ['fuel_type', fuel_type],
    ['price', price == null || !isSale ? undefined : priceBand(price)],
    ['age', model_year == null ? undefined : ageOf(model_year, nowMs)],
  ];
  return values.flatMap(([attribute, value]) => (value ? [[attribute, asCompared(value)]] : []));
}
