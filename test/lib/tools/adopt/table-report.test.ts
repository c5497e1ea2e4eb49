import { CatalogueBuilder } from '../../../../lambda/catalogue/build';
import { tableFacts, type TableFacts } from '../../../../lambda/doctor/table-facts';
import { parseSettings } from '../../../../lib/stages/parse-settings';
import { tableReport } from '../../../../lib/tools/adopt/table-report';
import { startPostgres, type LocalPostgres } from '../../../../lib/tools/engines/postgres';
import { generateListings } from '../../../../lib/tools/example-data/listings';
import { createVehicles, withClient } from '../../../../lib/tools/example-data/vehicles-table';
import { prod } from '../../../support/stages';

const listings = [...generateListings(2_000, 7)];
const settings = parseSettings('prod', prod);
let postgres: LocalPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(() => createVehicles(postgres.ownerUrl, listings));
afterAll(() => postgres.stop());

const owner = (sql: string) => withClient(postgres.ownerUrl, (client) => client.query(sql));
const look = () => tableFacts({ DATABASE_URL: postgres.url });
/** Room for the stage of these tests, whatever this machine's PostgreSQL was given. */
const roomy = (facts: TableFacts): TableFacts => ({
  ...facts,
  connections: { most: 1_000, reserved: 5, others: 40, limit: -1 },
});
const said = (facts: TableFacts) => tableReport(facts, settings);

test('a table that is well: rows, searchable ones, what a warm-up reads, and nothing to mend', async () => {
  const builder = new CatalogueBuilder();
  for (const listing of listings) builder.add(listing);
  const searchable = builder.build().size;
  const facts = await look();
  expect(facts).toMatchObject({
    columns: expect.arrayContaining([{ name: 'price', type: 'integer' }]) as unknown,
    contents: { rows: 2_000, searchable, countable: true, read: { rows: 2_000 }, sums: { rows: 2_000 } },
  });
  expect(facts.columns).toHaveLength(18);
  expect(facts.mismatch).toBeUndefined();
  expect(facts.version).toMatch(/^\d+\.\d+$/);
  const contents = facts.contents && {
    ...facts.contents,
    read: { rows: 400, milliseconds: 200 },
    sums: { rows: 2_000, milliseconds: 310 },
  };
  const { text, exitCode } = said(roomy({ ...facts, contents }));
  expect(exitCode).toBe(0);
  expect(text).not.toContain('✖');
  for (const line of [
    `2,000 rows; ${searchable.toLocaleString('en-US')} (`,
    'The first warm-up reads all rows, about 1 s (400 took 200 ms)',
    'sums the rows (0.3 s on the database)',
    'It looks every 60 s whether anything changed, reading no row',
    'about 2 rows each',
    '1,000, 5 reserved, 40 held by others: 955 for the stage',
  ])
    expect(text).toContain(line);
});

test.each([
  ['a date', 'first_registration_date', "date USING '2024-05-01'::date", 'first_registration_date is date'],
  ['a price in words', 'price', 'text', 'price is text'],
  ['a distance with a fraction', 'distance', 'numeric(12,2)', 'distance is numeric(12,2)'],
  ['a distance by approximation', 'distance', 'double precision', 'distance is double precision'],
  ['a text that is padded', 'fuel_type', 'character(20)', 'fuel_type is character(20)'],
])('%s is refused by its column, and the table is not read', async (_, column, type, mismatch) => {
  await owner(`ALTER TABLE vehicles ALTER ${column} TYPE ${type}`);
  const facts = await look();
  expect(facts.contents).toBeUndefined();
  const { text, exitCode } = said(roomy(facts));
  expect(exitCode).toBe(1);
  expect(text).toMatch(/✖ Table vehicles has columns of types that no search can read/);
  expect(text).toContain(mismatch);
});

test('a column that is gone is named', async () => {
  await owner('ALTER TABLE vehicles DROP COLUMN photo');
  expect(said(roomy(await look()))).toMatchObject({
    exitCode: 1,
    text: expect.stringContaining('lacks the columns photo') as unknown,
  });
});

test('a view tells of no change, which is said', async () => {
  await owner('ALTER TABLE vehicles RENAME TO cars; CREATE VIEW vehicles AS SELECT * FROM cars');
  await owner('GRANT SELECT ON vehicles TO carfin_reader');
  const facts = await look();
  await owner('DROP VIEW vehicles; DROP TABLE cars');
  expect(facts.contents).toMatchObject({ rows: 2_000, countable: false });
  expect(said(roomy(facts)).text).toContain('A view tells of no change: every 60 s it sums the rows');
});

test('an empty table, and one whose rows no question finds, are no success', async () => {
  await owner('UPDATE vehicles SET price = 9999');
  expect(said(roomy(await look()))).toMatchObject({
    exitCode: 1,
    text: expect.stringContaining('2,000 rows, of which no question can find one') as unknown,
  });
  await owner('TRUNCATE vehicles');
  expect(said(roomy(await look())).exitCode).toBe(1);
});

test('no table at all is told as such', async () => {
  await owner('DROP TABLE vehicles');
  await expect(look()).rejects.toThrow('the table is missing (42P01)');
});

test('the limit of the login and connections of others are read, and held against what the stage holds', async () => {
  await owner('ALTER ROLE carfin_reader CONNECTION LIMIT 50');
  const [facts, most] = await withClient(postgres.ownerUrl, async (client) => [
    await look(),
    await client
      .query<{ max_connections: string }>('SHOW max_connections')
      .then(({ rows }) => rows[0]?.max_connections),
  ]);
  await owner('ALTER ROLE carfin_reader CONNECTION LIMIT -1');
  expect(facts.connections).toMatchObject({ most: Number(most), limit: 50 });
  expect(facts.connections.reserved).toBeGreaterThanOrEqual(3);
  // The owner's own, at the least.
  expect(facts.connections.others).toBeGreaterThanOrEqual(1);
  // The settings of prod: 104 (docs/deploy.md).
  const limited = said({ ...roomy(facts), connections: { ...roomy(facts).connections, limit: 50 } });
  expect(limited.exitCode).toBe(1);
  expect(limited.text).toMatch(
    /CONNECTION LIMIT is 50, below 104\n {2}As the owner: ALTER ROLE \w+ CONNECTION LIMIT 208;/,
  );
  const full = said({ ...facts, connections: { most: 148, reserved: 5, others: 40, limit: -1 } });
  expect(full.exitCode).toBe(1);
  expect(full.text).toMatch(/103 for the stage, which holds up to 104\n {2}Raise max_connections/);
  const enough = said({ ...facts, connections: { most: 149, reserved: 5, others: 40, limit: -1 } });
  expect(enough.exitCode).toBe(0);
  expect(enough.text).toContain('A deploy under full load may want 208');
});

test.each([
  ['14.9', /! PostgreSQL 14\.9\. It may tell of a change only when its writer runs another statement or disconnects/],
  ['15.1', /✔ PostgreSQL 15\.1\. It tells of a change within seconds, also while the writer stays connected/],
])('PostgreSQL %s: what it means for freshness', async (version, meaning) => {
  expect(said({ ...roomy(await look()), version }).text).toMatch(meaning);
});
