import '../../support/short-deadlines';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { TcpProxy } from '../../../lib/tools/breakage/proxy';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

let cluster: LocalCluster;
let proxy: TcpProxy;

beforeAll(async () => {
  cluster = await LocalCluster.start();
  const [node] = cluster.nodes;
  proxy = await TcpProxy.start(node?.port ?? 0);
});

afterAll(async () => {
  await proxy.stop();
  await cluster.stop();
});

test('a cluster that takes connections and says nothing is left alone, and found again when it speaks', async () => {
  proxy.set('black-hole');
  const endpoint = `127.0.0.1:${proxy.port}`;
  const client = ValkeyClient.fromEnvironment({ ...cluster.environment('search'), VALKEY_ENDPOINT: endpoint });
  try {
    const ask = async () => {
      const request = new RequestContext();
      const outcome = await client.run(request, 'search:x', (valkey) => valkey.get('search:x'));
      const waited = request.valkey.spent + request.firstConnections.spent;
      return { ok: outcome.ok, waited, roundTrips: request.valkeyRoundTrips };
    };
    while (!client.degraded) expect((await ask()).ok).toBe(false);
    const left = await ask();
    expect(left).toMatchObject({ ok: false, roundTrips: 0 });
    // Not one turn of the clock: nothing is waited for.
    expect(left.waited).toBeLessThan(100);
    proxy.set('pass');
    while (!(await ask()).ok) await sleep(20);
    expect(client.degraded).toBe(false);
    expect(await ask()).toMatchObject({ ok: true, roundTrips: 1 });
  } finally {
    client.close();
  }
});
