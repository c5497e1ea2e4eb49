import type { APIGatewayProxyResult } from 'aws-lambda';
import { CATALOGUE_KEYS, manifestKey } from '../../../lambda/contract/keys';
import { createSearchFunction, type SearchFunction } from '../../../lambda/search/search-function';
import { createWarmUpFunction, type WarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { search, startEngines, type Engines } from '../../support/engines';

const query = (budgetMax: number) => `budgetMin=1000&budgetMax=${budgetMax}&persona=working_mom`;
const TYPICAL = 'budgetMin=2500&budgetMax=3200&persona=working_mom';

let engines: Engines;
let warmUp: WarmUpFunction;
let remembering: SearchFunction;
let ahead = 0;

beforeAll(async () => {
  engines = await startEngines();
  warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
});

beforeEach(async () => {
  ahead = 0;
  remembering = await start('');
});

afterEach(() => remembering.close());

afterAll(async () => {
  await warmUp.close();
  await engines.stop();
});

/** A process that may keep so many bytes of listings; '' for the default. */
const start = (bytes: string) =>
  createSearchFunction({ ...engines.env('search'), LISTING_MEMORY_BYTES: bytes }, () => Date.now() + ahead);
const ask = (text: string, process = remembering) => process.handler(search(text));
const tier = ({ headers }: APIGatewayProxyResult) => headers?.['x-cache'];
const valkeyMs = ({ headers }: APIGatewayProxyResult) =>
  Number(/valkey;dur=([\d.]+)/.exec(String(headers?.['server-timing']))?.[1]);

/** Runs one command on the node that holds the key. */
const onKey: Engines['cluster']['onKey'] = (...sent) => engines.cluster.onKey(...sent);

async function storedKey(budgetMax: number): Promise<string> {
  const keys = ((await engines.cluster.everywhere('KEYS', `search:1000-${budgetMax}_*`)) as string[][]).flat();
  expect(keys).toHaveLength(1);
  return keys[0] ?? '';
}

test('what was asked before, and what is asked most, is answered without Valkey and with the same bytes', async () => {
  const first = await ask(query(4001));
  const second = await ask(query(4001));
  expect(tier(first)).toBe('index');
  expect(tier(second)).toBe('memory');
  expect(second.body).toBe(first.body);
  expect(valkeyMs(second)).toBe(0);
  const cold = await start('');
  expect(tier(await ask(TYPICAL, cold))).toBe('memory');
  await cold.close();
});

test('a new process has what was asked most in memory, 1,000 listings at most', async () => {
  const version = (await onKey('HGET', CATALOGUE_KEYS.current, 'version')) as string;
  const manifest = manifestKey(version);
  const published = (await onKey('HGET', manifest, 'popular')) as string;
  const popular = Array.from({ length: 100 }, (_, i) => `${i}-9000_none_nolease_any_any_20_${20 * i}`);
  await onKey('HSET', manifest, 'popular', popular.join(' '));
  const cold = await start('');
  const tierOf = async (i: number) => tier(await ask(`budgetMin=${i}&budgetMax=9000&offset=${20 * i}`, cold));
  // Six typical pages may come first.
  const tiers = await Promise.all([0, 20, 43].map(tierOf));
  expect([...tiers, await tierOf(60), await tierOf(99)]).toEqual(['memory', 'memory', 'memory', 'index', 'index']);
  await onKey('HSET', manifest, 'popular', published);
  await cold.close();
});

test('a stored answer fills memory too', async () => {
  await ask(query(4011));
  const other = await start('');
  const tiers = [tier(await ask(query(4011), other)), tier(await ask(query(4011), other))];
  expect(tiers).toEqual(['hit', 'memory']);
  await other.close();
});

test('an answer of memory is stored for others for 600 s, and one that is there is not written again', async () => {
  await ask(query(4021));
  await remembering.valkey.delivered();
  const key = await storedKey(4021);
  await onKey('DEL', key);
  const other = await start('');
  await ask(query(4021), other);
  await other.valkey.delivered();
  expect(await onKey('TTL', key)).toBeGreaterThan(590);
  await onKey('EXPIRE', key, '100');
  const third = await start('');
  await ask(query(4020), third);
  await ask(`${query(4021)}&limit=20`, third);
  const bytesOnly = await start('0');
  expect(tier(await ask(query(4021), bytesOnly))).toBe('hit');
  expect(await onKey('TTL', key)).toBeLessThanOrEqual(100);
  await Promise.all([other.close(), third.close(), bytesOnly.close()]);
});

test('memory that is full forgets what was used least recently and answers all the same', async () => {
  const small = await start('20000');
  for (const budgetMax of [1500, 2500, 3500, 4500, 5500]) await ask(query(budgetMax), small);
  const again = await ask(query(1500), small);
  expect(tier(again)).toBe('hit');
  expect(again.body).toBe((await ask(query(1500))).body);
  await small.close();
});

test.each(['answers', 'valkey'])('an operator bypasses it too (%s)', async (scope) => {
  await ask(query(4031));
  expect(tier(await ask(query(4031)))).toBe('memory');
  await onKey('SET', CATALOGUE_KEYS.bypass, `${scope} ${Date.now() + 60_000}`, 'EX', '60');
  ahead += 2_000;
  expect(tier(await ask(query(4031)))).toBe(scope === 'answers' ? 'index' : 'database');
  await onKey('DEL', CATALOGUE_KEYS.bypass);
  ahead += 2_000;
  await ask(query(4031)); // the look that sees that it is over
  expect(tier(await ask(query(4031)))).toBe('memory');
});

test('while Valkey hangs it answers', async () => {
  const { body } = await ask(query(4041));
  for (const node of engines.cluster.nodes) node.process?.signal('SIGSTOP');
  try {
    for (let i = 0; i < 6; i++) {
      ahead += 2_000;
      const answer = await ask(query(4041));
      expect([answer.statusCode, tier(answer), answer.body]).toEqual([200, 'memory', body]);
    }
    // Open, the breaker spares the wait for the pointer.
    expect(valkeyMs(await ask(query(4041)))).toBeLessThan(20);
  } finally {
    for (const node of engines.cluster.nodes) node.process?.signal('SIGCONT');
  }
  await engines.cluster.untilOk();
});
