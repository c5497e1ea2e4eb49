import { randomUUID } from 'node:crypto';
import { CATALOGUE_KEYS, chunkKey, manifestKey, questionId } from '../../../lambda/contract/keys';
import { TYPICAL_QUESTIONS } from '../../../lambda/rules/question';
import { createSearchFunction } from '../../../lambda/search/search-function';
import { createWarmUpFunction, type WarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { retained } from '../../../lambda/warm-up/retention';
import { LocalFunctions } from '../../../lib/tools/local-stage/local-system';
import { withClient } from '../../../lib/tools/example-data/vehicles-table';
import { search, startEngines, type Engines } from '../../support/engines';

let engines: Engines;
let warmUp: WarmUpFunction;

beforeAll(async () => {
  engines = await startEngines();
});

beforeEach(async () => {
  await engines.cluster.flush();
  warmUp = createWarmUpFunction(engines.env('warm-up'));
});

afterEach(async () => {
  await warmUp.close();
});

afterAll(async () => {
  await engines.stop();
});

const onKey: Engines['cluster']['onKey'] = (...sent) => engines.cluster.onKey(...sent);

const sql = (text: string) => withClient(engines.postgres.ownerUrl, (client) => client.query(text));

/** Of three listings that typical questions find. */
const CHANGE = `UPDATE vehicles SET price = price + 10 WHERE vehicle_id IN (
  SELECT vehicle_id FROM vehicles WHERE price BETWEEN 2000 AND 3000 AND distance < 100000 AND model_year > 2018
    AND car_type = 'SUV' AND sell_type = '일반' ORDER BY vehicle_id LIMIT 3)`;

/** Whether it has ended, a moment later. */
const hasLooked = (run: Promise<unknown>) =>
  Promise.race([run.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 20))]);

/** The version that the pointer names. */
const served = () => onKey('HGET', CATALOGUE_KEYS.current, 'version');

/** PostgreSQL tells its counters to other sessions up to a second late. */
async function afterStatistics(): Promise<void> {
  await sql('SELECT pg_stat_force_next_flush()');
  await new Promise((resolve) => setTimeout(resolve, 1_200));
}

test('the first run reads the table and publishes; an unchanged table then costs one small query', async () => {
  await afterStatistics();
  const first = await warmUp.handler({});
  expect(first).toMatchObject({ outcome: 'published', tableRead: true, listings: engines.listings.length });
  expect(first).toMatchObject({ searchable: 3_399, listingsWritten: 3_399 });
  const second = await warmUp.handler({});
  expect(second).toMatchObject({
    outcome: 'unchanged',
    version: first.version,
    tableRead: false,
    databaseQueries: 1,
    listingsWritten: 0,
  });
  expect(second).toMatchObject({ listings: first.listings, searchable: first.searchable });
});

test('told to look again it does so until the next minute, and a change is published within its run', async () => {
  await afterStatistics();
  await warmUp.handler({});
  const staying = createWarmUpFunction(engines.env('warm-up'), undefined, 20_000);
  const before = await warmUp.handler({});
  const run = staying.handler({ everySeconds: 1 });
  await sql(CHANGE);
  await run;
  await staying.close();
  const { version } = await warmUp.handler({});
  expect([version === before.version, version]).toEqual([false, await served()]);
  // It lies between the look that found the catalogue of before and the one that found this.
  const [changedAt, publishedAt] = (
    (await onKey('HMGET', manifestKey(version ?? ''), 'changedAt', 'publishedAt')) as string[]
  ).map(Number);
  expect(changedAt).toBeGreaterThan(Date.now() - 60_000);
  expect(changedAt).toBeLessThan(publishedAt ?? 0);
});

test('a changed table is published as another version, and only what changed is written', async () => {
  const first = await warmUp.handler({});
  await sql(CHANGE);
  await afterStatistics();
  const second = await warmUp.handler({});
  expect(second.outcome).toBe('published');
  expect([second.version === first.version, second.version]).toEqual([false, await served()]);
  expect(second.listingsWritten).toBe(3);
  // The one before is kept, so that an operator can go back.
  expect(await onKey('EXISTS', manifestKey(first.version ?? ''))).toBe(1);
});

test('a table that changed and changed back flips nothing', async () => {
  const first = await warmUp.handler({});
  await sql('UPDATE vehicles SET price = price');
  await afterStatistics();
  expect(await warmUp.handler({})).toMatchObject({
    outcome: 'unchanged',
    version: first.version,
    tableRead: true,
    listingsWritten: 0,
  });
});

