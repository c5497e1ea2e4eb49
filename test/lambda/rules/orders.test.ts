import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import type { Listing } from '../../../lambda/rules/listing';
import { select } from '../../../lambda/catalogue/select';
import { canonical, TYPICAL_QUESTIONS, type Question } from '../../../lambda/rules/question';

/** The rules as the contract tells them, by example: each car is written down with what should become of it. */
const base: Listing = {
  vehicle_id: 0, manufacturer: '현대', model: '아반떼 (CN7)', model_year: 2020, price: 2000, distance: 30_000,
  fuel_type: '가솔린', car_type: '준중형', transmission: '오토', trim: null, color_name: '흰색', location: '경기',
  detail_url: 'https://x/1', photo: '/p/1_', platform: 'encar', origin_price: 3000, sell_type: '일반',
  first_registration_date: 20200101,
}; // prettier-ignore

type Car = Partial<Omit<Listing, 'vehicle_id'>>;

/** @returns the positions (from 1) of the cars in the answer, in its order. */
function answer(cars: readonly Car[], asked: Partial<Question>): number[] {
  const builder = new CatalogueBuilder();
  cars.forEach((car, i) => builder.add({ ...base, ...car, vehicle_id: i + 1 }));
  const index = builder.build();
  const question: Question = {
    budgetMin: 0,
    budgetMax: 1_000_000,
    persona: 'none',
    includeLease: false,
    usage: 'any',
    familyType: 'any',
    limit: 100,
    offset: 0,
    ...asked,
  };
  const { total, rows } = select(index, question);
  expect(total).toBe(rows.length);
  return rows.map((row) => index.vehicleId(row));
}

const SUV: Car = { car_type: 'SUV', manufacturer: '르노코리아(삼성)', model: 'QM6' };
const PALISADE: Car = { car_type: 'SUV', manufacturer: '현대', model: '더 뉴 팰리세이드' };
const TAHOE: Car = { car_type: 'SUV', manufacturer: '쉐보레(GM대우)', model: '타호' };
const SEDAN: Car = { car_type: '대형', manufacturer: '현대', model: '그랜저 IG' };

test.each<[string, Car]>([
  ...[1111, 5555, 7777, 8888, 9999, 99_999].map((price): [string, Car] => [
    `a placeholder price, ${price},`,
    { price },
  ]),
  ...['manufacturer', 'model', 'car_type', 'detail_url', 'photo'].flatMap((name): [string, Car][] =>
    [null, ''].map((value) => [`a car whose ${name} is ${JSON.stringify(value)}`, { [name]: value }]),
  ),
  ...['기타 제조사', '기타', '불명'].map((manufacturer): [string, Car] => [`maker ${manufacturer}`, { manufacturer }]),
  ...['화물', '상용', '기타', '불명', '1톤 포터', '1톤 트럭'].map((type): [string, Car] => [
    `car type ${type}`,
    { car_type: type },
  ]),
  ...['포터 II', '마이티 트럭'].map((model): [string, Car] => [`model ${model}`, { model }]),
  ['no price', { price: null }],
  ['a price of 0', { price: 0 }],
  ['200,000 km', { distance: 200_000 }],
  ['an unknown distance', { distance: null }],
  ['a car of 2014', { model_year: 2014 }],
  ['an unknown year', { model_year: null }],
  ['a lease', { sell_type: '리스' }],
])('%s is never shown without lease', (_, car) => {
  expect(answer([car, {}], {})).toEqual([2]);
});

test('what is just within the rules is shown', () => {
  const cars = [
    { price: 1 },
    { distance: 199_999 },
    { model_year: 2015 },
    { sell_type: '' },
    { manufacturer: '기타자동차' },
  ];
  expect(answer(cars, {}).sort()).toEqual([1, 2, 3, 4, 5]);
});

test('with lease all sell types are shown; NULL is a sale', () => {
  expect(answer([{ sell_type: '리스' }, { sell_type: null }, { sell_type: '렌트' }], { includeLease: true })).toEqual([
    1, 2, 3,
  ]);
  expect(answer([{ sell_type: '리스' }, { sell_type: null }], {})).toEqual([2]);
});

