import type { Listing } from '../../../../lambda/rules/listing';
import type { Weight } from '../../../../lambda/conversation/preferences/preference-store';
import type { PersonaId } from '../../../../lambda/rules/orders';
import type { Question } from '../../../../lambda/rules/question';
import { grouped } from '../../../../lambda/conversation/recommendations/needs';
import { rank } from '../../../../lambda/conversation/recommendations/ranking';

const now = Date.UTC(2026, 10, 24);
const listing = (vehicle_id: number, more: Partial<Listing> = {}): Listing =>
  ({
    vehicle_id,
    manufacturer: '현대',
    car_type: '중형',
    fuel_type: '가솔린',
    price: 2_300,
    model_year: 2020,
    distance: 30_000,
    ...more,
  }) as Listing;
const asked = (more: Partial<Question> = {}): Question => ({
  budgetMin: 2_000,
  budgetMax: 3_000,
  persona: 'none',
  includeLease: false,
  usage: 'any',
  familyType: 'any',
  limit: 20,
  offset: 0,
  ...more,
});
/** By what listings of one taste, need and price differ. */
const OWN = '2020년식 · 주행 30,000km';
/** What of a reason is about tastes. */
const tastesOf = (reason = '') =>
  reason
    .split(', ')
    .filter((each) => each.startsWith('관심'))
    .join(', ');

test('without preferences the order of the search stays', () => {
  const listings = [listing(3), listing(1), listing(2)];
  const ranked = rank(listings, [], now, asked());
  expect(ranked.map(({ vehicle }) => vehicle.vehicle_id)).toEqual([3, 1, 2]);
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
    asked(),
  );
  expect(ranked.map(({ vehicle }) => vehicle.vehicle_id)).toEqual([3, 1, 2]);
  expect(ranked[0]?.reason).toBe(`관심 보이신 SUV · 기아, 예산(2,000~3,000만원)에 맞는 2,300만원, ${OWN}`);
  expect(ranked[2]?.reason).toBe(`예산(2,000~3,000만원)에 맞는 2,300만원, ${OWN}`);
});

test('a liking that was written in the letters of its syllables is one', () => {
  const weights: Weight[] = [{ attribute: 'manufacturer', value: '기아'.normalize('NFD'), weight: 20 }];
  const [first] = rank([listing(1), listing(2, { manufacturer: '기아' })], weights, now, asked());
  expect(first).toMatchObject({ vehicle: { vehicle_id: 2 } });
  expect(tastesOf(first?.reason)).toBe('관심 보이신 기아');
});

test('a small liking does not turn the order of the search over, a large one does', () => {
  const listings = [listing(1), listing(2, { manufacturer: '기아' })];
  const first = (weight: number) =>
    rank(listings, [{ attribute: 'manufacturer', value: '기아', weight }], now, asked())[0];
  // Of 0.5 for the order the second has half; a weight w is worth w / (w + 10).
  expect([2, 4].map((weight) => first(weight)?.vehicle.vehicle_id)).toEqual([1, 2]);
});

test('a price band and an age speak for their neighbours too, less', () => {
  const prices = [1_200, 1_700, 2_300, 2_700, 3_200];
  const listings = prices.map((price, i) => listing(i, { price }));
  const ranked = rank(listings, [{ attribute: 'price', value: '2000', weight: 30 }], now, asked());
  expect(ranked.slice(0, 3).map(({ vehicle }) => vehicle.price)).toEqual([2_300, 1_700, 2_700]);
  expect(ranked[0]?.reason).toContain('관심 가격(2,000~2,500만원)에 맞는 2,300만원');
  expect(ranked[1]?.reason).toBe(`관심 가격에 가까운 1,700만원, ${OWN}`);
  const [old] = rank([listing(1, { model_year: 2015 })], [{ attribute: 'age', value: '10', weight: 30 }], now, asked());
  expect(tastesOf(old?.reason)).toBe('관심 연식인 2015년식(10년 이상 된 차)');
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
  expect(rank(listings, weights, now, asked({ persona: 'camping_lover' })).map(({ reason }) => reason)).toEqual([
    `관심 보이신 SUV · 기아, 관심 가격(2,000~2,500만원)에 맞는 2,340만원, 찾으시는 조건(캠핑)에 맞는 SUV, ${OWN}`,
    `관심 보이신 SUV · 기아, 관심 가격(2,000~2,500만원)에 맞는 2,290만원, 찾으시는 조건(캠핑)에 맞는 SUV, ${OWN}`,
    `관심 보이신 SUV, 찾으시는 조건(캠핑)에 맞는 SUV, 예산(2,000~3,000만원)에 맞는 9,000만원, ${OWN}`,
  ]);
});