test.each([
  ['the manifest', (version: string) => manifestKey(version)],
  ['a piece of the index', (version: string) => chunkKey(version, 0)],
  ['a bucket of listings', () => 'listing:9'],
])('what was evicted is noticed and written again: %s', async (_, keyOf) => {
  await afterStatistics();
  const first = await warmUp.handler({});
  await onKey('DEL', keyOf(first.version ?? ''));
  expect(await warmUp.handler({})).toMatchObject({ tableRead: true, version: first.version });
  expect(await onKey('EXISTS', keyOf(first.version ?? ''))).toBe(1);
  expect(await warmUp.handler({})).toMatchObject({ tableRead: false });
});

test('a catalogue that is empty or has lost half of its listings is refused, unless told otherwise', async () => {
  const first = await warmUp.handler({});
  await sql('CREATE TABLE kept AS SELECT * FROM vehicles');
  try {
    await sql('DELETE FROM vehicles WHERE vehicle_id % 3 <> 0');
    await expect(warmUp.handler({ force: true })).rejects.toThrow(
      /nothing is published and the current catalogue stays.*warm --allow-shrink/,
    );
    expect(await onKey('HGET', CATALOGUE_KEYS.current, 'version')).toBe(first.version);
    expect(await warmUp.handler({ force: true, allowShrink: true })).toMatchObject({ outcome: 'published' });
    await sql('TRUNCATE vehicles');
    await expect(warmUp.handler({ force: true })).rejects.toThrow(/gives 0 searchable listings/);
  } finally {
    await sql('TRUNCATE vehicles; INSERT INTO vehicles SELECT * FROM kept; DROP TABLE kept');
  }
});

test('an operator who pinned a version keeps it, whatever the table says', async () => {
  const first = await warmUp.handler({});
  await onKey('SET', CATALOGUE_KEYS.pinned, first.version ?? '', 'EX', '3600');
  await sql('UPDATE vehicles SET price = price + 1 WHERE price > 100');
  try {
    expect(await warmUp.handler({ force: true })).toMatchObject({ outcome: 'pinned' });
    expect(await onKey('HGET', CATALOGUE_KEYS.current, 'version')).toBe(first.version);
    await onKey('DEL', CATALOGUE_KEYS.pinned);
    expect(await warmUp.handler({})).toMatchObject({ outcome: 'published' });
  } finally {
    await sql('UPDATE vehicles SET price = price - 1 WHERE price > 101');
  }
});

test('only one runs at a time; who comes second finds the work of the first', async () => {
  const another = createWarmUpFunction(engines.env('warm-up'));
  const results = await Promise.all([warmUp.handler({}), another.handler({})]);
  await another.close();
  expect(results.filter(({ outcome }) => outcome === 'published')).toHaveLength(1);
});

test('the lease of one that died is no success: it is waited for, and the work is done', async () => {
  await onKey('SET', CATALOGUE_KEYS.lease, 'a run that was killed', 'PX', '1000');
  expect(await warmUp.handler({})).toMatchObject({ outcome: 'published', tableRead: true });
});

test('one that renews its lease is left to its work', async () => {
  await onKey('SET', CATALOGUE_KEYS.lease, 'one', 'PX', '60000');
  const waiting = warmUp.handler({});
  // Looked at once, the lease has another holder: somebody is at work.
  while (!(await hasLooked(waiting))) await onKey('SET', CATALOGUE_KEYS.lease, randomUUID(), 'PX', '60000');
  expect(await waiting).toMatchObject({ outcome: 'busy', tableRead: false });
});

