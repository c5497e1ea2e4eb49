import type { Listing } from '../../../lambda/rules/listing';
import { MODELS, type Model } from './listing-models';
import { Random } from './random';

/** As many as the live table has. */
export const LISTING_COUNT = 117_129;
export const DEFAULT_SEED = 20_250_917;
/** Raise it when the rows of a seed change: a kept table of another generator is made anew. */
export const GENERATOR_VERSION = 2;

/** The year of the crawl whose figures the listings follow. */
const CRAWL_YEAR = 2025;
/** How many listings are so many years old, from next year's models on. */
const AGES: readonly (readonly [age: number, weight: number])[] = [
  ...([-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const).map(
    (age, i) => [age, [1, 6, 9, 11, 13, 12, 11, 9, 8, 7, 5, 4][i] ?? 0] as const,
  ),
  ...Array.from({ length: 21 }, (_, i) => [11 + i, 2.5 * 0.7 ** i] as const),
];
/** Price against the model's price when new, by age. Above 1 while new: what is listed that early is the better equipped. */
const VALUE = [1.28, 1.23, 1.0, 0.92, 0.75, 0.58, 0.49, 0.4, 0.34, 0.27, 0.24, 0.21, 0.19];
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
const TRIMS = [
  '프리미엄',
  '노블레스',
  '인스퍼레이션',
  '시그니처',
  '럭셔리',
  '2.0 가솔린 모던',
  'AMG Line',
  'M 스포츠 패키지',
  '익스클루시브',
];
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
  const models = MODELS.map((model) => [model, model.weight] as const);
  for (let i = 0; i < count; i++) {
    const id = 30_000_000 + i * 83 + random.integer(0, 82);
    yield listing(random, id, random.weighted(models));
  }
}

function listing(random: Random, id: number, model: Model): Listing {
  const age = random.weighted(AGES);
  const year = CRAWL_YEAR - age;
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
    price: sellType === '일반' || sellType === null ? salePrice(random, model, age) : leasePrice(random),
    distance: orNull(random, 0.001, distance(random, age)),
    fuel_type: orNull(random, 0.0005, random.pick(model.fuels)),
    car_type: orNull(random, 0.0004, model.carType),
    transmission: random.weighted(TRANSMISSIONS),
    trim: orNull(random, SHARES.noTrim, random.pick(TRIMS)),
    color_name: orNull(random, 0.002, random.pick(COLORS)),
    location: orNull(random, SHARES.noLocation, random.weighted(LOCATIONS)),
    detail_url: orNull(random, 0.0002, `https://fem.encar.com/cars/detail/${id}`),
    photo: photo(random, id),
    platform: 'encar',
    origin_price: orNull(random, SHARES.noOrigin, Math.round(model.originPrice * (0.9 + random.next() * 0.35))),
    sell_type: sellType,
    first_registration_date: orNull(random, SHARES.noRegistration, registration(random, year)),
  };
}

function orNull<T>(random: Random, share: number, value: T): T | null {
  return random.chance(share) ? null : value;
}

function salePrice(random: Random, model: Model, age: number): number | null {
  if (random.chance(SHARES.placeholder)) return random.weighted(PLACEHOLDERS);
  if (random.chance(SHARES.zeroPrice)) return random.chance(0.5) ? 0 : null;
  const years = Math.max(0, age);
  const left = VALUE[years] ?? 0.19 * 0.87 ** (years - 12);
  // Dear cars lose more of their price than cheap ones.
  const price = 4_300 * (model.originPrice / 4_000) ** 0.8 * left * Math.exp(0.18 * random.normal());
  return Math.max(50, Math.round(price / 10) * 10 - (random.chance(0.4) ? 1 : 0));
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

function registration(random: Random, year: number): number {
  return year * 10_000 + random.integer(1, 12) * 100 + random.integer(1, 28);
}
