import { RequestContext } from '../../../lambda/telemetry/request';
import { logger } from '../../../lambda/telemetry/emitter';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { TcpProxy } from '../../../lib/tools/breakage/proxy';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

/** One way, ms: opening a connection takes several round trips, a command one. */
const LATENCY_MS = 100;
const SHARE_MS = 400;

let cluster: LocalCluster;
let proxies: TcpProxy[];
let client: ValkeyClient;
let warn: jest.SpyInstance;

beforeAll(async () => {
  cluster = await LocalCluster.start();
  proxies = await Promise.all(cluster.nodes.map((node) => TcpProxy.start(node.port)));
  for (const [i, node] of cluster.nodes.entries()) {
    await node.ask('CONFIG', 'SET', 'cluster-announce-tls-port', proxies[i]?.port ?? 0);
  }
});

afterAll(async () => {
  await Promise.all(proxies.map((each) => each.stop()));
  await cluster.stop();
});

beforeEach(() => {
  for (const proxy of proxies) proxy.set('pass', LATENCY_MS);
  warn = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
  const endpoint = `127.0.0.1:${proxies[0]?.port ?? 0}`;
  client = ValkeyClient.fromEnvironment({ ...cluster.environment('search'), VALKEY_ENDPOINT: endpoint });
});

afterEach(() => {
  client.close();
  warn.mockRestore();
});

const keys = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `search:${name}`);
const ask = (request: RequestContext) =>
  client.wave(
    request,
    keys.map((key) => ({ key, send: (valkey) => valkey.get(key) })),
  );

test('a first request waits for its connections in time of their own, not in a command’s', async () => {
  const request = new RequestContext(10_000, 20_000, 10_000);
  expect((await ask(request)).map(({ ok }) => ok)).toEqual(keys.map(() => true));
  // Slots, and then the primaries: two connections one after the other, of two round trips at the least.
  expect(request.firstConnections.spent).toBeGreaterThan(8 * LATENCY_MS);
  expect(request.valkeyFailures).toBe(0);
  expect(request.database.remaining).toBeLessThan(20_000 - 8 * LATENCY_MS);
});

test('connections slower than requests wait are no failure of the nodes: the next request finds them', async () => {
  for (let i = 0; i < 4; i++) {
    const outcomes = await ask(new RequestContext(SHARE_MS / 10, 1_000, SHARE_MS / 10));
    expect(outcomes.map(({ ok }) => ok)).toEqual(keys.map(() => false));
  }
  expect([client.degraded, warn.mock.calls]).toEqual([false, []]);
  await client.connect(20_000);
  const request = new RequestContext(10_000, 1_000, 0);
  expect((await ask(request)).map(({ ok }) => ok)).toEqual(keys.map(() => true));
  expect([client.degraded, warn.mock.calls]).toEqual([false, []]);
});

test('connections made during init leave a first request nothing to wait for', async () => {
  await client.connect(20_000);
  const request = new RequestContext(10_000);
  await ask(request);
  expect([request.firstConnections.spent, request.valkeyFailures]).toEqual([0, 0]);
});
