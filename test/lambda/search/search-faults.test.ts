import '../../support/short-deadlines';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { createSearchFunction, type SearchFunction } from '../../../lambda/search/search-function';
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
async function truth(): Promise<string> {
  const alone = await createSearchFunction({ ...engines.env('search'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const answer = await alone.handler(search(QUESTION));
  await alone.close();
  expect(tier(answer)).toBe('database');
  return answer.body;
}

test('Valkey hung: the index in memory and rows by primary key answer; then the cache is used again', async () => {
  const expected = await truth();
  for (const node of engines.cluster.nodes) node.process?.signal('SIGSTOP');
  try {
    for (let i = 0; i < 6; i++) {
      const answer = await ask();
      expect([answer.statusCode, tier(answer), answer.body]).toEqual([200, 'database', expected]);
    }
    // Left alone, the nodes cost nobody a wait.
    expect(current.valkey.degraded).toBe(true);
  } finally {
    for (const node of engines.cluster.nodes) node.process?.signal('SIGCONT');
  }
  await engines.cluster.untilOk();
  await eventually(async () => expect(['hit', 'index']).toContain(tier(await ask())));
});

test('Valkey hung at a cold start: a bounded wait, then the database', async () => {
  for (const node of engines.cluster.nodes) node.process?.signal('SIGSTOP');
  try {
    const cold = await createSearchFunction(engines.env('search'));
    const answer = await cold.handler(search(QUESTION));
    await cold.close();
    expect([answer.statusCode, tier(answer)]).toEqual([200, 'database']);
  } finally {
    for (const node of engines.cluster.nodes) node.process?.signal('SIGCONT');
  }
  await engines.cluster.untilOk();
});

test('a shard away: the health says so, though the catalogue is on another', async () => {
  const health = async () => JSON.parse((await current.handler(get('/v1/health'))).body) as Record<string, unknown>;
  expect(await health()).toMatchObject({ status: 'ok', valkey: { ok: true } });
  for (const { port, process } of engines.cluster.nodes) {
    process?.signal('SIGSTOP');
    try {
      await eventually(async () =>
        expect(await health()).toMatchObject({
          status: 'degraded',
          valkey: { ok: false, error: expect.stringContaining(String(port)) as unknown },
        }),
      );
    } finally {
      process?.signal('SIGCONT');
    }
    await engines.cluster.untilOk();
    await eventually(async () => expect(await health()).toMatchObject({ status: 'ok' }));
  }
});

test('PostgreSQL hung: what cache and index know is answered; what they do not know is 503, never empty', async () => {
  await ask();
  await withHungDatabase(async () => {
    let limit = 30;
    await eventually(async () => {
      const never = await ask(`${QUESTION}&limit=${limit++}`);
      expect([never.statusCode, tier(never)]).toEqual([200, 'index']);
    });
    const nowhere = await createSearchFunction({ ...engines.env('search'), VALKEY_ENDPOINT: '127.0.0.1:1' });
    const refused = await nowhere.handler(search(QUESTION));
    expect(refused.statusCode).toBe(503);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': expect.any(String) as unknown,
    });
    const health = await nowhere.handler(get('/v1/health'));
    expect([health.statusCode, (JSON.parse(health.body) as { status: string }).status]).toEqual([503, 'down']);
    await nowhere.close();
  });
});

test('PostgreSQL ends an idle connection: the next question has another', async () => {
  const alone = await createSearchFunction({ ...engines.env('search'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  await alone.handler(search(QUESTION));
  await withClient(engines.postgres.ownerUrl, (client) =>
    client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'carfin_reader'"),
  );
  expect((await alone.handler(search(QUESTION))).statusCode).toBe(200);
  await alone.close();
});

test('a rotated password costs nothing: connections sign in with the new one', async () => {
  await engines.cluster.rotatePassword('search');
  await engines.cluster.everywhere('CLIENT', 'KILL', 'USER', 'search');
  await eventually(async () => expect(tier(await ask())).toBe('hit'));
  expect((await ask()).statusCode).toBe(200);
});

async function withHungDatabase(work: () => Promise<void>): Promise<void> {
  // The postmaster forks for each connection, so a stopped one answers nobody new; pooled backends are ended first.
  await withClient(engines.postgres.ownerUrl, (client) =>
    client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'carfin_reader'"),
  );
  engines.postgres.process.signal('SIGSTOP');
  try {
    await work();
  } finally {
    engines.postgres.process.signal('SIGCONT');
  }
}

/** What is promised for a time that depends on the machine is waited for. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await check();
      return;
    } catch (error) {
      if (tries > 1_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
