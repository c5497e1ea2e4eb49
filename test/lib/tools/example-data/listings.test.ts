import type { Listing } from '../../../../lambda/rules/listing';
import { satisfies, type Condition } from '../../../../lambda/rules/condition';
import { ALWAYS } from '../../../../lambda/rules/always';
import { generateListings } from '../../../../lib/tools/example-data/listings';
import { MODELS, type Model } from '../../../../lib/tools/example-data/listing-models';

const COUNT = 40_000;
const listings = [...generateListings(COUNT, 1)];

function quantile(values: (number | null)[], share: number): number {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? NaN;
}

const share = (holds: (listing: Listing) => boolean) => listings.filter(holds).length / COUNT;

/** Within so many percent of the figure; the figures are those of a crawl of 8,607 real listings (September 2025). */
function near(value: number, figure: number, percent: number): void {
  expect(Math.abs(value / figure - 1) * 100).toBeLessThan(percent);
}

test('a seed always gives the same listings, and another seed others', () => {
  expect([...generateListings(50, 1)]).toEqual(listings.slice(0, 50));
  expect([...generateListings(50, 2)]).not.toEqual(listings.slice(0, 50));
});

test.each([
  [0.05, 740],
  [0.25, 1650],
  [0.5, 3000],
  [0.75, 4750],
  [0.95, 9999],
])('the %d quantile of the price is near %d', (at, figure) => {
  near(
    quantile(
      listings.map(({ price }) => price),
      at,
    ),
    figure,
    20,
  );
});

test.each([
  [0.05, 12_205],
  [0.25, 36_238],
  [0.5, 63_310],
  [0.75, 100_387],
  [0.95, 179_502],
])('the %d quantile of the distance is near %d', (at, figure) => {
  near(
    quantile(
      listings.map(({ distance }) => distance),
      at,
    ),
    figure,
    10,
  );
});

test('the dirt is there in its shares', () => {
  near(
    share(({ sell_type }) => sell_type === '리스'),
    0.019,
    25,
  );
  near(
    share(({ sell_type }) => sell_type === '렌트'),
    0.005,
    40,
  );
  near(
    share(({ price }) => price === 9999),
    0.024,
    25,
  );
  near(
    share(({ trim }) => trim === null),
    0.59,
    5,
  );
  near(
    share(({ first_registration_date }) => first_registration_date === null),
    0.09,
    15,
  );
  near(
    share(({ origin_price }) => origin_price === null),
    0.055,
    15,
  );
  near(
    share(({ location }) => location === '경기'),
    0.51,
    5,
  );
  near(
    share(({ transmission }) => transmission === '오토'),
    0.996,
    1,
  );
  for (const price of [0, 99_999, 1111, 5555, 7777, 8888])
    expect(listings.some((each) => each.price === price)).toBe(true);
});

test('years reach from 1994 to next year, and every kind of car is there', () => {
  expect(Math.min(...listings.map(({ model_year }) => model_year ?? 9999))).toBe(1994);
  expect(Math.max(...listings.map(({ model_year }) => model_year ?? 0))).toBe(2026);
  const types = new Set(listings.map(({ car_type }) => car_type));
  for (const type of [
    '경차',
    '소형',
    '준중형',
    '중형',
    '준대형',
    '대형',
    'SUV',
    'RV',
    '승합',
    '스포츠카',
    '화물',
    '상용',
    '기타',
    '불명',
    null,
  ]) {
    expect(types).toContain(type);
  }
});

const PLACEHOLDERS = [0, 1111, 5555, 7777, 8888, 9999, 99_999];
const sales = listings.filter(
  ({ sell_type, price }) =>
    (sell_type === '일반' || sell_type === null) && price !== null && !PLACEHOLDERS.includes(price),
);
const pricesOfAge = (age: number) =>
  sales.filter(({ model_year }) => model_year === 2025 - age).map(({ price }) => price);

// Of age 8 the crawl has few rows.
test.each([
  [0, 5920], [1, 4469], [2, 4390], [3, 4480], [4, 3270], [5, 3199], [6, 2450], [7, 1855], [9, 1498], [10, 1090],
  [11, 950], [12, 840],
])('the median sale price at %d years is near %d', (age, figure) => {
  near(quantile(pricesOfAge(age), 0.5), figure, 12);
}); // prettier-ignore

