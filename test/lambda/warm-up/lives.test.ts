import { CurrentCatalogue } from '../../../lambda/catalogue/current-catalogue';
import { BUCKET_KEYS } from '../../../lambda/catalogue/layout';
import { CATALOGUE_KEYS, chunkKey, manifestKey } from '../../../lambda/contract/keys';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { createWarmUpFunction, type WarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { withClient } from '../../../lib/tools/example-data/vehicles-table';
import { startEngines, type Engines } from '../../support/engines';

/** A day, s. What the warm-up keeps alive lives so long after each run. */
const DAY = 86_400;

let engines: Engines;
let warmUp: WarmUpFunction;

beforeAll(async () => {
  engines = await startEngines();
  warmUp = createWarmUpFunction(engines.env('warm-up'));
});

afterAll(async () => {
  await warmUp.close();
  await engines.stop();
});

/** Asks each node: only the owner of the key answers. */
const onKey: Engines['cluster']['onKey'] = (...sent) => engines.cluster.onKey(...sent);

const keysOf = (version: string) => [...BUCKET_KEYS, manifestKey(version), chunkKey(version, 0), CATALOGUE_KEYS.source];
const age = async (keys: string[]) => {
  for (const key of keys) expect([key, await onKey('EXPIRE', key, '100')]).toEqual([key, 1]);
};
const old = async (keys: string[]) => {
  const lives = await Promise.all(keys.map(async (key) => [key, await onKey('TTL', key)] as const));
  return lives.filter(([, life]) => Number(life) < DAY - 600);
};

test('a run that finds the table unchanged gives everything of its catalogue a whole day again', async () => {
  const { version } = await warmUp.handler({});
  await age(keysOf(version ?? ''));
  await warmUp.handler({});
  expect(await old(keysOf(version ?? ''))).toStrictEqual([]);
});

test('a run that publishes gives a day to unchanged listings, and to the catalogue before it', async () => {
  const { version: before } = await warmUp.handler({});
  await age(keysOf(before ?? ''));
  await withClient(engines.postgres.ownerUrl, (client) =>
    client.query(`UPDATE vehicles SET price = price + 10 WHERE vehicle_id = (SELECT min(vehicle_id) FROM vehicles
      WHERE price BETWEEN 2000 AND 3000 AND distance < 100000 AND model_year > 2018 AND sell_type = '일반')`),
  );
  const { version, outcome } = await warmUp.handler({ force: true });
  expect([outcome, version === before]).toEqual(['published', false]);
  expect(await old([...new Set([...keysOf(version ?? ''), ...keysOf(before ?? '')])])).toStrictEqual([]);
});

test('an index that nobody has confirmed for a day answers no more', async () => {
  let ahead = 0;
  const valkey = ValkeyClient.fromEnvironment(engines.env('search'));
  try {
    const catalogue = new CurrentCatalogue(valkey, () => Date.now() + ahead);
    while (catalogue.index === undefined) await catalogue.refresh(new RequestContext());
    const current = catalogue.index;
    ahead = (DAY - 60) * 1_000;
    expect(catalogue.index).toBe(current);
    ahead = (DAY + 1) * 1_000;
    expect(catalogue.index).toBeUndefined();
  } finally {
    valkey.close();
  }
});