test('a score is what the tastes are worth together, and half a point for the place in the search', () => {
  const listings = [listing(1), listing(2, { manufacturer: '기아', fuel_type: '디젤' }), listing(3), listing(4)];
  const weights = [
    { attribute: 'manufacturer', value: '기아', weight: 10 },
    { attribute: 'fuel_type', value: '디젤', weight: -2.5 },
  ] as const;
  // 10 / 20 - 2.5 / 12.5, and 3 of 4 places.
  expect(rank(listings, weights, now, asked()).map(({ vehicle, score }) => [vehicle.vehicle_id, score])).toEqual([
    [2, 0.675],
    [1, 0.5],
    [3, 0.25],
    [4, 0.125],
  ]);
  expect(rank([listing(1), listing(2), listing(3)], [], now, asked()).map(({ score }) => score)).toEqual([
    0.5, 0.333, 0.167,
  ]);
});

const reasons = (weights: readonly Weight[], more: Partial<Listing> = {}) =>
  tastesOf(rank([listing(1, more)], weights, now, asked())[0]?.reason);
const plain = (more: Partial<Listing>, question: Partial<Question>) =>
  rank([listing(1, more)], [], now, asked(question))[0]?.reason;
const THE_REST = `예산(2,000~3,000만원)에 맞는 2,300만원, ${OWN}`;
const PALISADE = { model: '팰리세이드', car_type: 'SUV' };

test.each<[PersonaId, Partial<Listing>, string]>([
  ['first_car_anxiety', { car_type: '준중형' }, '찾으시는 조건(첫 차)에 맞는 현대 · 준중형'],
  ['working_mom', PALISADE, '찾으시는 조건(아이와 타는 차)에 맞는 현대 · SUV'],
  ['working_mom', { manufacturer: '볼보', car_type: 'SUV' }, '찾으시는 조건(아이와 타는 차)에 맞는 SUV'],
  [
    'mz_office_worker',
    { manufacturer: 'BMW', fuel_type: '하이브리드' },
    '찾으시는 조건(출퇴근과 스타일)에 맞는 BMW · 하이브리드',
  ],
  ['camping_lover', PALISADE, '찾으시는 조건(캠핑)에 맞는 현대 · 팰리세이드 · SUV'],
  ['camping_lover', { car_type: '대형SUV' }, '찾으시는 조건(캠핑)에 맞는 대형SUV'],
  ['large_family_dad', { car_type: 'RV', fuel_type: '디젤' }, '찾으시는 조건(온 가족이 타는 차)에 맞는 RV · 디젤'],
  [
    'ceo_executive',
    { model: '그랜저 IG', car_type: '준대형' },
    '찾으시는 조건(골프와 비즈니스)에 맞는 현대 · 그랜저 IG · 준대형',
  ],
])('without preferences a reason for %s names what of %j meets it', (persona, more, words) => {
  expect(plain(more, { persona })).toBe(`${words}, ${THE_REST}`);
});

test('of a listing that a persona only does not keep out a reason does not say that it suits', () => {
  expect(plain({ manufacturer: '볼보', fuel_type: 'LPG' }, { persona: 'mz_office_worker' })).toBe(THE_REST);
});

test('a reason names usage and family, where the listing meets them', () => {
  expect(plain({}, { familyType: 'young_children' })).toBe(`찾으시는 조건(어린 자녀)에 맞는 중형, ${THE_REST}`);
  // It puts some before the others, and keeps none out.
  expect(plain({}, { familyType: 'large' })).toBe(THE_REST);
});