test('prices 1,110 and 1,112 are prices, 1,111 is a placeholder; the budget includes both ends', () => {
  expect(answer([{ price: 1110 }, { price: 1111 }, { price: 1112 }], { budgetMin: 1110, budgetMax: 1112 })).toEqual([
    1, 3,
  ]);
});

test('without a persona: newest, then fewest whole 10,000 km, then cheapest, then lowest id', () => {
  const cars = [
    { model_year: 2019 },
    { distance: 29_999, price: 2100 },
    { distance: 20_000, price: 2200 },
    { distance: 31_000 },
    { distance: 31_000 },
    { model_year: 2021 },
  ];
  expect(answer(cars, {})).toEqual([6, 2, 3, 4, 5, 1]);
});

test('first_car_anxiety: 현대=기아, 제네시스, 쌍용 (contained); small cars only', () => {
  const cars = [
    { manufacturer: 'KG모빌리티(쌍용)' },
    { manufacturer: '제네시스', car_type: '중형' },
    { manufacturer: '기아' },
    { car_type: '대형' },
    { manufacturer: 'BMW' },
    { car_type: '준대형' },
  ];
  expect(answer(cars, { persona: 'first_car_anxiety' })).toEqual([3, 2, 1]);
});

test('working_mom: SUV (contained), 중형, 준중형; then 현대=기아, 제네시스, others', () => {
  const cars = [
    {},
    { car_type: '중형', manufacturer: '제네시스' },
    { car_type: '중형', manufacturer: '기아' },
    SUV,
    { ...SUV, car_type: '소형 SUV', manufacturer: '현대' },
    { car_type: '준대형' },
  ];
  expect(answer(cars, { persona: 'working_mom' })).toEqual([5, 4, 3, 2, 1]);
});

