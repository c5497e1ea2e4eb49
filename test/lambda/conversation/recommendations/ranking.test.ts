import type { Listing } from '../../../../lambda/rules/listing';
import { PLAIN_REASON, rank } from '../../../../lambda/conversation/recommendations/ranking';

const now = Date.UTC(2026, 10, 24);
const listing = (vehicle_id: number, more: Partial<Listing> = {}): Listing =>
  ({
    vehicle_id,
    manufacturer: '현대',
    car_type: '중형',
    fuel_type: '가솔린',
    price: 2_300,
    model_year: 2020,
    ...more,
  }) as Listing;

test('without preferences the order of the search stays', () => {
  const listings = [listing(3), listing(1), listing(2)];
  const ranked = rank(listings, [], now);
  expect(ranked.map(({ vehicle }) => vehicle.vehicle_id)).toEqual([3, 1, 2]);
  expect(ranked.map(({ reason }) => reason)).toEqual([PLAIN_REASON, PLAIN_REASON, PLAIN_REASON]);
});

test('what a person likes comes first, what they dislike last, and the reason names what decided', () => {
  const listings = [
    listing(1),
    listing(2, { manufacturer: '쌍용' }),
    listing(3, { manufacturer: '기아', car_type: 'SUV' }),
  ];
  const ranked = rank(
    listings,
    [
      { attribute: 'manufacturer', value: '기아', weight: 6 },
      { attribute: 'car_type', value: 'SUV', weight: 20 },
      { attribute: 'manufacturer', value: '쌍용', weight: -20 },
    ],
    now,
  );
  expect(ranked.map(({ vehicle }) => vehicle.vehicle_id)).toEqual([3, 1, 2]);
  expect(ranked[0]?.reason).toBe('관심 보이신 SUV · 기아');
  expect(ranked[2]?.reason).toBe(PLAIN_REASON);
});

test('a small liking does not turn the order of the search over, a large one does', () => {
  const listings = [listing(1), listing(2, { manufacturer: '기아' })];
  const first = (weight: number) => rank(listings, [{ attribute: 'manufacturer', value: '기아', weight }], now)[0];
  // Of 0.5 for the order the second has half; a weight w is worth w / (w + 10).
  expect([2, 4].map((weight) => first(weight)?.vehicle.vehicle_id)).toEqual([1, 2]);
});

test('a price band and an age speak for their neighbours too, less', () => {
  const prices = [1_200, 1_700, 2_300, 2_700, 3_200];
  const listings = prices.map((price, i) => listing(i, { price }));
  const ranked = rank(listings, [{ attribute: 'price', value: '2000', weight: 30 }], now);
  expect(ranked.slice(0, 3).map(({ vehicle }) => vehicle.price)).toEqual([2_300, 1_700, 2_700]);
  expect(ranked[0]?.reason).toBe('관심 가격(2,000~2,500만원대)에 맞는 2,300만원');
  expect(ranked[1]?.reason).toBe('관심 가격(1,500~2,000만원대)에 맞는 1,700만원');
  const [old] = rank([listing(1, { model_year: 2015 })], [{ attribute: 'age', value: '10', weight: 30 }], now);
  expect(old?.reason).toBe('관심 연식인 2015년식(10년 이상 된 차)');
});

test('a reason names what of the listing meets which taste, and what the search asked for', () => {
  const listings = [
    listing(1, { manufacturer: '기아', car_type: 'SUV', price: 2_340 }),
    listing(2, { manufacturer: '기아', car_type: 'SUV', price: 2_290 }),
    listing(3, { manufacturer: '현대', car_type: 'SUV', price: 9_000 }),
  ];
  const weights = [
    { attribute: 'manufacturer', value: '기아', weight: 20 },
    { attribute: 'car_type', value: 'SUV', weight: 30 },
    { attribute: 'price', value: '2000', weight: 10 },
  ] as const;
  expect(rank(listings, weights, now, 'camping_lover').map(({ reason }) => reason)).toEqual([
    '관심 보이신 SUV · 기아, 관심 가격(2,000~2,500만원대)에 맞는 2,340만원, 찾으시는 조건(캠핑)에 맞음',
    '관심 보이신 SUV · 기아, 관심 가격(2,000~2,500만원대)에 맞는 2,290만원, 찾으시는 조건(캠핑)에 맞음',
    '관심 보이신 SUV, 찾으시는 조건(캠핑)에 맞음',
  ]);
});
