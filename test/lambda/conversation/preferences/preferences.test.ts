import fc from 'fast-check';
import { preferenceKeys } from '../../../../lambda/contract/keys';
import { createRouter } from '../../../../lambda/http/router';
import { EPOCH_MS, MICRO } from '../../../../lambda/conversation/preferences/decay';
import { preferenceRoutes } from '../../../../lambda/conversation/preferences/preference-routes';
import { PreferenceStore, type Signal } from '../../../../lambda/conversation/preferences/preference-store';
import { LIMITS, SIGNAL_POINTS, SIGNAL_TYPES } from '../../../../lambda/conversation/preferences/signal';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../../lambda/valkey/client';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';
import { call } from '../../../support/api';
import { livesFor } from '../../../support/lives';

/** Points count half after 30 days. */
const HALF_LIFE_MS = 30 * 86_400_000;

let cluster: LocalCluster;
let valkey: ValkeyClient;
let store: PreferenceStore;
let handler: ReturnType<typeof createRouter>;

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
  valkey = ValkeyClient.fromEnvironment(cluster.environment('conversation'));
  store = new PreferenceStore(valkey);
  handler = createRouter(preferenceRoutes(store), () => undefined);
});

afterAll(async () => {
  valkey.close();
  await cluster.stop();
});

const kia = { manufacturer: '기아', car_type: 'SUV', fuel_type: '디젤', price: 2_700, model_year: 2022 };
const signals = (user: string, ...list: unknown[]) =>
  call(handler, 'POST', `/v1/users/${user}/signals`, { body: { signals: list } });
const preferences = (user: string) => call(handler, 'GET', `/v1/users/${user}/preferences`);
const put = (user: string, weights: unknown, headers = {}) =>
  call(handler, 'PUT', `/v1/users/${user}/preferences`, { body: { weights }, headers });

/** Runs one command on the primary that holds the key. */
const onKey: LocalCluster['onKey'] = (...sent) => cluster.onKey(...sent);
async function keptWeights(user: string): Promise<Record<string, string>> {
  const flat = (await onKey('HGETALL', preferenceKeys(user)[0])) as string[];
  const fields = Object.fromEntries(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? '']] : [])));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith('w:')));
}

test('signals are learned, counted once by their ids, and read with their decay', async () => {
  const first = await signals(
    'kim',
    { id: 'a', type: 'liked', vehicle: { ...kia, vehicle_id: 7, detail_url: 'https://example.org/7' } },
    { id: 'b', type: 'disliked', vehicle: { manufacturer: '쌍용' } },
    { id: 'c', type: 'contacted', vehicle: kia, at: Date.now() - HALF_LIFE_MS },
  );
  expect(first).toMatchObject({ status: 200, body: { applied: 3, repeated: 0, durable: true } });
  const again = await signals(
    'kim',
    { id: 'a', type: 'liked', vehicle: kia },
    { id: 'd', type: 'viewed', vehicle: kia },
  );
  expect(again.body).toMatchObject({ applied: 1, repeated: 1 });
  expect(again.body.version).toBeGreaterThan(first.body.version);
  const { body, headers } = await preferences('kim');
  const age = String(new Date(Date.now() + 9 * 3_600_000).getUTCFullYear() - 2022);
  // Five points, half of eight, and one.
  const liked = [
    ['manufacturer', '기아'],
    ['car_type', 'SUV'],
    ['fuel_type', '디젤'],
    ['price', '2500'],
    ['age', age],
  ];
  const weights = body.weights as { attribute: string; value: string; weight: number }[];
  expect(weights.map(({ attribute, value }) => [attribute, value])).toEqual(expect.arrayContaining(liked));
  expect(weights.map(({ weight }) => Math.round(weight * 10) / 10)).toEqual([10, 10, 10, 10, 10, -5]);
  expect(weights.at(-1)).toMatchObject({ attribute: 'manufacturer', value: '쌍용' });
  expect(body).toMatchObject({
    userId: 'kim',
    version: again.body.version,
    signals: 4,
    expiresInSeconds: livesFor(604_800),
  });
  expect(headers.etag).toBe(`"${again.body.version}"`);
  for (const key of preferenceKeys('kim')) expect(await onKey('TTL', key)).toEqual(livesFor(604_800));
});

