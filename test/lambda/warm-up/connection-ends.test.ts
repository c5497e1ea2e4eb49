import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { Emitter } from '../../../lambda/telemetry/emitter';
import { createWarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { ENDINGS, TcpProxy, type Ending } from '../../../lib/tools/breakage/proxy';
import { startEngines, type Engines } from '../../support/engines';

/** Bytes of PostgreSQL's replies after which the table is being read; 4,000 listings are more than a million. */
const AMID_THE_TABLE = 300_000;
const READ_TIMEOUT_MS = 4_000;

let engines: Engines;
let proxy: TcpProxy;

beforeAll(async () => {
  engines = await startEngines();
  proxy = await TcpProxy.start(Number(new URL(engines.postgres.url).port));
});

afterAll(async () => {
  await proxy.stop();
  await engines.stop();
});

beforeEach(() => engines.cluster.flush());

function warmUpThroughProxy() {
  const url = engines.postgres.url.replace(/:\d+\//, `:${proxy.port}/`);
  return createWarmUpFunction({ ...engines.env('warm-up'), DATABASE_URL: url }, READ_TIMEOUT_MS);
}

const leased = async () => (await engines.cluster.onKey('EXISTS', CATALOGUE_KEYS.lease)) === 1;

test.each<Ending>([...ENDINGS])(
  'a connection that ends by %s amid the table fails the run, gives the lease back, and the next run is right',
  async (how) => {
    const told = jest.spyOn(Emitter.prototype, 'count');
    const warmUp = warmUpThroughProxy();
    try {
      proxy.endAfter(AMID_THE_TABLE, how);
      await expect(warmUp.handler({ force: true })).rejects.toThrow(
        how === 'silence' ? /has sent nothing for 4000 ms/ : /./,
      );
      // Silence is a connection that stands.
      const lost = [['WarmUpFailed'], ['DatabaseConnectionsLost']];
      const kept = [['WarmUpFailed']];
      // What garbage says to PostgreSQL's protocol is chance: an error, or a wait for more that the reset ends.
      const possible = { fin: [lost], rst: [lost], silence: [kept], garbage: [kept], 'garbage-rst': [kept, lost] };
      expect(possible[how]).toContainEqual(told.mock.calls);
      expect(await leased()).toBe(false);
      proxy.endAfter(undefined);
      expect(await warmUp.handler({})).toMatchObject({ outcome: 'published', listings: engines.listings.length });
    } finally {
      told.mockRestore();
      await warmUp.close();
    }
  },
);

test('a connection that died unnoticed between two runs costs no run', async () => {
  const warmUp = warmUpThroughProxy();
  try {
    await warmUp.handler({});
    proxy.halfOpen();
    expect(await warmUp.handler({})).toMatchObject({ outcome: 'unchanged' });
  } finally {
    await warmUp.close();
  }
});
