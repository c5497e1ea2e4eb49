import { askedSearch, compareAnswers, RULES } from '../../../lib/client/compare-answers';
import type { Listing } from '../../../lib/client';

const GOOD: Listing = {
  vehicle_id: 1,
  manufacturer: '현대',
  model: '싼타페',
  model_year: 2020,
  price: 2_600,
  distance: 41_000,
  fuel_type: '디젤',
  car_type: 'SUV',
  transmission: '오토',
  trim: null,
  color_name: '흰색',
  location: '경기',
  detail_url: 'https://fem.encar.com/cars/detail/1',
  photo: '/carpicture01/pic1/1_',
  platform: 'encar',
  origin_price: 4_000,
  sell_type: '일반',
  first_registration_date: 20_200_301,
};
const car = (vehicle_id: number, differing: Partial<Listing> = {}): Listing => ({ ...GOOD, vehicle_id, ...differing });
const MOM = askedSearch({ budgetMin: 2_500, budgetMax: 3_200, persona: 'working_mom' });
const ANYBODY = askedSearch({ budgetMin: 2_500, budgetMax: 3_200 });
const page = (...vehicles: Listing[]) => ({ total: vehicles.length, vehicles });

test('the same listings in the same order are the same', () => {
  expect(compareAnswers(MOM, [car(1), car(2)], page(car(1), car(2)))).toEqual({ class: 'same', rules: [] });
  expect(compareAnswers(MOM, [], page())).toEqual({ class: 'same', rules: [] });
});

test('every rule has a sentence', () => {
  expect(Object.keys(RULES)).toEqual([
    'columns', 'budget', 'hidden', 'lease', 'persona', 'order', 'rounding', 'tie', 'limit', 'freshness',
  ]); // prettier-ignore
});

const kept = page(car(1), car(2));
test.each([
  ['a price beyond the budget', MOM, [car(1), car(3, { price: 3_201 }), car(2)], kept, ['budget']],
  [
    'a placeholder price',
    askedSearch({ budgetMin: 2_500, budgetMax: 9_999 }),
    [car(1), car(3, { price: 9_999 }), car(2)],
    kept,
    ['hidden'],
  ],
  ['200,000 km', MOM, [car(1), car(3, { distance: 200_000 }), car(2)], kept, ['hidden']],
  ['a model year of 2014', MOM, [car(1), car(2), car(3, { model_year: 2014 })], kept, ['hidden']],
  ['a listing without a photo', MOM, [car(3, { photo: null }), car(1), car(2)], kept, ['hidden']],
  ['a truck', ANYBODY, [car(3, { car_type: '화물' }), car(1), car(2)], kept, ['hidden']],
  ['a lease', MOM, [car(1), car(3, { sell_type: '리스' }), car(2)], kept, ['lease']],
  ['a car type that the persona leaves out', MOM, [car(1), car(3, { car_type: '소형' }), car(2)], kept, ['persona']],
  [
    'tiers in another order',
    MOM,
    [car(3, { car_type: '중형' }), car(1)],
    page(car(1), car(3, { car_type: '중형' })),
    ['order'],
  ],
  [
    'an older one first',
    ANYBODY,
    [car(2, { model_year: 2019 }), car(1)],
    page(car(1), car(2, { model_year: 2019 })),
    ['order'],
  ],
  [
    'the very km',
    MOM,
    [car(2, { price: 2_700 }), car(1, { distance: 41_900 })],
    page(car(1, { distance: 41_900 }), car(2, { price: 2_700 })),
    ['rounding'],
  ],
  ['equal ones in another order', MOM, [car(2), car(1)], kept, ['tie']],
  [
    'a page of two',
    askedSearch({ budgetMin: 2_500, budgetMax: 3_200, limit: 2 }),
    [car(1), car(2), car(3)],
    { total: 3, vehicles: [car(1), car(2)] },
    ['limit'],
  ],
  [
    'the second page',
    askedSearch({ budgetMin: 2_500, budgetMax: 3_200, limit: 1, offset: 1 }),
    [car(1), car(2), car(3)],
    { total: 3, vehicles: [car(2)] },
    ['limit'],
  ],
  [
    'the family',
    askedSearch({ budgetMin: 1, budgetMax: 9_000, familyType: 'large' }),
    [car(1), car(2, { model: '팰리세이드' })],
    page(car(2, { model: '팰리세이드' }), car(1)),
    ['order'],
  ],
  ['two rules at once', MOM, [car(2), car(3, { sell_type: '렌트' }), car(1)], kept, ['lease', 'tie']],
])('%s is told by its rule', (_, search, original, here, rules) => {
  expect(compareAnswers(search, original, here)).toEqual({ class: 'by rule', rules });
});

test('names without underscores and numbers as text are the rule of columns', () => {
  const plain = (listing: Listing, change: (value: unknown) => unknown) =>
    Object.fromEntries(Object.entries(listing).map(([name, value]) => [name.replaceAll('_', ''), change(value)]));
  expect(compareAnswers(MOM, [plain(car(1), (value) => value)], page(car(1)))).toEqual({
    class: 'by rule',
    rules: ['columns'],
  });
  const asText = plain(car(1), (value) => (typeof value === 'number' ? String(value) : value));
  expect(compareAnswers(MOM, [asText], page(car(1)))).toEqual({ class: 'by rule', rules: ['columns'] });
  const { trim, color_name: color, ...less } = car(1);
  expect([trim, color]).toEqual([null, '흰색']);
  expect(compareAnswers(MOM, [less], page(car(1)))).toEqual({ class: 'by rule', rules: ['columns'] });
});

test.each([
  ['an original that found nothing', [], page(car(1)), 'Place 1: listing 1 is not among the original’s.'],
  [
    'a listing that is missing here',
    [car(1), car(2)],
    page(car(1)),
    'Place 2: listing 2 of the original is not in this API’s answer.',
  ],
  [
    'a listing that the original lacks',
    [car(2)],
    page(car(1), car(2)),
    'Place 1: listing 2 by the original’s matches, 1 here.',
  ],
  ['another price', [car(1, { price: 2_700 })], page(car(1)), 'Listing 1: price is 2700 in the original, 2600 here.'],
  ['another total', [car(1)], { total: 2, vehicles: [car(1)] }, '1 of the original’s listings match, 2 here.'],
  [
    'a wrong order here',
    [car(1), car(2)],
    page(car(2), car(1)),
    'Place 1: listing 1 by the original’s matches, 2 here.',
  ],
  ['listings without a key', [{ model: '싼타페' }], page(car(1)), 'The original’s listings have no vehicle_id.'],
  [
    'listings without what is ordered by',
    [{ vehicle_id: 1, car_type: 'SUV', manufacturer: '현대', price: 2_600 }],
    page(car(1)),
    'The original’s listings lack model_year, distance: no order can be judged.',
  ],
])('%s differs, and the first difference is told', (_, original, here, why) => {
  expect(compareAnswers(MOM, original, here)).toEqual({ class: 'differs', rules: [], why });
});

test('free text becomes what the answer depends on', () => {
  expect(askedSearch({ budgetMin: 1, budgetMax: 2, usage: '주말에 차박' })).toEqual({
    budgetMin: 1,
    budgetMax: 2,
    persona: 'none',
    includeLease: false,
    usage: 'camping',
    familyType: 'any',
    limit: 100,
    offset: 0,
  });
});