test('the sum does not depend on the order in which signals come, however they are split and repeated', async () => {
  const now = Date.now();
  const signal = fc.record({
    type: fc.constantFrom(...SIGNAL_TYPES),
    vehicle: fc.constantFrom(kia, { ...kia, manufacturer: '현대' }, { car_type: '경차', price: 900 }),
    at: fc.integer({ min: now - 3 * HALF_LIFE_MS, max: now - 1_000 }),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(signal, { minLength: 1, maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      async (list, order) => {
        const all = list.map((each, i) => ({ ...each, id: `s${i}` }));
        const shuffled = [...all, ...all.slice(0, 5)]
          .map((each) => [order.next().value as number, each] as const)
          .sort(([a], [b]) => a - b)
          .map(([, each]) => each);
        const [one, other] = [`one${++run}`, `other${run}`];
        await store.learn(one, all, new RequestContext(5_000));
        for (const each of shuffled) await store.learn(other, [each], new RequestContext(5_000));
        expect(await keptWeights(other)).toEqual(await keptWeights(one));
        const epoch = Math.floor(now / EPOCH_MS);
        const maker = all
          .filter(({ vehicle }) => 'manufacturer' in vehicle && vehicle.manufacturer === '기아')
          .map(({ type, at }) =>
            Math.floor(SIGNAL_POINTS[type] * MICRO * 2 ** ((at - epoch * EPOCH_MS) / HALF_LIFE_MS) + 0.5),
          );
        const kept = Number((await keptWeights(one))['w:manufacturer:기아'] ?? 0);
        expect(Math.abs(kept - maker.reduce((sum, each) => sum + each, 0))).toBeLessThanOrEqual(maker.length);
      },
    ),
    { numRuns: 15 },
  );
});

test('a new epoch keeps what the weights are worth', async () => {
  await signals('epoch', { id: 'a', type: 'contacted', vehicle: kia });
  const [key] = preferenceKeys('epoch');
  const now = Math.floor(Date.now() / EPOCH_MS);
  // As the epoch before would have kept it.
  await onKey(
    'HSET',
    key,
    'epoch',
    now - 1,
    'w:manufacturer:기아',
    String(Number((await keptWeights('epoch'))['w:manufacturer:기아']) * 2 ** 24),
  );
  const worth = async () =>
    ((await preferences('epoch')).body.weights as { value: string; weight: number }[]).find(
      ({ value }) => value === '기아',
    )?.weight;
  expect(await worth()).toBeCloseTo(8, 2);
  await signals('epoch', { id: 'b', type: 'viewed', vehicle: kia });
  expect(await onKey('HGET', key, 'epoch')).toBe(String(now));
  expect(await worth()).toBeCloseTo(9, 2);
});

test('however much is learned, what is read lies within what may be set', async () => {
  await put('jang', [
    { attribute: 'manufacturer', value: '현대', weight: 1000 },
    { attribute: 'fuel_type', value: '디젤', weight: -1000 },
  ]);
  await signals(
    'jang',
    { id: 'a', type: 'contacted', vehicle: { manufacturer: '현대' } },
    { id: 'b', type: 'disliked', vehicle: { fuel_type: '디젤' } },
  );
  const { weights } = (await preferences('jang')).body;
  expect((weights as { weight: number }[]).map(({ weight }) => weight).sort((a, b) => a - b)).toEqual([-1000, 1000]);
  expect((await put('jang', weights)).status).toBe(200);
});

test('preferences are set as a whole, and not over the head of another', async () => {
  const { version } = (await signals('choi', { id: 'a', type: 'liked', vehicle: kia })).body;
  const weights = [
    { attribute: 'manufacturer', value: '볼보', weight: 12.5 },
    { attribute: 'age', value: '3', weight: -2 },
  ];
  expect((await put('choi', weights, { 'If-Match': '"7"' })).status).toBe(412);
  const set = await put('choi', weights, { 'If-Match': `"${version}"` });
  expect(set).toMatchObject({ status: 200, body: { durable: true } });
  expect(set.body.version).toBeGreaterThan(version);
  expect((await preferences('choi')).body).toMatchObject({ version: set.body.version, weights });
  // The signal is known still, and is not learned again.
  expect((await signals('choi', { id: 'a', type: 'liked', vehicle: kia })).body).toMatchObject({
    applied: 0,
    version: set.body.version,
  });
  expect((await preferences('nobody')).body).toEqual({
    userId: 'nobody',
    version: 0,
    signals: 0,
    weights: [],
    updatedAt: null,
    expiresInSeconds: 0,
  });
});

test('the version of preferences that are gone is not given again to those that follow', async () => {
  const learn = async (id: string) => (await signals('baek', { id, type: 'liked', vehicle: kia })).body.version;
  const old = await learn('a');
  await onKey('DEL', preferenceKeys('baek')[0]);
  expect((await put('baek', [], { 'If-Match': `"${old}"` })).status).toBe(412);
  // Whoever knew nobody may begin.
  expect((await put('baek', [], { 'If-Match': '"0"' })).status).toBe(200);
  expect((await put('baek', [], { 'If-Match': `"${old}"` })).status).toBe(412);
  expect(await learn('a')).toBeGreaterThan(old);
});

test('where memory pressure took the ids of the signals alone, the newest 50 are still known', async () => {
  const many = Array.from({ length: 60 }, (_, i) => ({ id: `s${i}`, type: 'liked', vehicle: kia }));
  await signals('oh', ...many.slice(0, 10));
  await signals('oh', ...many.slice(10));
  const kept = await keptWeights('oh');
  await onKey('DEL', preferenceKeys('oh')[1]);
  expect((await signals('oh', ...many.slice(10))).body).toMatchObject({ applied: 0, repeated: 50 });
  expect(await keptWeights('oh')).toEqual(kept);
  expect((await signals('oh', { id: 's60', type: 'liked', vehicle: kia })).body).toMatchObject({ applied: 1 });
});

test('a weight that would be more than 64 bits can hold stays, and the rest of the signal counts', async () => {
  await signals('song', { id: 'a', type: 'liked', vehicle: { manufacturer: '기아' } });
  const [key] = preferenceKeys('song');
  await onKey('HSET', key, 'w:manufacturer:기아', '9223372036854775807');
  const answer = await signals('song', { id: 'b', type: 'liked', vehicle: { manufacturer: '기아', car_type: 'SUV' } });
  expect(answer).toMatchObject({ status: 200, body: { applied: 1 } });
  expect(Object.keys(await keptWeights('song')).sort()).toEqual(['w:car_type:SUV', 'w:manufacturer:기아']);
});

test('what breaks a rule is refused by its name, and nothing of the request counts', async () => {
  const answer = await signals(
    'rules',
    { id: 'ok', type: 'liked', vehicle: kia },
    { id: 'a b', type: 'loved', vehicle: {} },
    {
      id: 'c',
      type: 'liked',
      at: -1,
      vehicle: { ...kia, price: 1.5, manufacturer: '가'.repeat(61) },
    },
  );
  expect(answer.status).toBe(400);
  expect((answer.body.errors as { name: string }[]).map(({ name }) => name)).toEqual([
    ...['/signals/1/id', '/signals/1/type', '/signals/1/vehicle'],
    ...['/signals/2/vehicle/manufacturer', '/signals/2/vehicle/price', '/signals/2/at'],
  ]);
  const rules = (answer.body.errors as { rule: string }[]).map(({ rule }) => rule);
  expect(rules[2]).toBe('must have at least one of manufacturer, car_type, fuel_type, price or model_year, not null');
  const twice = { attribute: 'age', value: '3', weight: 1 };
  expect((await put('rules', [twice, twice])).body).toMatchObject({ status: 400, errors: [{ name: '/weights' }] });
  expect((await preferences('rules')).body.version).toBe(0);
});

test.each([-1, 1_795_732_744, 1_795_732_744_587_000])('a time that is not in ms (%d) is refused', async (at) => {
  const answer = await signals('clocks', { id: 'c', type: 'liked', at, vehicle: kia });
  expect(answer).toMatchObject({
    status: 400,
    body: { errors: [{ name: '/signals/0/at', rule: 'must be an integer, ms since the epoch (13 digits)' }] },
  });
});

test('beyond the limits the oldest signals are forgotten and the weakest weights dropped', async () => {
  for (let from = 0; from < LIMITS.weights + 50; from += 50) {
    const list = Array.from({ length: 50 }, (_, i): Signal => ({
      id: `m${from + i}`,
      type: from === 0 ? 'contacted' : 'viewed',
      vehicle: { manufacturer: `maker ${from + i}` },
    }));
    await store.learn('many', list, new RequestContext(5_000));
  }
  const weights = Object.keys(await keptWeights('many'));
  expect(weights).toHaveLength(LIMITS.weights);
  for (let i = 0; i < 50; i++) expect(weights).toContain(`w:manufacturer:maker ${i}`);
  for (let from = 0; from < LIMITS.signals; from += 50) {
    const list = Array.from({ length: 50 }, (_, i): Signal => ({ id: `n${from + i}`, type: 'viewed', vehicle: kia }));
    await store.learn('many', list, new RequestContext(5_000));
  }
  expect(await onKey('ZCARD', preferenceKeys('many')[1])).toBe(LIMITS.signals);
  const repeated = await signals(
    'many',
    { id: 'n0', type: 'viewed', vehicle: kia },
    { id: 'm0', type: 'viewed', vehicle: kia },
  );
  expect(repeated.body).toMatchObject({ applied: 1, repeated: 1 });
});

test('while Valkey is away nothing is called learned', async () => {
  const away = ValkeyClient.fromEnvironment({ ...cluster.environment('conversation'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const routes = createRouter(preferenceRoutes(new PreferenceStore(away)), () => undefined);
  const body = { signals: [{ id: 'a', type: 'liked', vehicle: kia }] };
  expect((await call(routes, 'POST', '/v1/users/kim/signals', { body })).status).toBe(503);
  expect((await call(routes, 'GET', '/v1/users/kim/preferences')).status).toBe(503);
  away.close();
});
