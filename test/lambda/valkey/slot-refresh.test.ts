import '../../support/short-deadlines';
import slotOf from 'cluster-key-slot';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

const KEY = 'search:x';
let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
});
afterAll(() => cluster.stop());

test('after a failover the next requests find the new primary: a failure asks for the slots, no timer does', async () => {
  const timers = jest.spyOn(globalThis, 'setInterval').mockImplementation(() => ({ unref: () => undefined }) as never);
  const client = ValkeyClient.fromEnvironment(cluster.environment('search'));
  timers.mockRestore();
  try {
    await client.connect(10_000);
    const ask = () => client.run(new RequestContext(), KEY, (valkey) => valkey.get(KEY));
    expect(await ask()).toEqual({ ok: true, value: null });
    const before = client.cluster.slots[slotOf(KEY)]?.[0] ?? '';
    const primary = cluster.nodes.find(({ port }) => before.endsWith(`:${port}`));
    const [, replica] = /slave0:ip=[^,]*,port=(\d+)/.exec(String(await primary?.ask('INFO', 'replication'))) ?? [];
    await primary?.stop();
    while (!(await ask()).ok) await sleep(50);
    expect(client.cluster.slots[slotOf(KEY)]?.[0]).toBe(`127.0.0.1:${replica}`);
  } finally {
    client.close();
  }
});
