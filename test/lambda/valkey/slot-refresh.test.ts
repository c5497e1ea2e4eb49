import '../../support/short-deadlines';
import slotOf from 'cluster-key-slot';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { hasRole, ownerOf, replicaOf } from '../../../lib/tools/engines/cluster-roles';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

const KEY = 'search:x';
let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
});
afterAll(() => cluster.stop());

/** A client whose slots no timer reads anew. */
async function connected(): Promise<ValkeyClient> {
  const timers = jest.spyOn(globalThis, 'setInterval').mockImplementation(() => ({ unref: () => undefined }) as never);
  const client = ValkeyClient.fromEnvironment(cluster.environment('search'));
  timers.mockRestore();
  await client.connect(10_000);
  return client;
}

test('one request out of time is enough: the slots are asked for, the next finds the new primary', async () => {
  const key = 'search:c';
  const client = await connected();
  const ask = () => client.run(new RequestContext(), key, (valkey) => valkey.get(key));
  const owner = () => client.cluster.slots[slotOf(key)]?.[0];
  const primary = await ownerOf(cluster, key);
  const replica = await replicaOf(cluster, primary);
  try {
    expect(await ask()).toEqual({ ok: true, value: null });
    primary.process?.signal('SIGSTOP');
    while (!(await hasRole(replica, 'master'))) await sleep(50);
    const asked = jest.spyOn(client.cluster, 'refreshSlotsCache');
    expect((await ask()).ok).toBe(false);
    expect(asked).toHaveBeenCalledTimes(1);
    while (owner() !== `127.0.0.1:${replica.port}`) await sleep(20);
    expect(await ask()).toEqual({ ok: true, value: null });
  } finally {
    primary.process?.signal('SIGCONT');
    client.close();
  }
});

test('after a failover requests find the new primary: a failure asks for the slots, no timer does', async () => {
  const client = await connected();
  try {
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
