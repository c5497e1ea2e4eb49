import { createHash } from 'node:crypto';
import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import type { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { select } from '../../../lambda/catalogue/select';
import { contentHash, toJson, type Listing } from '../../../lambda/rules/listing';
import { ORDER_IDS } from '../../../lambda/rules/orders';
import type { Question } from '../../../lambda/rules/question';
import { RULES_VERSION } from '../../../lambda/rules/version';

const listing = (vehicle_id: number, more: Partial<Listing> = {}): Listing => ({
  vehicle_id,
  manufacturer: '볼보',
  model: 'S60',
  model_year: 2020,
  price: 2_000,
  distance: 30_000,
  fuel_type: '가솔린',
  car_type: '중형',
  transmission: '오토',
  trim: null,
  color_name: '흰색',
  location: '경기',
  detail_url: 'https://x',
  photo: '/p',
  platform: 'encar',
  origin_price: 3_000,
  sell_type: '일반',
  first_registration_date: 20200101,
  ...more,
});

const EVERYTHING: Question = {
  budgetMin: 0,
  budgetMax: 1_000_000,
  persona: 'none',
  includeLease: false,
  usage: 'any',
  familyType: 'any',
  limit: 100,
  offset: 0,
};

function indexOf(listings: readonly Listing[]): CatalogueIndex {
  const builder = new CatalogueBuilder();
  for (const each of listings) builder.add(each);
  return builder.build();
}

/** Ten cars, newest first by their ids; 3 and 6 are vans, 8 is a lease. */
const ten = indexOf(
  Array.from({ length: 10 }, (_, i) =>
    listing(i + 1, {
      model_year: 2024 - i,
      price: 1_000 + 100 * i,
      ...(i === 2 || i === 5 ? { car_type: '승합' } : {}),
      ...(i === 7 ? { sell_type: '리스' } : {}),
    }),
  ),
);

function ask(index: CatalogueIndex, asked: Partial<Question>): { total: number; ids: number[] } {
  const selection = select(index, { ...EVERYTHING, ...asked });
  return { total: selection.total, ids: selection.rows.map((row) => index.vehicleId(row)) };
}

test.each<[Partial<Question>, number, number[]]>([
  [{}, 9, [1, 2, 3, 4, 5, 6, 7, 9, 10]],
  [{ includeLease: true }, 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [{ limit: 3 }, 9, [1, 2, 3]],
  [{ limit: 3, offset: 2 }, 9, [3, 4, 5]],
  [{ limit: 3, offset: 8 }, 9, [10]],
  [{ limit: 3, offset: 9 }, 9, []],
  [{ limit: 3, offset: 500 }, 9, []],
  [{ budgetMin: 1_200, budgetMax: 1_400 }, 3, [3, 4, 5]],
  [{ budgetMin: 1_201, budgetMax: 1_399 }, 1, [4]],
  [{ budgetMin: 1_700, budgetMax: 1_700 }, 0, []],
  [{ budgetMin: 1_700, budgetMax: 1_700, includeLease: true }, 1, [8]],
  [{ familyType: 'large' }, 9, [3, 6, 1, 2, 4, 5, 7, 9, 10]],
  [{ familyType: 'large', limit: 3, offset: 1 }, 9, [6, 1, 2]],
  [{ familyType: 'large', limit: 2, offset: 2 }, 9, [1, 2]],
  [{ familyType: 'large', includeLease: true, limit: 2, offset: 8 }, 10, [9, 10]],
  [{ familyType: 'young_children', limit: 1 }, 9, [1]],
])('%j: %i in all, the page is %j', (asked, total, ids) => {
  // Asked again, the total is known before the page is made.
  expect([ask(ten, asked), ask(ten, asked)]).toEqual([
    { total, ids },
    { total, ids },
  ]);
});

test('a page that is fetched ahead counts nothing; the first count of an order stays', () => {
  const index = indexOf([listing(1), listing(2)]);
  const selection = select(index, EVERYTHING);
  expect([index.isCounted('newest', false), selection.rows.length]).toEqual([false, 2]);
  expect([selection.total, index.isCounted('newest', false), index.isCounted('newest', true)]).toEqual([
    2,
    true,
    false,
  ]);
});

test('a page that nothing was counted for has none of what is too cheap or too dear', () => {
  const index = () =>
    indexOf([listing(1, { price: 3_000 }), listing(2, { price: 2_000 }), listing(3, { price: 1_000 })]);
  expect(ask(index(), { budgetMax: 2_999 })).toEqual({ total: 2, ids: [3, 2] });
  expect(ask(index(), { budgetMin: 1_500, budgetMax: 2_500 })).toEqual({ total: 1, ids: [2] });
  const newest = indexOf([listing(1, { price: 3_000, model_year: 2024 }), listing(2, { price: 2_000 })]);
  expect(ask(newest, { budgetMax: 2_999 })).toEqual({ total: 1, ids: [2] });
});

test.each([127, 128, 129])('of %i listings each order counts those in any range that it keeps', (rows) => {
  const types = ['승합', '중형', 'SUV', '대형'];
  const index = indexOf(
    Array.from({ length: rows }, (_, i) =>
      listing(i + 1, {
        price: 2_900 + i,
        car_type: types[i % 4] ?? '',
        sell_type: (i + 1) % 3 === 0 ? '리스' : '일반',
      }),
    ),
  );
  expect(index.size).toBe(rows);
  const cars = [true, false].flatMap((includeLease) => ORDER_IDS.map((order) => ({ order, includeLease })));
  for (const { order, includeLease } of cars) {
    const kept = [...index.columns.orders[order]].filter((row) => includeLease || index.vehicleId(row) % 3 !== 0);
    for (const first of [0, 1, 63, 64, 65, 127])
      for (const end of [first, 64, 65, 127, 128, rows].filter((each) => each >= first && each <= rows)) {
        const expected = kept.filter((row) => row >= first && row < end).length;
        expect({ order, first, end, count: index.count(order, includeLease, first, end) }).toEqual({
          order,
          first,
          end,
          count: expected,
        });
      }
  }
});

test('a row says whose it is: its id, its field, its checksum', () => {
  const listings = [listing(4, { price: 900 }), listing(2, { price: 800 })];
  const index = indexOf(listings);
  expect([index.size, index.vehicleId(0), index.vehicleId(1)]).toEqual([2, 2, 4]);
  const hash = contentHash(Buffer.from(toJson(listings[0] as Listing)));
  expect(index.field(1)).toBe(hash.toString('base64url'));
  expect(index.checksum(1)).toBe(hash.readUInt32BE(0));
});

test('a version names the contents, whatever their order of arrival, and counts what nobody can find', () => {
  const listings = [listing(1), listing(2, { price: 2_100 }), listing(3, { price: 2_200 })];
  expect(indexOf(listings).version).toBe(indexOf(listings.toReversed()).version);
  expect(indexOf(listings).version).toMatch(/^[0-9a-f]{12}$/);
  expect(indexOf(listings.slice(1)).version).not.toBe(indexOf(listings).version);
  // Of nothing it names the format, the rules and the buckets: whoever changes one of them publishes anew.
  const empty = createHash('sha256').update(
    JSON.stringify([2, RULES_VERSION, ['listing:74', 'listing:9', 'listing:24']]),
  );
  expect(indexOf([]).version).toBe(empty.digest('hex').slice(0, 12));
  const builder = new CatalogueBuilder();
  expect(builder.add(listing(1, { price: 9_999 }))).toBeUndefined();
  const stored = builder.add(listing(2));
  expect(stored?.json.toString()).toBe(toJson(listing(2)));
  expect(stored?.hash).toEqual(contentHash(Buffer.from(toJson(listing(2)))));
  expect([builder.listings, builder.build().size]).toEqual([2, 1]);
});

test('a builder without some listings is the builder of the others, and names the hashes that are gone', () => {
  const listings = [listing(1), listing(2, { price: 2_100, car_type: '승합' }), listing(3, { price: 2_200 })];
  const builder = new CatalogueBuilder();
  for (const each of listings) builder.add(each);
  const { others, gone } = builder.without((id) => id === 2, 7);
  expect(gone).toEqual([contentHash(Buffer.from(toJson(listings[1] as Listing)))]);
  expect(others.listings).toBe(7);
  const expected = indexOf([listings[0] as Listing, listings[2] as Listing]);
  expect(others.build().version).toBe(expected.version);
  expect(others.build().columns).toEqual(expected.columns);
});
