import { ValkeyClient } from '../../../lambda/valkey/client';
import { ImageStore, etagOf } from '../../../lambda/images/image-store';
import { RequestContext } from '../../../lambda/telemetry/request';
import { BUCKET_MIB, MOST_IMAGE_BYTES } from '../../../lambda/contract/images';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';
import { JPEG } from './misbehaving-origin';

const BUCKETS = 3;
const SHARE_BYTES = BUCKETS * BUCKET_MIB * 1_024 * 1_024;

let cluster: LocalCluster;
let store: ImageStore;

beforeAll(async () => {
  cluster = await LocalCluster.start();
  store = new ImageStore(ValkeyClient.fromEnvironment(cluster.environment('images')), BUCKETS);
});
afterEach(() => cluster.flush());
afterAll(async () => {
  store.valkey.close();
  await cluster.stop();
});

/** What Valkey itself says that every key takes, bytes. */
async function memoryTaken(): Promise<number> {
  let total = 0;
  for (const node of cluster.nodes) {
    for (const key of (await node.ask('KEYS', '*')) as string[])
      total += Number(await node.ask('MEMORY', 'USAGE', key, 'SAMPLES', 0));
  }
  return total;
}

const photo = (size: number) => {
  const bytes = Buffer.concat([JPEG.subarray(0, 4), Buffer.alloc(size - 4, size % 251)]);
  return { photo: { type: 'image/jpeg' as const, bytes }, etag: etagOf(bytes) };
};
const keep = (name: string, size: number) => store.keep(name, photo(size), new RequestContext(5_000));
const look = (name: string) => store.look(name, new RequestContext(5_000));

/** Sizes that are as bad as can be for an allocator are among them. */
test.each<[string, (i: number) => number, number, number]>([
  ['the largest', () => MOST_IMAGE_BYTES, 80, 0.6],
  ['just above a power of two', (i) => 2 ** (10 + (i % 9)) + 200, 600, 0.6],
  ['small', () => 100, 1_500, 0],
  ['of every size', (i) => 1_000 + ((i * 7_919) % (MOST_IMAGE_BYTES - 1_000)), 200, 0.6],
])('photos that are %s never take more than their share, however many', async (_, sizeOf, count, leastUsed) => {
  let most = 0;
  for (let i = 0; i < count; i++) {
    await keep(`carpicture01/pic4036/${i}${'x'.repeat(i % 150)}`, sizeOf(i));
    if (i % 20 === 0 || i === count - 1) most = Math.max(most, await memoryTaken());
  }
  process.stdout.write(`Photos ${_}: ${(most / 1_048_576).toFixed(1)} of ${SHARE_BYTES / 1_048_576} MiB at most\n`);
  expect(most).toBeLessThanOrEqual(SHARE_BYTES);
  // The share is used, too, and the newest photo is there.
  expect(most).toBeGreaterThan(SHARE_BYTES * leastUsed);
  const last = `carpicture01/pic4036/${count - 1}${'x'.repeat((count - 1) % 150)}`;
  expect(await look(last)).toMatchObject({ known: { etag: photo(sizeOf(count - 1)).etag } });
});

test('the oldest make room, and a photo that is stored again counts once', async () => {
  for (let i = 0; i < 200; i++) await keep('same', 400_000);
  await keep('other', 400_000);
  expect(await look('same')).toMatchObject({ known: {} });
  for (let i = 0; i < 40; i++) await keep(`newer${i}`, MOST_IMAGE_BYTES);
  expect(await look('same')).toEqual({ fetch: 'leased' });
  expect(await look('newer39')).toMatchObject({ known: {} });
});

test('every key ends by itself', async () => {
  await keep('a', 1_000);
  await look('b');
  await store.keep('c', { absent: 'gone' }, new RequestContext(5_000));
  for (const node of cluster.nodes) {
    for (const key of (await node.ask('KEYS', '*')) as string[]) {
      const seconds = Number(await node.ask('TTL', key));
      expect(seconds).toBeGreaterThan(key.includes(':lease:') ? 0 : 86_000);
    }
  }
});