test.each([
  [0, 7324], [1, 6950], [2, 5677], [3, 5124], [4, 4132], [5, 3094], [6, 2608], [7, 2116], [8, 1796], [9, 1436],
])('the average sale price at %d years is near %d', (age, figure) => {
  const prices = pricesOfAge(age);
  near(prices.reduce<number>((sum, price) => sum + (price ?? 0), 0) / prices.length, figure, 33);
}); // prettier-ignore

test('no used car costs more than the same car new', () => {
  expect(sales.filter(({ price, origin_price }) => origin_price !== null && (price ?? 0) > origin_price)).toStrictEqual(
    [],
  );
});

test('what is a year old or less costs at least two thirds of the same car new', () => {
  const young = sales.filter(({ model_year, origin_price }) => (model_year ?? 0) >= 2024 && origin_price !== null);
  expect(young.filter(({ price, origin_price }) => (price ?? 0) < (origin_price ?? 0) * 0.66)).toStrictEqual([]);
});

describe('maker, model, years, type, fuel, trim and new price agree', () => {
  const known = listings.filter(({ manufacturer, model }) => manufacturer !== null && model !== null);
  const market = new Map(MODELS.map((each) => [`${each.manufacturer} ${each.model}`, each]));
  const modelOf = ({ manufacturer, model }: Listing) => market.get(`${manufacturer ?? ''} ${model ?? ''}`);

  test.each<[what: string, holds: (listing: Listing, model: Model) => boolean]>([
    [
      'is listed only for years in which it was made',
      ({ model_year: year }, { years: [first, last] }) => year === null || (first <= year && year <= last),
    ],
    ['has a trim of its maker', ({ trim }, { trims }) => trim === null || trims.includes(trim)],
    [
      'has its own type and fuels',
      ({ car_type, fuel_type }, { carType, fuels }) =>
        (car_type === null || car_type === carType) && (fuel_type === null || fuels.includes(fuel_type)),
    ],
    [
      'cost new what the model costs, by trim',
      ({ origin_price: price }, { originPrice }) => price === null || Math.abs(price / originPrice - 1) < 0.16,
    ],
  ])('a model %s', (_, holds) => {
    expect(
      known.filter((each) => {
        const model = modelOf(each);
        return model === undefined || !holds(each, model);
      }),
    ).toStrictEqual([]);
  });

  // As anybody who knows the Korean market can say.
  test.each([
    ['베라크루즈', 2007, 2015],
    ['아반떼 AD', 2016, 2020],
    ['그랜저 IG', 2017, 2019],
    ['EQ900', 2016, 2018],
    ['디 올 뉴 그랜저 (GN7)', 2023, 2026],
    ['쏘렌토 4세대', 2021, 2026],
    ['E클래스 W213', 2017, 2023],
    ['5시리즈 (G30)', 2017, 2023],
  ])('%s is of %d to %d', (model, first, last) => {
    const years = listings.filter((each) => each.model === model).flatMap(({ model_year }) => model_year ?? []);
    expect([Math.min(...years), Math.max(...years)]).toEqual([first, last]);
  });

  test('nothing is registered before it was made or after the crawl', () => {
    const dated = listings.flatMap(({ model_year: year, first_registration_date: date }) =>
      year === null || date === null ? [] : [[year, date] as const],
    );
    expect(dated.filter(([year, date]) => date > 20_250_930 || Math.floor(date / 10_000) < year - 1)).toStrictEqual([]);
  });
});

/** What every answer demands, part by part. */
const parts = 'all' in ALWAYS ? ALWAYS.all : [];

test.each(parts.map((part) => [JSON.stringify(part), part] as const))(
  'some listings fail nothing but %s',
  (_, part) => {
    const others: Condition = { all: parts.filter((each) => each !== part) };
    expect(listings.some((each) => !satisfies(each, part) && satisfies(each, others))).toBe(true);
  },
);

test.each([
  ['포터', 81],
  ['트럭', 67],
])('some listings are commercial only by %s in the model, with a type of a car', (word, count) => {
  const named = listings.filter(
    ({ model, car_type }) => model?.includes(word) && ['RV', '승합'].includes(car_type ?? ''),
  );
  expect(named).toHaveLength(count);
});
