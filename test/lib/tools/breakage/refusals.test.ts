import { connect } from 'node:tls';
import { readFileSync } from 'node:fs';
import { certified, configured, userChanged } from '../../../../lib/tools/breakage/refusals';
import type { Stores } from '../../../../lib/tools/breakage/breakage';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';

let cluster: LocalCluster;
let stores: Stores;

beforeAll(async () => {
  cluster = await LocalCluster.start({ primaries: 1 });
  // These break Valkey alone.
  stores = { cluster, refill: () => Promise.resolve() } as unknown as Stores;
});
afterAll(() => cluster.stop());

const setting = async (name: string) => ((await cluster.everywhere('CONFIG', 'GET', name)) as string[][])[0]?.[1];

/** @returns the code of the error of a TLS connection that trusts the cluster's own authority. */
const refusal = () =>
  new Promise<string | undefined>((resolve) => {
    const socket = connect(
      { host: '127.0.0.1', port: cluster.nodes[0]?.port ?? 0, ca: readFileSync(cluster.caFile) },
      () => {
        socket.destroy();
        resolve(undefined);
      },
    );
    socket.once('error', (error: Error & { code?: string }) => resolve(error.code));
  });

test('a setting is what it was once healed, even where nobody new is let in meanwhile', async () => {
  const before = await setting('maxclients');
  const limit = configured({ maxclients: 1, maxmemory: 5_000_000 });
  await limit.begin?.(stores);
  expect(await refusal()).toBe('ECONNRESET');
  await limit.end?.(stores);
  expect([await setting('maxclients'), await setting('maxmemory')]).toEqual([before, '0']);
});

test.each([
  ['its own authority, expired', 'CERT_HAS_EXPIRED'],
  ['a foreign authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
] as const)('a certificate of %s is refused as %s, and the old one is back once healed', async (by, code) => {
  const breakage = certified(by);
  await breakage.begin?.(stores);
  expect(await refusal()).toBe(code);
  await breakage.end?.(stores);
  expect(await refusal()).toBeUndefined();
});

test('a user has its rules back', async () => {
  const rules = async () => String(((await cluster.everywhere('ACL', 'GETUSER', 'search')) as unknown[][])[0]);
  const before = await rules();
  const off = userChanged('search', 'off');
  await off.begin?.(stores);
  expect(await rules()).not.toBe(before);
  await off.end?.(stores);
  expect(await rules()).toBe(before);
});
