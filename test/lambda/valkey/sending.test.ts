import { ValkeyClient, type Command } from '../../../lambda/valkey/client';
import { RequestContext } from '../../../lambda/telemetry/request';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

let cluster: LocalCluster;
let valkey: ValkeyClient;

beforeAll(async () => {
  cluster = await LocalCluster.start({ primaries: 1 });
  valkey = ValkeyClient.fromEnvironment(cluster.environment('search'));
  await valkey.connect(10_000);
});

afterAll(async () => {
  valkey.close();
  await cluster.stop();
});

const read = (key: string, sent: string[] = []): Command<string | null> => ({
  key,
  send: (client) => {
    sent.push(key);
    return client.get(key);
  },
});

test('what a wave asks of one node leaves in one write', async () => {
  const { stream } = valkey.cluster.nodes('master')[0] ?? {};
  const written = [jest.spyOn(stream as never, '_write'), jest.spyOn(stream as never, '_writev')];
  const keys = ['search:a', 'search:b', 'search:c', 'search:d'];
  const found = await valkey.all(
    new RequestContext(10_000),
    keys.map((key) => read(key)),
  );
  expect(found).toEqual([null, null, null, null]);
  expect(written.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
});

test('what is posted waits for nothing that is being done, and goes before what is sent next', async () => {
  const sent: string[] = [];
  expect(valkey.post(read('search:posted', sent))).toBe(true);
  expect(sent).toStrictEqual([]);
  await valkey.wave(new RequestContext(10_000), [read('search:next', sent)]);
  expect(sent).toEqual(['search:posted', 'search:next']);

  valkey.post(read('search:alone', sent));
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent.at(-1)).toBe('search:alone');
  await valkey.delivered();
});

test('not more than 64 wait or are under way at once', async () => {
  const taken = Array.from({ length: 70 }, (_, i) => valkey.post(read(`search:${i}`)));
  expect(taken.filter(Boolean)).toHaveLength(64);
  await valkey.delivered();
  expect(valkey.post(read('search:later'))).toBe(true);
  await valkey.delivered();
});
