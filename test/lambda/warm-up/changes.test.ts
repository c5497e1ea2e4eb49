import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import { encodeIndex } from '../../../lambda/catalogue/index-format';
import type { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { BUCKET_KEYS, bucketOf } from '../../../lambda/catalogue/layout';
import { IndexLoader, type LoadedIndex } from '../../../lambda/catalogue/load-index';
import { CATALOGUE_KEYS, chunkKey, deltaKey } from '../../../lambda/contract/keys';
import { createPool } from '../../../lambda/database/pool';
import { READ_TIMEOUT_MS, TableSnapshot } from '../../../lambda/database/table-reader';
import { HASH_BYTES } from '../../../lambda/rules/listing';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { createWarmUpFunction, type WarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import type { WarmUpResult } from '../../../lambda/warm-up/warm-up';
import { withClient } from '../../../lib/tools/example-data/vehicles-table';
import { startEngines, type Engines } from '../../support/engines';

/** What is published by changes is what a publication of the whole would be. */
let engines: Engines;
let warmUp: WarmUpFunction;
let valkey: ValkeyClient;

beforeAll(async () => {
  engines = await startEngines();
  valkey = ValkeyClient.fromEnvironment(engines.env('search'), { commandTimeoutMs: 60_000 });
});

beforeEach(async () => {
  await engines.cluster.flush();
  warmUp = createWarmUpFunction(engines.env('warm-up'));
});

afterEach(() => warmUp.close());

afterAll(async () => {
  valkey.close();
  await engines.stop();
});

const request = () => new RequestContext(120_000, 120_000);
const sql = (text: string) =>
  withClient(engines.postgres.ownerUrl, (client) => client.query<{ count: string; vehicle_id: number }>(text));

const onKey: Engines['cluster']['onKey'] = (...sent) => engines.cluster.onKey(...sent);

/** PostgreSQL tells its counters to other sessions up to a second late. */
async function change(text: string): Promise<void> {
  await sql(`${text}; SELECT pg_stat_force_next_flush()`);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
}

async function afterChange(text: string): Promise<WarmUpResult> {
  await change(text);
  return warmUp.handler({});
}

/** The index of the table as it is, made at once. */
async function wholeIndex(): Promise<CatalogueIndex> {
  const pool = createPool(engines.env('warm-up'));
  const builder = new CatalogueBuilder();
  await TableSnapshot.use(pool, READ_TIMEOUT_MS, async (table) => {
    for await (const page of table.listings()) for (const listing of page) builder.add(listing);
  });
  await pool.end();
  return builder.build();
}

async function loaded(version: string | undefined, known?: CatalogueIndex): Promise<LoadedIndex> {
  const loader = await IndexLoader.find(valkey, request(), version ?? '', known);
  const found = await loader?.load(request());
  if (found === undefined) throw new Error(`The index of ${version} can't be loaded`);
  return found;
}

const bytesOf = (index: CatalogueIndex) => Buffer.concat(encodeIndex(index));

async function missingListings(index: CatalogueIndex): Promise<number> {
  const { columns, size } = index;
  const present = await Promise.all(BUCKET_KEYS.map(async (key) => new Set((await onKey('HKEYS', key)) as string[])));
  return Array.from({ length: size }, (_, row) => row).filter(
    (row) => !present[bucketOf(columns.hashes, row * HASH_BYTES)]?.has(index.field(row)),
  ).length;
}

/** What readers load, with the index at hand and without any, is the whole; and all its listings are there. */
async function expectWhole(version: string | undefined, known?: CatalogueIndex): Promise<LoadedIndex> {
  const wanted = bytesOf(await wholeIndex());
  const cold = await loaded(version);
  expect(bytesOf(cold.index).equals(wanted)).toBe(true);
  expect(bytesOf((await loaded(version, known)).index).equals(wanted)).toBe(true);
  expect(await missingListings(cold.index)).toBe(0);
  return cold;
}

const SOME =
  'SELECT vehicle_id FROM vehicles WHERE price BETWEEN 2000 AND 3000 AND distance < 100000 AND model_year > 2018';

test('changes of every kind, one by one, give what a publication of the whole gives, and cost little', async () => {
  const first = await warmUp.handler({});
  const { base } = await expectWhole(first.version);
  const steps = [
    `UPDATE vehicles SET price = price + 500 WHERE vehicle_id IN (${SOME} ORDER BY vehicle_id LIMIT 1)`,
    `UPDATE vehicles SET distance = 5, model_year = 2024 WHERE vehicle_id IN (${SOME} ORDER BY vehicle_id LIMIT 3)`,
    `DELETE FROM vehicles WHERE vehicle_id IN (${SOME} ORDER BY vehicle_id LIMIT 2)`,
    `INSERT INTO vehicles SELECT * FROM (SELECT * FROM vehicles WHERE vehicle_id IN (${SOME} LIMIT 1)) one WHERE false;
     CREATE TEMP TABLE one AS SELECT * FROM vehicles WHERE vehicle_id IN (${SOME} ORDER BY vehicle_id DESC LIMIT 1);
     UPDATE one SET vehicle_id = 900000001, price = 2345; INSERT INTO vehicles SELECT * FROM one`,
    `UPDATE vehicles SET sell_type = '리스' WHERE vehicle_id IN (${SOME} ORDER BY vehicle_id LIMIT 2)`,
    `UPDATE vehicles SET price = 9999 WHERE vehicle_id = 900000001`,
  ];
  for (const step of steps) {
    const result = await afterChange(step);
    expect(result).toMatchObject({
      outcome: 'published',
      listings: Number((await sql('SELECT count(*) FROM vehicles')).rows[0]?.count),
    });
    expect(result.listingsWritten).toBeLessThanOrEqual(3);
    expect(result.bytesWritten).toBeLessThan(10_000);
    expect(await onKey('EXISTS', chunkKey(result.version ?? '', 0))).toBe(0);
    expect(await onKey('EXISTS', deltaKey(result.version ?? ''))).toBe(1);
    await expectWhole(result.version, base);
  }
});

test('back to what was before: the index of then is current again, and nothing is written', async () => {
  const first = await warmUp.handler({});
  const one = `vehicle_id IN (${SOME} AND sell_type = '일반' ORDER BY vehicle_id LIMIT 1)`;
  const { rows } = await sql(`SELECT vehicle_id FROM vehicles WHERE ${one}`);
  const id = Number(rows[0]?.vehicle_id);
  await afterChange(`UPDATE vehicles SET price = price + 1 WHERE vehicle_id = ${id}`);
  const third = await afterChange(`UPDATE vehicles SET price = price - 1 WHERE vehicle_id = ${id}`);
  expect(third).toMatchObject({ outcome: 'published', version: first.version });
  expect(third.bytesWritten).toBeLessThan(1_000);
  await expectWhole(third.version);
});

test('a process that knows nothing of the table reads all of it, and still writes the change alone', async () => {
  await warmUp.handler({});
  const another = createWarmUpFunction(engines.env('warm-up'));
  await change(`UPDATE vehicles SET price = price + 3 WHERE vehicle_id IN (${SOME} ORDER BY vehicle_id LIMIT 2)`);
  const result = await another.handler({});
  await another.close();
  expect(result.outcome).toBe('published');
  expect(result.bytesWritten).toBeLessThan(10_000);
  await expectWhole(result.version);
});

test('where much has changed, or what it would build upon is gone, the whole is written', async () => {
  await warmUp.handler({});
  const much = await afterChange('UPDATE vehicles SET price = price + 1 WHERE price BETWEEN 100 AND 8000');
  expect(await onKey('EXISTS', chunkKey(much.version ?? '', 0))).toBe(1);
  await expectWhole(much.version);
  await onKey('DEL', chunkKey(much.version ?? '', 0));
  const after = await afterChange(`UPDATE vehicles SET price = price + 1 WHERE vehicle_id IN (${SOME} LIMIT 1)`);
  expect(await onKey('EXISTS', chunkKey(after.version ?? '', 0))).toBe(1);
  await expectWhole(after.version);
});

test('a run that is cut off leaves what was served, and the next one publishes the whole truth', async () => {
  const first = await warmUp.handler({});
  const { base } = await expectWhole(first.version);
  await change(`UPDATE vehicles SET price = price + 7 WHERE vehicle_id IN (${SOME} ORDER BY vehicle_id LIMIT 2)`);
  const denied = async (how: string) =>
    Promise.all(engines.cluster.nodes.map((node) => node.ask('ACL', 'SETUSER', 'warm-up', how)));
  // What comes after the index and before the pointer.
  await denied('-zrevrange');
  await expect(warmUp.handler({})).rejects.toThrow(/NOPERM/);
  await denied('+zrevrange');
  expect(await onKey('HGET', CATALOGUE_KEYS.current, 'version')).toBe(first.version);
  await expectOf(first.version, base);
  const next = await warmUp.handler({});
  expect(next.outcome).toBe('published');
  await expectWhole(next.version, base);
});

/** What readers load is this index. */
async function expectOf(version: string | undefined, index: CatalogueIndex): Promise<void> {
  expect(bytesOf((await loaded(version)).index).equals(bytesOf(index))).toBe(true);
}

test('an operator goes back to a version that is kept as a change, and forward again', async () => {
  const first = await warmUp.handler({});
  const second = await afterChange(`UPDATE vehicles SET price = price + 9 WHERE vehicle_id IN (${SOME} LIMIT 1)`);
  const { index } = await loaded(second.version);
  const third = await afterChange(`UPDATE vehicles SET price = price + 9 WHERE vehicle_id IN (${SOME} LIMIT 1)`);
  await onKey('SET', CATALOGUE_KEYS.pinned, second.version ?? '', 'EX', '3600');
  await onKey('HSET', CATALOGUE_KEYS.current, 'version', second.version ?? '');
  expect(await warmUp.handler({})).toMatchObject({ outcome: 'pinned' });
  await expectOf(second.version, index);
  await onKey('DEL', CATALOGUE_KEYS.pinned);
  expect(await warmUp.handler({})).toMatchObject({ outcome: 'published', version: third.version });
  await expectWhole(third.version);
  expect(new Set([first, second, third].map((each) => each.version)).size).toBe(3);
});
