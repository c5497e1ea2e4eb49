import type { Listing } from '../../../../lambda/rules/listing';
import { satisfies, type Condition } from '../../../../lambda/rules/condition';
import { ALWAYS } from '../../../../lambda/rules/always';
import { generateListings } from '../../../../lib/tools/example-data/listings';

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

test.each([[0.05, 740], [0.25, 1650], [0.5, 3000], [0.75, 4750], [0.95, 9999]])('the %d quantile of the price is near %d', (at, figure) => {
  near(quantile(listings.map(({ price }) => price), at), figure, 20);
}); // prettier-ignore

test.each([[0.05, 12_205], [0.25, 36_238], [0.5, 63_310], [0.75, 100_387], [0.95, 179_502]])('the %d quantile of the distance is near %d', (at, figure) => {
  near(quantile(listings.map(({ distance }) => distance), at), figure, 10);
}); // prettier-ignore

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

/** What every answer demands, part by part. */
const parts = 'all' in ALWAYS ? ALWAYS.all : [];

test.each(parts.map((part) => [JSON.stringify(part), part] as const))(
  'some listings fail nothing but %s',
  (_, part) => {
    const others: Condition = { all: parts.filter((each) => each !== part) };
    expect(listings.some((each) => !satisfies(each, part) && satisfies(each, others))).toBe(true);
  },
);

test.each(['포터', '트럭'])('some listings are commercial only by %s in the model, with a type of a car', (word) => {
  const named = listings.filter(
    ({ model, car_type }) => model?.includes(word) && ['RV', '승합'].includes(car_type ?? ''),
  );
  expect(named.length).toBeGreaterThan(0);
});
