import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { createConversationFunction } from '../../../lambda/conversation/conversation-function';
import { createSearchFunction } from '../../../lambda/search/search-function';
import { Emitter } from '../../../lambda/telemetry/emitter';
import { createWarmUpFunction, type WarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { withClient } from '../../../lib/tools/example-data/vehicles-table';
import { call } from '../../support/api';
import { startEngines, type Engines } from '../../support/engines';

const QUESTION = { budgetMin: 1000, budgetMax: 4000, persona: 'working_mom', limit: 5 };
const queryOf = (question: object) =>
  Object.entries(question)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('&');
const QUERY = queryOf(QUESTION);
const FROZEN_MS = 25 * 60_000;

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
interface Car {
  vehicle_id: number;
  price: number;
}

/** A process whose clock goes on while it is frozen. */
interface Process {
  handler: Handler;
  freeze: (ms: number) => void;
}

let engines: Engines;
let warmUp: WarmUpFunction;
let ids = 0;
const started: (() => Promise<void>)[] = [];

beforeAll(async () => {
  engines = await startEngines();
  warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
});

afterAll(async () => {
  await warmUp.close();
  await engines.stop();
});

async function start(kind: 'search' | 'conversation', memoryBytes = ''): Promise<Process> {
  let ahead = 0;
  const create = kind === 'search' ? createSearchFunction : createConversationFunction;
  const { handler, close } = await create(
    { ...engines.env(kind), LISTING_MEMORY_BYTES: memoryBytes },
    () => Date.now() + ahead,
  );
  started.push(close);
  return { handler, freeze: (ms) => (ahead += ms) };
}

const cars = ({ body }: { body: Record<string, unknown> }) => body.vehicles as Car[];
const asked = async (handler: Handler, more = {}) =>
  call(handler, 'GET', '/v1/vehicles/search', { query: queryOf({ ...QUESTION, ...more }) });

async function askedInSession(handler: Handler): Promise<Car[]> {
  const { body } = await call(handler, 'POST', '/v1/sessions', {
    body: { userId: `thaw${++ids}`, question: '아이와 탈 차' },
  });
  const path = `/v1/sessions/${body.sessionId}/questions`;
  return cars(await call(handler, 'POST', path, { body: { question: '뭐가 좋을까요', needs: QUESTION } }));
}

async function recommended(handler: Handler, user: string): Promise<Car[]> {
  const { body } = await call(handler, 'GET', `/v1/users/${user}/recommendations`, { query: QUERY });
  return (body.recommendations as { vehicle: Car }[]).map(({ vehicle }) => vehicle);
}

/** Somebody who likes what stands first, so that the listing whose price changes is among what is recommended. */
async function personalised(handler: Handler): Promise<string> {
  const user = `thaw${++ids}`;
  const [vehicle] = cars(await asked(searching.handler));
  const { status } = await call(handler, 'POST', `/v1/users/${user}/signals`, {
    body: { signals: [{ id: 'a', type: 'contacted', vehicle }] },
  });
  expect(status).toBe(200);
  return user;
}

let searching: Process;
beforeEach(async () => {
  searching = await start('search');
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const close of started.splice(0)) await close();
});

const version = async () => {
  const { body } = await call(searching.handler, 'GET', '/v1/health');
  return (body.index as { version: string }).version;
};

/** Raises the price of the listing that stands first, and publishes it. @returns it as it is now */
async function dearer(): Promise<Car> {
  const [best] = cars(await asked(searching.handler));
  if (best === undefined) throw new Error('Nothing was found');
  await withClient(engines.postgres.ownerUrl, (client) =>
    client.query('UPDATE vehicles SET price = price + 1 WHERE vehicle_id = $1', [best.vehicle_id]),
  );
  expect(await warmUp.handler({ force: true })).toMatchObject({ outcome: 'published' });
  return { ...best, price: best.price + 1 };
}

const priceOf = (found: readonly Car[], { vehicle_id }: Car) =>
  found.find((each) => each.vehicle_id === vehicle_id)?.price;

