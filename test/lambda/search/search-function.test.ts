import type { APIGatewayProxyResult } from 'aws-lambda';
import { CATALOGUE_KEYS, manifestKey } from '../../../lambda/contract/keys';
import { createSearchFunction, type SearchFunction } from '../../../lambda/search/search-function';
import { checkOf } from '../../../lambda/search/stored-answer';
import { createWarmUpFunction, type WarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { withClient } from '../../../lib/tools/example-data/vehicles-table';
import { get, search, startEngines, type Engines } from '../../support/engines';

const QUESTION = 'budgetMin=1000&budgetMax=4000&persona=working_mom';

let engines: Engines;
let warmUp: WarmUpFunction;
let current: SearchFunction;

beforeAll(async () => {
  engines = await startEngines();
  warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
});

beforeEach(async () => {
  current = await createSearchFunction(engines.env('search'));
});

afterEach(async () => {
  await current.close();
});

afterAll(async () => {
  await warmUp.close();
  await engines.stop();
});

const ask = (query = QUESTION): Promise<APIGatewayProxyResult> => current.handler(search(query));
const tier = (answer: APIGatewayProxyResult) => answer.headers?.['x-cache'];

/** What the database alone answers. */
async function truth(query = QUESTION): Promise<string> {
  const alone = await createSearchFunction({ ...engines.env('search'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const answer = await alone.handler(search(query));
  await alone.close();
  expect(tier(answer)).toBe('database');
  return answer.body;
}

async function keys(pattern: string): Promise<string[]> {
  return ((await engines.cluster.everywhere('KEYS', pattern)) as string[][]).flat();
}

/** Runs one command on the node that holds the key. */
const onKey: Engines['cluster']['onKey'] = (...sent) => engines.cluster.onKey(...sent);

describe('the tiers', () => {
  test('a new question is answered by the index, then by its stored answer, as the database does', async () => {
    const query = `${QUESTION}&limit=7&offset=3`;
    const first = await ask(query);
    const second = await ask(query);
    expect([tier(first), tier(second)]).toEqual(['index', 'hit']);
    expect(second.body).toBe(first.body);
    expect(first.body).toBe(await truth(query));
    expect(JSON.parse(first.body)).toMatchObject({ limit: 7, offset: 3, vehicles: expect.any(Array) as unknown });
    expect((JSON.parse(first.body) as { vehicles: unknown[] }).vehicles).toHaveLength(7);
  });

  test('an answer beyond the last match is empty and still says how many there are', async () => {
    const answer = JSON.parse((await ask(`${QUESTION}&offset=9999`)).body) as object;
    expect(answer).toMatchObject({ total: 1_169, vehicles: [] });
  });

  test('every key that a search writes has a TTL', async () => {
    await ask(`${QUESTION}&limit=3`);
    const written = await keys('*');
    expect(written.some((key) => key.startsWith('search:1000-4000_working_mom_nolease_any_any_3_0_'))).toBe(true);
    const lives = await Promise.all(written.map(async (key) => [key, await onKey('TTL', key)] as const));
    expect(lives.filter(([, seconds]) => seconds === -1)).toStrictEqual([]);
  });

  test('what influences the answer is part of the key: another family is another answer', async () => {
    await ask(QUESTION);
    const large = await ask(`${QUESTION}&familyType=large`);
    expect(tier(large)).toBe('index');
    expect(large.body).toBe(await truth(`${QUESTION}&familyType=large`));
  });
});

describe('damage', () => {
  const NO_TEXT = Buffer.from('{"total":"\xff"}', 'latin1');

  test.each([
    ['another type', async (key: string) => [await onKey('DEL', key), await onKey('LPUSH', key, 'x')]],
    ['truncated bytes', (key: string) => onKey('HSET', key, 'body', '{"total":')],
    ['no check', (key: string) => onKey('HDEL', key, 'check')],
    [
      'bytes that are no text, and the check of them',
      (key: string) => onKey('HSET', key, 'body', NO_TEXT, 'check', checkOf(NO_TEXT)),
    ],
  ])('a stored answer with %s is a miss that heals', async (_, damage) => {
    const query = `${QUESTION}&limit=11`;
    const { body } = await ask(query);
    const [key] = await keys('search:1000-4000_working_mom_nolease_any_any_11_0_*');
    await damage(key ?? '');
    const next = await ask(query);
    expect([next.statusCode, tier(next), next.body]).toEqual([200, 'index', body]);
    expect(tier(await ask(query))).toBe('hit');
    await onKey('DEL', key ?? '');
  });

  test('a damaged listing is read from the database once, and mended', async () => {
    const { body } = await ask(`${QUESTION}&limit=5&offset=20`);
    for (const bucket of await keys('listing:*')) {
      const fields = (await onKey('HKEYS', bucket)) as string[];
      await onKey('HSET', bucket, ...fields.flatMap((field) => [field, '{}']));
    }
    await flushAnswers();
    const mended = await ask(`${QUESTION}&limit=5&offset=20`);
    expect([tier(mended), mended.body]).toEqual(['database', body]);
    await flushAnswers();
    expect(tier(await ask(`${QUESTION}&limit=5&offset=20`))).toBe('index');
    // Only that page was mended; the tests below want the rest whole too.
    for (const bucket of await keys('listing:*')) await onKey('DEL', bucket);
    await warmUp.handler({ force: true });
  });

  test('without its index a catalogue is answered by one query, kept a minute, shared by all processes', async () => {
    const version = String(await onKey('HGET', CATALOGUE_KEYS.current, 'version'));
    await onKey('DEL', CATALOGUE_KEYS.current);
    await onKey('DEL', manifestKey(version));
    await flushAnswers();
    const processes = await Promise.all([1, 2, 3, 4].map(() => createSearchFunction(engines.env('search'))));
    const answers = await Promise.all(processes.map(({ handler }) => handler(search(QUESTION))));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers.map(tier).sort()).toEqual(['database', 'hit', 'hit', 'hit']);
    const [key] = await keys('search:*_live');
    expect(await onKey('TTL', key ?? '')).toBeLessThanOrEqual(60);
    await Promise.all(processes.map(({ close }) => close()));
    await warmUp.handler({ force: true });
  });
});

describe('a change of the catalogue', () => {
  test('is followed within a second, as a whole', async () => {
    const before = await ask(`${QUESTION}&limit=1`);
    const [best] = (JSON.parse(before.body) as { vehicles: { vehicle_id: number }[] }).vehicles;
    await withClient(engines.postgres.ownerUrl, (client) =>
      client.query('UPDATE vehicles SET price = price + 1 WHERE vehicle_id = $1', [best?.vehicle_id]),
    );
    await warmUp.handler({ force: true });
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await ask('budgetMin=1&budgetMax=2');
    const after = await ask(`${QUESTION}&limit=1`);
    expect([after.body, after.body === before.body]).toEqual([await truth(`${QUESTION}&limit=1`), false]);
  });
});

describe('health', () => {
  test('tells the state of both stores and of the index', async () => {
    const answer = await current.handler(get('/v1/health'));
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 'ok',
      valkey: { ok: true },
      database: { ok: true },
      index: { version: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown, listings: engines.listings.length },
    });
  });
});

async function flushAnswers(): Promise<void> {
  for (const key of await keys('search:*')) await onKey('DEL', key);
  await current.close();
  current = await createSearchFunction(engines.env('search'));
}
