import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import { RowColumns, type Row } from '../../../lambda/catalogue/row-columns';
import { generateListings } from '../../../lib/tools/example-data/listings';
import { Random } from '../../../lib/tools/example-data/random';

const ORDERS = 3;
/** More than fit before the columns have to grow, twice. */
const COUNT = 9_000;

function rows(): Row[] {
  const random = new Random(5);
  return Array.from({ length: COUNT }, (_, i) => ({
    price: random.integer(1, 3_000),
    vehicleId: 30_000_000 + ((i * 7_919) % COUNT),
    hash: Buffer.from(i.toString(16).padStart(16, '0'), 'hex'),
    flags: random.integer(0, 65_535),
    modelYear: random.integer(1_990, 2_026),
    distance: random.integer(0, 40),
    ranks: Array.from({ length: ORDERS }, () => random.integer(-1, 60)),
  }));
}

/** As a text: thousands of them compare in no time. */
const line = ({ hash, ...row }: Row) => JSON.stringify({ ...row, hash: hash.toString('hex') });

const lines = (columns: RowColumns): string[] =>
  Array.from({ length: columns.length }, (_, i) =>
    line({
      price: columns.prices[i] ?? NaN,
      vehicleId: columns.vehicleIds[i] ?? NaN,
      hash: columns.hashesOf(Uint32Array.of(i)),
      flags: columns.flags[i] ?? NaN,
      modelYear: columns.modelYears[i] ?? NaN,
      distance: columns.distances[i] ?? NaN,
      ranks: Array.from({ length: ORDERS }, (__, order) => columns.rank(i, order)),
    }),
  );

test('rows keep what was put in, however often the columns had to grow', () => {
  const expected = rows();
  const columns = new RowColumns(ORDERS);
  for (const row of expected) columns.push(row);
  expect(lines(columns)).toEqual(expected.map(line));
});

test('without some, the others are kept, however often the columns had to grow', () => {
  const [expected, columns] = [rows(), new RowColumns(ORDERS)];
  for (const row of expected) columns.push(row);
  const isGone = (vehicleId: number) => vehicleId % 10 === 3;
  const { kept, gone } = columns.without(isGone);
  const [stay, leave] = [false, true].map((is) => expected.filter(({ vehicleId }) => isGone(vehicleId) === is));
  expect(lines(kept)).toEqual(stay?.map(line));
  expect(gone.map((hash) => hash.toString('hex'))).toEqual(leave?.map(({ hash }) => hash.toString('hex')));
});

test('their order is by price, then vehicle_id', () => {
  const expected = rows();
  const columns = new RowColumns(ORDERS);
  for (const row of expected) columns.push(row);
  const sorted = [...expected].sort((a, b) => a.price - b.price || a.vehicleId - b.vehicleId);
  const byPrice = columns.byPrice();
  expect(Array.from(byPrice, (row) => line(expected[row] as Row))).toEqual(sorted.map(line));
  const hashes = Buffer.concat(sorted.map(({ hash }) => hash));
  expect(columns.hashesOf(byPrice).toString('hex')).toBe(hashes.toString('hex'));
});

test.each([
  ['vehicle_id', 3_000_000_000],
  ['model_year', 3_000_000_000],
])('a %s beyond 32 bits is refused by name, and never kept as another one', (column, value) => {
  const builder = new CatalogueBuilder();
  const found = [...generateListings(50, 1)].find((listing) => builder.add(listing) !== undefined);
  if (found === undefined) throw new Error('No listing can be found by a question');
  expect(() => builder.add({ ...found, [column]: value })).toThrow(
    `A listing has the ${column} 3000000000; the index holds integers from -2147483647 to 2147483647. ` +
      'Nothing is published from the table until its owner corrects it.',
  );
  expect(builder.add({ ...found, [column]: 2_147_483_647 })).toBeDefined();
  // No question asks for a car of 50 billion won: it stands behind all others.
  builder.add({ ...found, price: 5_000_000_000 });
  const { prices } = builder.build().columns;
  expect(prices.at(-1)).toBe(2_147_483_647);
});