/** The first that a process is asked once thawed, each of another kind. */
const FIRST_QUESTIONS = {
  'a search that nobody has asked': async (handler: Handler) => cars(await asked(handler, { limit: ++ids + 5 })),
  'a search whose answer is stored': async (handler: Handler) => cars(await asked(handler)),
  'a question of a session': askedInSession,
  'recommendations to a stranger': async (handler: Handler) => recommended(handler, 'stranger'),
  'recommendations to somebody known': async (handler: Handler, user: string) => recommended(handler, user),
};

describe.each([
  ['nothing', '0'],
  ['a little', '20000'],
  ['all that was asked', ''],
])('with %s in memory the first answer after 25 frozen minutes is of the current catalogue', (_, memoryBytes) => {
  test.each(Object.entries(FIRST_QUESTIONS))('%s', async (name, ask) => {
    const thawed = await start(name.startsWith('a search') ? 'search' : 'conversation', memoryBytes);
    const user = name.endsWith('known') ? await personalised(thawed.handler) : 'stranger';
    // The same before, so that all that can be kept or stored of the old catalogue is.
    for (let i = 0; i < 2; i++) expect((await ask(thawed.handler, user)).length).toBeGreaterThan(0);
    const now = await dearer();
    thawed.freeze(FROZEN_MS);
    expect(priceOf(await ask(thawed.handler, user), now)).toBe(now.price);
  });

  test('an operator went back to an older one meanwhile', async () => {
    const thawed = await start('search', memoryBytes);
    const before = await version();
    const now = await dearer();
    thawed.freeze(FROZEN_MS);
    expect(priceOf(cars(await asked(thawed.handler)), now)).toBe(now.price);
    await engines.cluster.onKey('HSET', CATALOGUE_KEYS.current, 'version', before);
    thawed.freeze(FROZEN_MS);
    expect(priceOf(cars(await asked(thawed.handler)), now)).toBe(now.price - 1);
    await warmUp.handler({ force: true });
  });
});

describe('where the newer catalogue cannot be read, the old one answers and its own age is told', () => {
  test('by the metric of old answers and by the health, whatever the pointer says of the newer one', async () => {
    const counted = jest.spyOn(Emitter.prototype, 'count');
    const gauged = jest.spyOn(Emitter.prototype, 'gauge');
    const thawed = await start('search');
    const now = await dearer();
    await engines.cluster.onKey('HSET', CATALOGUE_KEYS.current, 'version', '0123456789ab');
    thawed.freeze(FROZEN_MS);
    expect(priceOf(cars(await asked(thawed.handler)), now)).toBe(now.price - 1);
    expect(counted.mock.calls.filter(([name]) => name === 'AnswersStale')).toHaveLength(1);
    expect(gauged.mock.calls.findLast(([name]) => name === 'IndexAge')?.[2]).toBeGreaterThanOrEqual(1_500);
    const { body } = await call(thawed.handler, 'GET', '/v1/health');
    expect((body.index as { ageSeconds: number }).ageSeconds).toBeGreaterThanOrEqual(1_500);
    await warmUp.handler({ force: true });
  });

  test('and the next question looks again, not only a second later', async () => {
    const thawed = await start('search');
    const now = await dearer();
    thawed.freeze(FROZEN_MS);
    for (const node of engines.cluster.nodes) node.process?.signal('SIGSTOP');
    const blind = await asked(thawed.handler).finally(() => {
      for (const node of engines.cluster.nodes) node.process?.signal('SIGCONT');
    });
    expect(blind.status).toBe(200);
    await engines.cluster.untilOk();
    // Clocks that stand still: only a look that is due at once can find out.
    let found: number | undefined;
    for (let i = 0; i < 20 && found !== now.price; i++) found = priceOf(cars(await asked(thawed.handler)), now);
    expect(found).toBe(now.price);
  });
});

test('a clock that is set back an hour does not put off the next look', async () => {
  const process = await start('search');
  process.freeze(3_600_000);
  await asked(process.handler);
  const now = await dearer();
  process.freeze(-3_600_000);
  expect(priceOf(cars(await asked(process.handler)), now)).toBe(now.price);
});

test('of questions that come at once after a thaw each is answered from the newer catalogue', async () => {
  const thawed = await start('search');
  const now = await dearer();
  thawed.freeze(FROZEN_MS);
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => asked(thawed.handler, { limit: 20 + i })));
  expect(answers.map((answer) => priceOf(cars(answer), now))).toEqual(Array(8).fill(now.price));
});
