import '../../support/short-deadlines';
import { setTimeout as sleep } from 'node:timers/promises';
import slotOf from 'cluster-key-slot';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

const KEY = 'search:x';

let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
});
afterAll(() => cluster.stop());

/** Whether replicas may take the place of a primary that is away. */
const allowFailover = (allowed: boolean) =>
  Promise.allSettled(
    cluster.nodes.map((node) => node.ask('CONFIG', 'SET', 'cluster-replica-no-failover', allowed ? 'no' : 'yes')),
  );

test('a node that a failover has put aside is not called one that is being left alone', async () => {
  const client = ValkeyClient.fromEnvironment(cluster.environment('search'));
  const ask = () => client.run(new RequestContext(), KEY, (valkey) => valkey.get(KEY));
  try {
    expect((await ask()).ok).toBe(true);
    await allowFailover(false);
    const [primary] = client.cluster.slots[slotOf(KEY)] ?? [];
    await cluster.nodes.find(({ port }) => primary === `127.0.0.1:${port}`)?.stop();
    while (!client.degraded) expect((await ask()).ok).toBe(false);
    await allowFailover(true);
    while (!(await ask()).ok) await sleep(20);
    await new Promise<void>((resolve) => client.cluster.refreshSlotsCache(() => resolve()));
    expect(client.cluster.slots[slotOf(KEY)]?.[0]).not.toBe(primary);
    expect(client.degraded).toBe(false);
  } finally {
    client.close();
  }
});
