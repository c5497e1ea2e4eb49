import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import type { Listing } from '../../../lambda/rules/listing';
import { select } from '../../../lambda/catalogue/select';
import { canonical, type Question } from '../../../lambda/rules/question';

/** The rules as the contract tells them, by example: each car is written down with what should become of it. */
const base: Listing = {
  vehicle_id: 0, manufacturer: '현대', model: '아반떼 (CN7)', model_year: 2020, price: 2000, distance: 30_000, fuel_type: '가솔린', car_type: '준중형',
  transmission: '오토', trim: null, color_name: '흰색', location: '경기', detail_url: 'https://x/1', photo: '/p/1_', platform: 'encar',
  origin_price: 3000, sell_type: '일반', first_registration_date: 20200101,
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
  ['a placeholder price', { price: 9999 }], ['no price', { price: null }], ['a price of 0', { price: 0 }], ['200,000 km', { distance: 200_000 }],
  ['an unknown distance', { distance: null }], ['a car of 2014', { model_year: 2014 }], ['no photo', { photo: '' }], ['no page', { detail_url: null }],
  ['a maker that is none', { manufacturer: '기타 제조사' }], ['a truck by its type', { car_type: '화물' }], ['a truck by its model', { model: '포터 II' }],
  ['a lease', { sell_type: '리스' }],
])('%s is never shown without lease', (_, car) => {
  expect(answer([car, {}], {})).toEqual([2]);
}); // prettier-ignore

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
  const cars = [SEDAN, { ...SEDAN, model: '아슬란' }, PALISADE, { manufacturer: '제네시스', car_type: 'SUV', model: 'GV80' }, { manufacturer: '제네시스', car_type: '대형', model: 'G90 (RS4)' }, { manufacturer: '벤츠', car_type: '중형', model: 'C클래스' }, { manufacturer: '벤츠', car_type: '준대형', model: 'E-클래스' }, { manufacturer: 'BMW', car_type: '스포츠카', model: 'M4' }]; // prettier-ignore
  expect(answer(cars, { persona: 'ceo_executive' })).toEqual([7, 6, 5, 4, 1, 2]);
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
