import '../../support/short-deadlines';
import { setTimeout as sleep } from 'node:timers/promises';
import { climb } from '../../../lambda/doctor/check';
import { valkeyLayers } from '../../../lambda/doctor/valkey-layers';
import { logger } from '../../../lambda/telemetry/emitter';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { ENDINGS, TcpProxy } from '../../../lib/tools/breakage/proxy';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

/** Of what a node says: within the handshake, after it, amid the first replies and those to commands. */
const BYTES = [1, 300, 1_500, 2_500, 3_000, 3_500, 4_000, 5_000, 7_000, 10_000];

let cluster: LocalCluster;
let proxy: TcpProxy;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  cluster = await LocalCluster.start({ primaries: 1 });
  const [node] = cluster.nodes;
  proxy = await TcpProxy.start(node?.port ?? 0);
  await node?.ask('CONFIG', 'SET', 'cluster-announce-tls-port', proxy.port);
  env = { ...cluster.environment('search'), VALKEY_ENDPOINT: `127.0.0.1:${proxy.port}` };
  jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
});

afterAll(async () => {
  await proxy.stop();
  await cluster.stop();
});

afterEach(() => proxy.endAfter(undefined));

// An error that nobody hears would end this process, and fail the test that runs.
test.each(ENDINGS)('connections that end by %s, wherever, end no process; the client comes back', async (how) => {
  const client = ValkeyClient.fromEnvironment(env);
  const ask = () => client.run(new RequestContext(), 'search:x', (valkey) => valkey.get('search:x'));
  try {
    for (const bytes of BYTES) {
      const met = proxy.ended;
      proxy.endAfter(bytes, how);
      proxy.dropAll();
      while (proxy.ended === met) await Promise.all([ask(), sleep(5)]);
      await ask();
    }
    proxy.endAfter(undefined);
    proxy.dropAll();
    while (!(await ask()).ok) await sleep(20);
  } finally {
    client.close();
  }
  expect(client.degraded).toBe(false);
});

test.each(ENDINGS)('the doctor tells of connections that end by %s', async (how) => {
  const failed = [];
  for (const bytes of [1, 2_500, 4_000]) {
    proxy.endAfter(bytes, how);
    failed.push((await climb('Valkey', valkeyLayers(env))).some(({ outcome }) => outcome === 'failed'));
  }
  expect(failed).toContain(true);
  proxy.endAfter(undefined);
  expect((await climb('Valkey', valkeyLayers(env))).map(({ outcome }) => outcome)).not.toContain('failed');
});
