import { VALUES, valuesOf, type Described } from '../../../../lambda/conversation/preferences/attributes';

/** Seoul has 2027 already. */
const NOW = Date.parse('2026-12-31T15:00:00Z');

test.each<[Described, string[]]>([
  [
    { manufacturer: '현대', car_type: 'SUV', fuel_type: '전기' },
    ['manufacturer 현대', 'car_type SUV', 'fuel_type 전기'],
  ],
  [{ manufacturer: '', car_type: null, fuel_type: undefined, price: null, model_year: null }, []],
  [{ manufacturer: '기아'.normalize('NFD') }, ['manufacturer 기아']],
  [{}, []],
  [{ price: 1 }, ['price 0']],
  [{ price: 999 }, ['price 0']],
  [{ price: 1_000 }, ['price 1000']],
  [{ price: 1_000_000 }, ['price 9000']],
  ...[0, -1, 1_111, 5_555, 7_777, 8_888, 9_999, 99_999].map((price): [Described, string[]] => [{ price }, []]),
  [{ price: 45, sell_type: '리스', car_type: 'SUV' }, ['car_type SUV']],
  [{ price: 3_603_392, sell_type: '렌트' }, []],
  ...['일반', '', null].map((sell_type): [Described, string[]] => [{ price: 900, sell_type }, ['price 0']]),
  [{ model_year: 2028 }, ['age 0']],
  [{ model_year: 2024 }, ['age 3']],
  [{ model_year: 2017 }, ['age 10']],
  [{ model_year: 1994 }, ['age 10']],
])('of %j preferences learn %j', (vehicle, values) => {
  expect(valuesOf(vehicle, NOW).map((each) => each.join(' '))).toStrictEqual(values);
});

test('bands have these values and no others', () => {
  expect(VALUES).toEqual({
    price: ['0', '1000', '1500', '2000', '2500', '3000', '3500', '4000', '5000', '6500', '9000'],
    age: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
  });
});