test('mz_office_worker: German, 제네시스, 현대/기아 중형 or 준중형, other 현대/기아, others; then 하이브리드, 가솔린, 디젤, others', () => {
  const cars = [
    { manufacturer: '볼보' }, { car_type: '대형' }, { fuel_type: '디젤' }, { fuel_type: '하이브리드' }, { manufacturer: '제네시스' },
    { manufacturer: '벤츠', fuel_type: '가솔린+전기' }, { manufacturer: 'BMW', fuel_type: '디젤' },
  ]; // prettier-ignore
  expect(answer(cars, { persona: 'mz_office_worker' })).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test('camping: large SUV (maker may be contained), SUV, RV/MPV, 왜건; by persona or by usage', () => {
  const cars = [
    { car_type: '왜건' },
    { car_type: 'RV/MPV' },
    { car_type: 'RV' },
    SUV,
    TAHOE,
    { car_type: '대형 SUV' },
    {},
    { car_type: '준대형' },
  ];
  expect(answer(cars, { persona: 'camping_lover' })).toEqual([5, 6, 4, 2, 3, 1]);
  expect(answer(cars, { usage: 'camping' })).toEqual([5, 6, 4, 2, 3, 1]);
});

test('large_family_dad: RV/MPV or 승합, large SUV, 대형 (exactly), SUV; then 디젤, 하이브리드, 가솔린', () => {
  const cars = [
    SUV,
    SEDAN,
    { ...SEDAN, car_type: '준대형' },
    PALISADE,
    { ...PALISADE, fuel_type: '디젤' },
    { car_type: '승합' },
    { car_type: '승합', fuel_type: '하이브리드' },
  ];
  expect(answer(cars, { persona: 'large_family_dad' })).toEqual([7, 6, 5, 4, 2, 1]);
});

test('ceo_executive: German, 제네시스, 현대/기아 without their SUV; flagships first', () => {
  const cars = [
    SEDAN,
    { ...SEDAN, model: '아슬란' },
    PALISADE,
    { manufacturer: '제네시스', car_type: 'SUV', model: 'GV80' },
    { manufacturer: '제네시스', car_type: '대형', model: 'G90 (RS4)' },
    { manufacturer: '벤츠', car_type: '중형', model: 'C클래스' },
    { manufacturer: '벤츠', car_type: '준대형', model: 'E-클래스' },
    { manufacturer: 'BMW', car_type: '스포츠카', model: 'M4' },
  ];
  expect(answer(cars, { persona: 'ceo_executive' })).toEqual([7, 6, 5, 4, 1, 2]);
});

/** Models that lift a car above a newer one that is otherwise like it, by maker. */
const LARGE_SUVS: [maker: string, models: string[]][] = [
  ['현대', ['더 뉴 팰리세이드', '베라크루즈']], ['기아', ['모하비', 'EV9']], ['제네시스', ['GV80 쿠페']], ['KG모빌리티(쌍용)', ['올 뉴 렉스턴']],
  ['쉐보레(GM대우)', ['트래버스', '타호']], ['BMW', ['X5 (G05)', 'X6', 'X7']], ['벤츠', ['GLE', 'GLS']], ['아우디', ['Q7', 'Q8']],
  ['볼보', ['XC90']], ['폭스바겐', ['투아렉']], ['포르쉐', ['카이엔']],
]; // prettier-ignore
const FLAGSHIPS: [maker: string, models: string[]][] = [
  ['벤츠', ['E클래스 W213', 'E-클래스', 'S클래스', 'S-클래스']], ['BMW', ['5시리즈 (G30)', '7시리즈']], ['아우디', ['A6 (C8)']],
  ['제네시스', ['G80', 'G90']], ['기아', ['더 K9']], ['현대', ['그랜저 IG']],
]; // prettier-ignore

test.each(LARGE_SUVS)('large SUVs of %s are %j, and no car of another type', (manufacturer, models) => {
  const newer = { ...SUV, model_year: 2022 };
  for (const model of models) {
    expect(answer([newer, { ...SUV, manufacturer, model }], { persona: 'camping_lover' })).toEqual([2, 1]);
    expect(answer([newer, { ...SUV, manufacturer: '도요타', model }], { persona: 'camping_lover' })).toEqual([1, 2]);
    expect(answer([newer, { ...SUV, manufacturer, model: 'QM6' }], { persona: 'camping_lover' })).toEqual([1, 2]);
    expect(answer([{ manufacturer, model, car_type: '중형' }], { persona: 'camping_lover' })).toStrictEqual([]);
  }
});

test.each(FLAGSHIPS)('flagships of %s are %j', (manufacturer, models) => {
  const newer = { manufacturer, car_type: '대형', model: '아슬란', model_year: 2022 };
  for (const model of models)
    expect(answer([newer, { ...newer, model, model_year: 2020 }], { persona: 'ceo_executive' })).toEqual([2, 1]);
});

test.each<[Question['persona'], string[], string[]]>([
  ['first_car_anxiety', ['준중형', '소형', '중형'], ['경차', '준대형', '대형', 'SUV', 'RV', '승합', '왜건', '스포츠카']],
  ['working_mom', ['SUV', '소형 SUV', '중형', '준중형'], ['경차', '소형', '준대형', '대형', 'RV', '승합', '왜건']],
  ['mz_office_worker', ['경차', '준중형', '중형', '대형', 'SUV', 'RV', '승합', '스포츠카'], []],
  ['camping_lover', ['SUV', '대형SUV', 'RV', 'RV/MPV', 'MPV', '왜건', '중형 왜건'], ['경차', '중형', '대형', '승합', 'RVX']],
  ['large_family_dad', ['SUV', 'RV', 'RV/MPV', '승합', '대형 승합', '대형'], ['중형', '준대형', '왜건', '스포츠카']],
  ['ceo_executive', ['중형', '준대형', '대형'], ['경차', '소형', '준중형', 'SUV', 'RV', '승합']],
])('%s keeps %j of 현대, not %j', (persona, kept, others) => {
  const cars = [...kept, ...others].map((type) => ({ car_type: type }));
  expect(answer(cars, { persona }).sort((a, b) => a - b)).toEqual(kept.map((_, i) => i + 1));
}); // prettier-ignore

test('makers that a first car and an executive car may have', () => {
  const cars = ['현대', '기아', '제네시스', '쌍용', 'KG모빌리티(쌍용)', 'BMW', '벤츠', '아우디', '볼보'].map(
    (manufacturer) => ({
      manufacturer,
      car_type: '중형',
    }),
  );
  expect(answer(cars, { persona: 'first_car_anxiety' })).toEqual([1, 2, 3, 4, 5]);
  expect(answer(cars, { persona: 'ceo_executive' })).toEqual([6, 7, 8, 3, 1, 2]);
  const suvs = cars.map((car) => ({ ...car, car_type: 'SUV', model: 'X' }));
  expect(answer(suvs, { persona: 'ceo_executive' })).toEqual([6, 7, 8, 3]);
});

test('fuels: 하이브리드, 가솔린, 디젤 for style; 디젤, 하이브리드, 가솔린 for a large family; others last', () => {
  const cars = ['전기', '디젤', '가솔린', '하이브리드'].map((fuel) => ({ fuel_type: fuel, car_type: 'RV' }));
  expect(answer(cars, { persona: 'mz_office_worker' })).toEqual([4, 3, 2, 1]);
  expect(answer(cars, { persona: 'large_family_dad' })).toEqual([2, 4, 3, 1]);
});

test('what the warm-up asks ahead of everybody', () => {
  const rest = { includeLease: false, usage: 'any', familyType: 'any', limit: 20, offset: 0 };
  expect(TYPICAL_QUESTIONS).toEqual([
    { persona: 'first_car_anxiety', budgetMin: 1600, budgetMax: 2000, ...rest },
    { persona: 'working_mom', budgetMin: 2500, budgetMax: 3200, ...rest },
    { persona: 'mz_office_worker', budgetMin: 3800, budgetMax: 4800, ...rest },
    { persona: 'camping_lover', budgetMin: 2500, budgetMax: 4000, ...rest },
    { persona: 'large_family_dad', budgetMin: 2500, budgetMax: 4500, ...rest },
    { persona: 'ceo_executive', budgetMin: 4500, budgetMax: 7000, ...rest },
  ]);
});

test('a family puts its cars before all other tiers and leaves the rest in order', () => {
  const cars = [
    { manufacturer: 'BMW' },
    { manufacturer: '볼보', car_type: '승합' },
    { manufacturer: '제네시스' },
    PALISADE,
  ];
  expect(answer(cars, { persona: 'mz_office_worker' })).toEqual([1, 3, 4, 2]);
  expect(answer(cars, { persona: 'mz_office_worker', familyType: 'large' })).toEqual([4, 2, 1, 3]);
  expect(
    answer([{ car_type: '대형' }, { car_type: '준대형' }, { car_type: '중형' }], { familyType: 'young_children' }),
  ).toEqual([3, 1, 2]);
});

test('single and couple change nothing, the other families stay', () => {
  const parts = {
    budgetMin: 0,
    budgetMax: 1,
    persona: 'none',
    includeLease: false,
    limit: 20,
    offset: 0,
    usage: '',
  } as const;
  const families = ['any', 'single', 'couple', 'young_children', 'large'] as const;
  expect(families.map((familyType) => canonical({ ...parts, familyType }).familyType)).toEqual([
    'any', 'any', 'any', 'young_children', 'large',
  ]); // prettier-ignore
});

test.each<[usage: string, persona: Question['persona'], expected: string]>([
  ['주말에 캠핑 가요', 'none', 'camping'],
  ['차박'.normalize('NFD'), 'none', 'camping'],
  ['camping', 'none', 'camping'],
  ['Camping', 'none', 'any'],
  ['출퇴근', 'none', 'any'],
  ['캠핑', 'working_mom', 'any'],
])('usage %s with persona %s is %s', (usage, persona, expected) => {
  const parts = { budgetMin: 0, budgetMax: 1, persona, includeLease: false, limit: 20, offset: 0 };
  expect(canonical({ ...parts, usage, familyType: 'couple' })).toMatchObject({ usage: expected, familyType: 'any' });
});