test.each<[Partial<Question>, Partial<Listing>, string]>([
  [{ usage: 'camping', familyType: 'large' }, PALISADE, '찾으시는 조건(캠핑 · 대가족)에 맞는 현대 · 팰리세이드 · SUV'],
  [
    { persona: 'working_mom', familyType: 'large' },
    PALISADE,
    '찾으시는 조건(아이와 타는 차 · 대가족)에 맞는 현대 · 팰리세이드 · SUV',
  ],
  [
    { persona: 'large_family_dad', familyType: 'young_children' },
    { car_type: 'RV', fuel_type: '디젤' },
    '찾으시는 조건(온 가족이 타는 차 · 어린 자녀)에 맞는 RV · 디젤',
  ],
  [
    { persona: 'mz_office_worker', familyType: 'young_children' },
    { manufacturer: 'BMW', car_type: 'SUV' },
    '찾으시는 조건(출퇴근과 스타일)에 맞는 BMW · 가솔린, 찾으시는 조건(어린 자녀)에 맞는 SUV',
  ],
  [
    { persona: 'mz_office_worker', familyType: 'young_children' },
    { manufacturer: '볼보', car_type: 'SUV', fuel_type: 'LPG' },
    '찾으시는 조건(어린 자녀)에 맞는 SUV',
  ],
])('of %j and %j a reason says once what meets both needs', (question, more, words) => {
  expect(plain(more, question)).toBe(`${words}, ${THE_REST}`);
});

test('listings that differ in year or distance alone have reasons of their own, whatever is liked', () => {
  const weights: Weight[] = [
    { attribute: 'age', value: '6', weight: 30 },
    { attribute: 'price', value: '2000', weight: 20 },
  ];
  const listings = [listing(1), listing(2, { distance: 30_001 }), listing(3, { model_year: 2019 })];
  expect(rank(listings, weights, now, asked()).map(({ reason }) => reason)).toEqual([
    '관심 연식인 2020년식(6년 된 차), 관심 가격(2,000~2,500만원)에 맞는 2,300만원, 주행 30,000km',
    '관심 연식인 2020년식(6년 된 차), 관심 가격(2,000~2,500만원)에 맞는 2,300만원, 주행 30,001km',
    '관심 가격(2,000~2,500만원)에 맞는 2,300만원, 관심 연식에 가까운 2019년식(7년 된 차), 주행 30,000km',
  ]);
});

test('what a lease or rental costs is a taste of nobody, and called what it is', () => {
  const weights: Weight[] = [{ attribute: 'price', value: '0', weight: 30 }];
  const [rental] = rank([listing(1, { price: 45, sell_type: '렌트' })], weights, now, asked({ budgetMin: 0 }));
  expect(rental).toMatchObject({ score: 0.5, reason: `예산(3,000만원 이하)에 맞는 렌트 45만원, ${OWN}` });
});

test('of what is ranked comes as much as was asked for', () => {
  const weights: Weight[] = [{ attribute: 'manufacturer', value: '기아', weight: 20 }];
  const listings = [listing(1), listing(2), listing(3, { manufacturer: '기아' })];
  const ranked = rank(listings, weights, now, asked({ limit: 2 }));
  expect(ranked.map(({ vehicle }) => vehicle.vehicle_id)).toEqual([3, 1]);
});

test('a reason has the price, year and distance of its own listing, as far as it says them', () => {
  expect(plain({ price: 2_990, model_year: 2023, distance: 1_234 }, { budgetMin: 0 })).toBe(
    '예산(3,000만원 이하)에 맞는 2,990만원, 2023년식 · 주행 1,234km',
  );
  expect(plain({ price: null, model_year: null }, {})).toBe('주행 30,000km');
  expect(plain({ price: null, model_year: null, distance: null }, {})).toBe('');
  expect(plain({}, { budgetMin: 2_300, budgetMax: 2_300 })).toBe(`예산(2,300만원)에 맞는 2,300만원, ${OWN}`);
  expect(plain({}, { budgetMin: 0, budgetMax: 0 })).toMatch(/^예산\(0만원 이하\)/);
});

