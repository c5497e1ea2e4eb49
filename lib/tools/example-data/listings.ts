import type { Listing } from '../../../lambda/rules/listing';
import type { Model } from './listing-models';
import { modelsOf, valueLeft } from './market';
import { Random } from './random';

/** As many as the live table has. */
export const LISTING_COUNT = 117_129;
export const DEFAULT_SEED = 20_250_917;
/** Raise it when the rows of a seed change: a kept table of another generator is made anew. */
export const GENERATOR_VERSION = 4;

/** The year of the crawl whose figures the listings follow. */
const CRAWL_YEAR = 2025;
const CRAWL_MONTH = 9;
/** How many listings are so many years old, from next year's models on. */
const AGES: readonly (readonly [age: number, weight: number])[] = [
  ...([-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const).map(
    (age, i) => [age, [1, 6, 9, 11, 13, 12, 11, 9, 8, 7, 5, 4][i] ?? 0] as const,
  ),
  ...Array.from({ length: 21 }, (_, i) => [11 + i, 1.35 * 0.74 ** i] as const),
];
/** What the dearest and the cheapest trim cost against the middle one. */
const TRIM_RANGE = 0.3;
const PLACEHOLDERS = [
  [9999, 24],
  [99999, 2],
  [1111, 2],
  [5555, 2],
  [7777, 2],
  [8888, 2],
] as const;
const LOCATIONS = [
  ['경기', 51], ['서울', 13], ['부산', 10], ['인천', 7], ['대구', 5.5], ['광주', 2.4], ['경남', 2.2], ['대전', 2], ['전북', 1.4],
  ['충남', 1.2], ['울산', 1], ['충북', 0.9], ['경북', 0.9], ['전남', 0.6], ['강원', 0.5], ['제주', 0.3], ['세종', 0.1],
] as const; // prettier-ignore
const TRANSMISSIONS = [
  ['오토', 99.6],
  ['수동', 0.2],
  ['CVT', 0.1],
  ['세미오토', 0.05],
  ['기타', 0.05],
] as const;
const COLORS = ['흰색', '검정색', '은색', '쥐색', '진주색', '청색', '빨간색', '갈색', '녹색'];
const SHARES = {
  placeholder: 0.034,
  zeroPrice: 0.002,
  noTrim: 0.59,
  noRegistration: 0.09,
  noOrigin: 0.055,
  noPhoto: 0.0008,
  noLocation: 0.00007,
};

/**
 * Generates listings that look like the live table's: its quantiles, its makers and models, and its dirt.
 * @param seed the same seed gives the same listings.
 */
export function* generateListings(count = LISTING_COUNT, seed = DEFAULT_SEED): Generator<Listing> {
  const random = new Random(seed);
  const market = new Map(AGES.map(([age]) => [age, modelsOf(CRAWL_YEAR - age, age)]));
  for (let i = 0; i < count; i++) {
    const id = 30_000_000 + i * 83 + random.integer(0, 82);
    const age = random.weighted(AGES);
    yield listing(random, id, age, random.weighted(market.get(age) ?? []));
  }
}

function listing(random: Random, id: number, age: number, model: Model): Listing {
  const year = CRAWL_YEAR - age;
  const trim = random.integer(0, model.trims.length - 1);
  const equipment = model.trims.length === 1 ? 0 : trim / (model.trims.length - 1) - 0.5;
  const originPrice = Math.round(model.originPrice * (1 + TRIM_RANGE * equipment));
  const sellType = random.weighted([
    ['일반', 97.5],
    ['리스', 1.9],
    ['렌트', 0.5],
    [null, 0.1],
  ] as const);
  return {
    vehicle_id: id,
    manufacturer: orNull(random, 0.0003, model.manufacturer),
    model: orNull(random, 0.0002, model.model),
    model_year: orNull(random, 0.0003, year),
    price: sellType === '일반' || sellType === null ? salePrice(random, originPrice, age) : leasePrice(random),
    distance: orNull(random, 0.001, distance(random, age)),
    fuel_type: orNull(random, 0.0005, random.pick(model.fuels)),
    car_type: orNull(random, 0.0004, model.carType),
    transmission: random.weighted(TRANSMISSIONS),
    trim: orNull(random, SHARES.noTrim, model.trims[trim] ?? null),
    color_name: orNull(random, 0.002, random.pick(COLORS)),
    location: orNull(random, SHARES.noLocation, random.weighted(LOCATIONS)),
    detail_url: orNull(random, 0.0002, `https://fem.encar.com/cars/detail/${id}`),
    photo: photo(random, id),
    platform: 'encar',
    origin_price: orNull(random, SHARES.noOrigin, originPrice),
    sell_type: sellType,
    first_registration_date: orNull(random, SHARES.noRegistration, registration(random, year)),
  };
}

function orNull<T>(random: Random, share: number, value: T): T | null {
  return random.chance(share) ? null : value;
}

function salePrice(random: Random, originPrice: number, age: number): number | null {
  if (random.chance(SHARES.placeholder)) return random.weighted(PLACEHOLDERS);
  if (random.chance(SHARES.zeroPrice)) return random.chance(0.5) ? 0 : null;
  // A used car never costs more than a new one.
  // Young cars differ little; years of use tell them apart.
  const spread = Math.min(0.13, 0.03 + 0.015 * Math.max(0, age));
  const left = Math.min(0.98, valueLeft(age) * Math.exp(spread * random.normal()));
  return Math.max(50, Math.floor((originPrice * left) / 10) * 10 - (random.chance(0.4) ? 1 : 0));
}

/** Takeover fees, monthly rates and sums in won all stand in the price of a lease. */
function leasePrice(random: Random): number {
  return random.weighted([
    [0, 10],
    [random.integer(1, 150), 25],
    [random.integer(150, 9_000), 55],
    [random.integer(9_000, 3_603_392), 10],
  ]);
}

function distance(random: Random, age: number): number {
  const yearly = 19_500 * Math.exp(0.48 * random.normal());
  const years = Math.max(0.35, age + 0.3 * random.next());
  // The longer a car is driven, the less a year adds.
  return Math.min(Math.round(yearly * years ** 0.75 + 3_000 * random.next()), random.integer(300_000, 400_000));
}

function photo(random: Random, id: number): string | null {
  if (random.chance(SHARES.noPhoto)) return null;
  const folder = String(random.integer(1, 10)).padStart(2, '0');
  return random.chance(0.0004) ? '' : `/carpicture${folder}/pic${String(id).slice(0, 4)}/${id}_`;
}

/** A model year is sold from the summer before; nothing is registered after the crawl. */
function registration(random: Random, year: number): number {
  if (year > CRAWL_YEAR) return CRAWL_YEAR * 10_000 + random.integer(7, CRAWL_MONTH - 1) * 100 + random.integer(1, 28);
  const last = year === CRAWL_YEAR ? CRAWL_MONTH - 1 : 12;
  return year * 10_000 + random.integer(1, last) * 100 + random.integer(1, 28);
}