test('a run that loses its lease publishes nothing', async () => {
  const running = warmUp.handler({});
  while ((await onKey('EXISTS', CATALOGUE_KEYS.lease)) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await onKey('SET', CATALOGUE_KEYS.lease, 'another', 'PX', '20000');
  await expect(running).rejects.toThrow(/Another warm-up has taken over/);
  expect(await onKey('EXISTS', CATALOGUE_KEYS.current)).toBe(0);
});

test('typical and popular questions are answered ahead', async () => {
  const popular = { ...TYPICAL_QUESTIONS[0], budgetMin: 777, budgetMax: 3777 } as (typeof TYPICAL_QUESTIONS)[0];
  const asker = await createSearchFunction(engines.env('search'));
  await asker.handler(search('budgetMin=777&budgetMax=3777&persona=first_car_anxiety'));
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  await asker.handler(search('budgetMin=1&budgetMax=2')); // the counts ride on this wave
  await asker.close();
  const result = await warmUp.handler({});
  // Six that are typical, and two that were asked.
  expect(result.answersPrecomputed).toBe(8);
  const hits = await createSearchFunction(engines.env('search'));
  const answer = await hits.handler(search('budgetMin=777&budgetMax=3777&persona=first_car_anxiety'));
  await hits.close();
  expect([questionId(popular), answer.headers?.['x-cache']]).toEqual([
    '777-3777_first_car_anxiety_nolease_any_any_20_0',
    'hit',
  ]);
});

test('listings that no kept version needs are removed', async () => {
  await warmUp.handler({});
  await onKey('HSET', 'listing:9', 'AAAAAAAAAAA', '{"vehicle_id":1}');
  await onKey('DEL', CATALOGUE_KEYS.swept);
  await warmUp.handler({ force: true });
  expect(await onKey('HEXISTS', 'listing:9', 'AAAAAAAAAAA')).toBe(0);
});

test('a PostgreSQL that is away or refuses is named as what it is', async () => {
  const told = (run: Promise<unknown>) => run.then(String, String);
  const away = createWarmUpFunction({ ...engines.env('warm-up'), DATABASE_URL: 'postgres://carfin@127.0.0.1:1/x' });
  try {
    // Not with its code: an error of Node.js itself is none to a module that Jest has loaded.
    expect(await told(away.handler({}))).toMatch(/^DatabaseUnavailableError: The database is unavailable: /);
  } finally {
    await away.close();
  }
  const reader = new URL(engines.postgres.url).username;
  await sql(`REVOKE SELECT ON vehicles FROM ${reader}`);
  try {
    expect(await told(warmUp.handler({ force: true }))).toBe(
      'DatabaseUnavailableError: The database is unavailable: permission denied (42501)',
    );
  } finally {
    await sql(`GRANT SELECT ON vehicles TO ${reader}`);
  }
});

test('a missing column is named', async () => {
  await sql('ALTER TABLE vehicles RENAME COLUMN fuel_type TO fuel');
  try {
    await expect(warmUp.handler({ force: true })).rejects.toThrow(/lacks the columns fuel_type .*it has .*fuel/);
  } finally {
    await sql('ALTER TABLE vehicles RENAME COLUMN fuel TO fuel_type');
  }
});

test.each([
  ['first_registration_date', 'date'],
  ['price', 'text'],
  ['distance', 'double precision'],
  ['origin_price', 'numeric(10,2)'],
  ['car_type', 'character(20)'],
])('a column whose type drifted is named and nothing is published: %s as %s', async (column, type) => {
  const before = await warmUp.handler({ force: true });
  await sql(`ALTER TABLE vehicles RENAME COLUMN ${column} TO before`);
  await sql(`ALTER TABLE vehicles ADD COLUMN ${column} ${type}`);
  try {
    // Not forced: the fingerprint says that something has changed.
    await expect(warmUp.handler({})).rejects.toThrow(`${column} is ${type}, must be a `);
  } finally {
    await sql(`ALTER TABLE vehicles DROP COLUMN ${column}`);
    await sql(`ALTER TABLE vehicles RENAME COLUMN before TO ${column}`);
  }
  expect((await warmUp.handler({ force: true })).version).toBe(before.version);
});

describe('retention', () => {
  const minute = 60_000;
  const now = 1_000 * minute;
  const each = (minutes: number) => ({ version: `v${minutes}`, publishedAt: now - minutes * minute });

  test('keeps the newest, what is still read, and one version for each quarter of an hour of two hours', () => {
    const history = Array.from({ length: 200 }, (_, i) => each(i));
    const kept = retained(history, ['v199'], now);
    for (const version of ['v0', 'v1', 'v2', 'v4', 'v199']) expect(kept).toContain(version);
    expect(kept.size).toBe(15);
    expect([...kept].some((version) => Number(version.slice(1)) > 90 && version !== 'v199')).toBe(true);
  });

  test('keeps three versions however old they are', () => {
    expect(retained([each(9_000), each(8_000), each(7_000), each(6_000)], [], now)).toEqual(
      new Set(['v6000', 'v7000', 'v8000']),
    );
  });
});

test('a run that is killed at any point leaves what is served whole, and the next run finishes the work', async () => {
  const functions = new LocalFunctions(engines.cluster, engines.postgres.url);
  const before = await warmUp.handler({});
  await sql("UPDATE vehicles SET color_name = 'killed' WHERE vehicle_id % 2 = 0");
  const asker = await createSearchFunction(engines.env('search'));
  try {
    for (const delayMs of [20, 60, 120, 200, 300]) {
      const local = await functions.start('warm-up');
      void local.invoke({ force: true }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await local.stop();
      const answer = await asker.handler(search(`budgetMin=1000&budgetMax=4000&limit=${Math.ceil(delayMs / 10)}`));
      expect([answer.statusCode, answer.headers?.['x-cache']]).toEqual([200, 'index']);
      await onKey('DEL', CATALOGUE_KEYS.lease); // as if its 20 seconds were over
    }
    const { outcome, version } = await warmUp.handler({ force: true });
    expect(outcome).toMatch(/published|unchanged/);
    expect([version === before.version, version]).toEqual([false, await served()]);
  } finally {
    await asker.close();
    await functions.stop();
  }
});