test('a reason names three tastes at most, the strongest first, and none that hardly counts', () => {
  const all: Weight[] = [
    { attribute: 'age', value: '6', weight: 1.1 },
    { attribute: 'fuel_type', value: '가솔린', weight: 5 },
    { attribute: 'price', value: '2000', weight: 4 },
    { attribute: 'car_type', value: '중형', weight: 5 },
    { attribute: 'manufacturer', value: '현대', weight: 3 },
  ];
  // Of the same weight: maker, type, fuel, price, age.
  expect(reasons(all)).toBe('관심 보이신 중형 · 가솔린, 관심 가격(2,000~2,500만원)에 맞는 2,300만원');
  expect(reasons(all.slice(0, 1))).toBe('');
  expect(reasons([{ attribute: 'age', value: '6', weight: 1.2 }])).toBe('관심 연식인 2020년식(6년 된 차)');
});

test.each<[string, Partial<Listing>, string]>([
  ['2000', { price: 1_999 }, '관심 가격에 가까운 1,999만원'],
  ['2000', { price: 2_500 }, '관심 가격에 가까운 2,500만원'],
  ['2000', { price: 3_000 }, ''],
  ['2000', { price: 1_499 }, ''],
  ['9000', { price: 12_000 }, '관심 가격(9,000만원 이상)에 맞는 12,000만원'],
  ['6500', { price: 12_000 }, '관심 가격에 가까운 12,000만원'],
  ['0', { price: 1_200 }, '관심 가격에 가까운 1,200만원'],
  ['1234', { price: 1_200 }, ''],
  ['1234', { price: 500 }, ''],
  ['2000', { price: 9_999 }, ''],
  ['2000', { price: 0 }, ''],
  ['2000', { price: null }, ''],
])('who looks at %s is told of %j: %s', (value, more, reason) => {
  expect(reasons([{ attribute: 'price', value, weight: 30 }], more)).toBe(reason);
});

test.each<[string, number | null, string]>([
  ['3', 2023, '관심 연식인 2023년식(3년 된 차)'],
  ['3', 2022, '관심 연식에 가까운 2022년식(4년 된 차)'],
  ['3', 2024, '관심 연식에 가까운 2024년식(2년 된 차)'],
  ['3', 2021, ''],
  ['1', 2026, '관심 연식에 가까운 2026년식'],
  ['0', 2026, '관심 연식인 2026년식'],
  ['0', 2027, '관심 연식인 2027년식'],
  ['9', 2010, '관심 연식에 가까운 2010년식(10년 이상 된 차)'],
  ['10', 2017, '관심 연식에 가까운 2017년식(9년 된 차)'],
  ['10', 2018, ''],
  ['10', null, ''],
])('who looks at %s years is told of a car of %p: %s', (value, model_year, reason) => {
  expect(reasons([{ attribute: 'age', value, weight: 30 }], { model_year })).toBe(reason);
});

test('a neighbour counts half, and a band that is liked itself keeps what it has', () => {
  const scores = (weights: readonly Weight[]) => rank([listing(1)], weights, now, asked())[0]?.score;
  expect(scores([{ attribute: 'price', value: '2500', weight: 20 }])).toBe(1);
  expect(
    scores([
      { attribute: 'price', value: '2000', weight: 10 },
      { attribute: 'price', value: '2500', weight: -20 },
    ]),
  ).toBe(0.5);
  expect(scores([{ attribute: 'manufacturer', value: '기아', weight: 20 }])).toBe(0.5);
});

test('a year begins in Korea: nine hours before it does in UTC', () => {
  const newYear = Date.UTC(2026, 11, 31, 15);
  const weights: Weight[] = [{ attribute: 'age', value: '0', weight: 30 }];
  const [before, after] = [newYear - 1, newYear].map((at) =>
    tastesOf(rank([listing(1, { model_year: 2026 })], weights, at, asked())[0]?.reason),
  );
  expect([before, after]).toEqual(['관심 연식인 2026년식', '관심 연식에 가까운 2026년식(1년 된 차)']);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [123_456, '123,456'],
  [10_000_000, '10,000,000'],
])('%d is written %s', (amount, text) => {
  expect(grouped(amount)).toBe(text);
});
