import { Network } from '../../../../lib/tools/breakage/network';
import { startEngines } from '../../../support/engines';

test('the addresses of a network are those that the cluster’s nodes say they have, in their order', async () => {
  const { cluster, postgres, stop } = await startEngines(10);
  const network = await Network.before(cluster, postgres);
  try {
    const said = await Promise.all(cluster.nodes.map(async (node) => String(await node.ask('CLUSTER', 'NODES'))));
    const own = said.map((nodes) => /^\S+ ([\d.]+:\d+)@\S+ myself,/m.exec(nodes)?.[1]);
    expect(network.addresses).toEqual(own);
    expect(own).not.toEqual(cluster.nodes.map(({ port }) => `127.0.0.1:${port}`));
  } finally {
    await network.stop();
    await stop();
  }
});
