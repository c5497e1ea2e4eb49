import { damaged } from '../../../../lib/tools/breakage/values';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';

test('what is done to a key is done at once: nobody who stores it meanwhile comes between', async () => {
  const cluster = await LocalCluster.start({ primaries: 1 });
  const [node] = cluster.nodes;
  const storing = node?.connect();
  const load = { on: true };
  const stores = (async () => {
    await storing?.connect();
    for (let i = 0; load.on; i++) await storing?.set('search:a', String(i));
  })();
  try {
    for (let i = 0; i < 200; i++) await damaged('search:*', [['DEL'], ['LPUSH', 'x']])({ cluster });
    expect(await node?.ask('TYPE', 'search:a')).toMatch(/^(list|string)$/);
  } finally {
    load.on = false;
    await stores.catch(() => undefined);
    storing?.disconnect();
    await cluster.stop();
  }
});
