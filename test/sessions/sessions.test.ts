import { createConversationFunction, type ConversationFunction } from '../../lambda/conversation/conversation-function';
import { sessionKeys, seenKey } from '../../lambda/contract/keys';
import { createSearchFunction } from '../../lambda/search/search-function';
import { LIMITS, SessionStore } from '../../lambda/sessions/session-store';
import { RequestContext } from '../../lambda/telemetry/request';
import { createWarmUpFunction } from '../../lambda/warm-up/warm-up-function';
import { call, type Answer, type Options } from '../support/api';
import { search, startEngines, type Engines } from '../support/engines';

let engines: Engines;
let conversation: ConversationFunction;

beforeAll(async () => {
  engines = await startEngines(1_000, { replicasPerPrimary: 1 });
  const warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
  await warmUp.close();
  conversation = await createConversationFunction(engines.env('conversation'));
}, 90_000);

afterAll(async () => {
  await conversation.close();
  await engines.stop();
});

const ask = (method: string, path: string, options?: Options): Promise<Answer> =>
  call(conversation.handler, method, path, options);

async function begin(context?: unknown): Promise<string> {
  const { body } = await ask('POST', '/v1/sessions', { body: { userId: 'kim', question: '아이와 탈 차', context } });
  return body.sessionId;
}
const patch = (id: string, agent: string, body: unknown, options: Options = {}) =>
  ask('PATCH', `/v1/sessions/${id}/agents/${agent}`, { body, ...options });
const read = async (id: string) => (await ask('GET', `/v1/sessions/${id}`)).body;

/** Runs one command on the primary that holds the key. */
async function onKey(command: string, key: string, ...args: (string | number)[]): Promise<unknown> {
  const answers = await Promise.allSettled(
    engines.cluster.nodes.slice(0, 3).map((node) => node.ask(command, key, ...args)),
  );
  return answers.find((each) => each.status === 'fulfilled')?.value;
}

test('a session is created, read, and every write raises its version by one and is durable', async () => {
  const created = await ask('POST', '/v1/sessions', {
    body: { userId: 'kim', question: '아이와\n탈 차', context: { channel: 'web' } },
  });
  expect(created).toMatchObject({ status: 201, body: { version: 1, durable: true } });
  const id = created.body.sessionId;
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(created.headers.location).toBe(`/v1/sessions/${id}`);

  await patch(id, 'concierge', { mood: '느긋함', scores: { safety: 5, price: 3 }, tags: [] });
  await ask('POST', `/v1/sessions/${id}/needs`, { body: { needs: [{ need: '골프도 친다' }], agent: 'needs_analyst' } });
  const last = await ask('POST', `/v1/sessions/${id}/satisfaction`, { body: { score: 4.5 } });
  expect(last).toMatchObject({ status: 200, body: { sessionId: id, version: 4, durable: true } });

  const session = await ask('GET', `/v1/sessions/${id}`);
  expect(session.headers.etag).toBe('"4"');
  expect(session.body).toMatchObject({
    sessionId: id,
    userId: 'kim',
    version: 4,
    collaborationState: 'needs_discovered',
    question: '아이와\n탈 차',
    questionCount: 0,
    context: { channel: 'web' },
    agentStates: {
      concierge: { mood: '느긋함', scores: { safety: 5, price: 3 }, tags: [] },
      needs_analyst: {},
      data_analyst: {},
    },
    needs: [{ need: '골프도 친다' }],
    search: {},
    satisfaction: 4.5,
  });
  expect(Math.abs(Number(session.body.startTime) - Date.now())).toBeLessThan(10_000);
});

test('a merge patch replaces, merges and removes as RFC 7396 says, whatever the names are', async () => {
  const id = await begin();
  await patch(id, 'data_analyst', { a: { b: 1, c: [1, 2] }, 'x/y~z': 'kept', n: 9007199254740991, e: {} });
  await patch(id, 'data_analyst', { a: { b: null, d: { e: 1.5 } }, e: { f: [] } });
  const hostile = JSON.parse('{"__proto__": {"polluted": true}, "a": {"c": {"now": "an object"}}}') as unknown;
  await patch(id, 'data_analyst', hostile);
  const { data_analyst: state } = (await read(id)).agentStates as Record<string, object>;
  expect(JSON.parse(JSON.stringify(state))).toEqual(
    JSON.parse(
      '{"a":{"c":{"now":"an object"},"d":{"e":1.5}},"x/y~z":"kept","n":9007199254740991,"e":{"f":[]},"__proto__":{"polluted":true}}',
    ),
  );
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  await patch(id, 'data_analyst', { a: null });
  expect(await read(id)).not.toHaveProperty('agentStates.data_analyst.a');
});

test('a question counts, merges what has changed and answers as the search does', async () => {
  const id = await begin();
  const first = await ask('POST', `/v1/sessions/${id}/questions`, {
    body: { question: '2500에서 3200 사이로', needs: { budgetMin: 2500, budgetMax: 3200, persona: 'working_mom' } },
  });
  expect(first).toMatchObject({ status: 200, body: { n: 1, version: 2, durable: true } });
  const second = await ask('POST', `/v1/sessions/${id}/questions`, {
    body: { question: '아, 골프도 치는데...', needs: { persona: 'ceo_executive', budgetMax: 7000, limit: 5 } },
  });
  const searching = await createSearchFunction(engines.env('search'));
  const plain = await searching.handler(search('budgetMin=2500&budgetMax=7000&persona=ceo_executive&limit=5'));
  await searching.close();
  const { total, limit, offset, vehicles } = second.body;
  expect({ total, limit, offset, vehicles }).toEqual(JSON.parse(plain.body));
  expect(second.body).toMatchObject({ n: 2, version: 3, search: { persona: 'ceo_executive', budgetMin: 2500 } });
  expect(await read(id)).toMatchObject({
    questionCount: 2,
    question: '아, 골프도 치는데...',
    collaborationState: 'reranking',
    search: { budgetMin: 2500, budgetMax: 7000, persona: 'ceo_executive', limit: 5 },
  });
});

test.each([
  ['budgets that nobody has given', {}, '/needs'],
  ['a lowest above the highest', { budgetMin: 5000, budgetMax: 4000 }, '/needs/budgetMax'],
  ['a persona that is none', { budgetMin: 1, budgetMax: 2, persona: 'x' }, '/needs/persona'],
])('%s is refused and changes nothing', async (_, needs, name) => {
  const id = await begin();
  const answer = await ask('POST', `/v1/sessions/${id}/questions`, { body: { question: '?', needs } });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'body', name }] } });
  expect(await read(id)).toMatchObject({ version: 1, questionCount: 0, search: {} });
});

test('a request that is sent again is applied once; its key does not serve another one', async () => {
  const id = await begin();
  const headers = { 'Idempotency-Key': 'k-1' };
  const first = await patch(id, 'concierge', { a: 1 }, { headers });
  await patch(id, 'concierge', { a: 2 });
  const again = await patch(id, 'concierge', { a: 1 }, { headers });
  expect([first.body.version, again.body.version, again.body.replayed]).toEqual([2, 2, true]);
  expect(await read(id)).toMatchObject({ version: 3, agentStates: { concierge: { a: 2 } } });
  expect((await patch(id, 'concierge', { a: 3 }, { headers })).status).toBe(409);

  const create = () =>
    ask('POST', '/v1/sessions', { body: { userId: 'lee', question: '?' }, headers: { 'idempotency-key': 'c-1' } });
  expect((await create()).body.sessionId).toBe((await create()).body.sessionId);

  const question = () =>
    ask('POST', `/v1/sessions/${id}/questions`, {
      body: { question: '?', needs: { budgetMin: 1, budgetMax: 2 } },
      headers: { 'idempotency-key': 'q-1' },
    });
  expect([(await question()).body.n, (await question()).body.n]).toEqual([1, 1]);
});

test('If-Match refuses to overwrite; completed sessions refuse to change', async () => {
  const id = await begin();
  const changed = await patch(id, 'concierge', { a: 1 }, { headers: { 'If-Match': '"7"' } });
  expect(changed).toMatchObject({ status: 412, body: { detail: expect.stringContaining('version 1') as string } });
  expect((await patch(id, 'concierge', { a: 1 }, { headers: { 'If-Match': '1' } })).status).toBe(200);
  const done = () =>
    ask('POST', `/v1/sessions/${id}/complete`, { headers: { 'Idempotency-Key': 'done' } }).then(({ status }) => status);
  expect([await done(), await done()]).toEqual([200, 200]);
  expect((await patch(id, 'concierge', { a: 2 })).status).toBe(409);
  expect(await read(id)).toMatchObject({ collaborationState: 'completed', version: 3 });
});

test('answers of writes carry the events since the version that the caller knows', async () => {
  const id = await begin();
  await patch(id, 'concierge', { a: 1 });
  await ask('POST', `/v1/sessions/${id}/needs`, { body: { needs: [{ need: 'x' }] } });
  const { body } = await patch(id, 'data_analyst', { b: 2 }, { query: 'after=1' });
  expect(body.events).toMatchObject([
    { version: 2, type: 'agent', by: 'concierge', data: { a: 1 } },
    { version: 3, type: 'needs', data: [{ need: 'x' }] },
    { version: 4, type: 'agent', by: 'data_analyst', data: { b: 2 } },
  ]);
});

test('limits: events, bytes of a session, body', async () => {
  const id = await begin();
  for (let i = 0; i < 20; i++) {
    const answer = await patch(id, 'concierge', { [`part${i}`]: 'x'.repeat(14_000) });
    if (answer.status === 413) break;
  }
  const session = await read(id);
  const refused = await patch(id, 'concierge', { more: 'x'.repeat(14_000) });
  expect(refused).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/of 262144/) as string } });
  expect((await read(id)).version).toBe(session.version);
  expect(Number(await onKey('HGET', sessionKeys(id)[0], 'bytes'))).toBeLessThanOrEqual(LIMITS.bytes);
  expect(
    (
      await patch(
        id,
        'concierge',
        Object.fromEntries(
          Object.keys((session.agentStates as { concierge: object }).concierge).map((each) => [each, null]),
        ),
      )
    ).status,
  ).toBe(200);
  expect((await patch(id, 'concierge', { more: 'x'.repeat(17_000) })).status).toBe(413);
  expect((await patch(id, 'concierge', { ['x'.repeat(10)]: 'x'.repeat(10_000) })).status).toBe(200);
});

test('every key of a session expires together, by the clock of the server, and each write renews it', async () => {
  const id = await begin();
  const ttls = async () => Promise.all(sessionKeys(id).map((key) => onKey('TTL', key)));
  for (const key of sessionKeys(id)) await onKey('EXPIRE', key, 100);
  expect((await read(id)).expiresInSeconds).toBe(100);
  await patch(id, 'concierge', { a: 1 });
  expect(await ttls()).toEqual([1_800, 1_800, 1_800]);
  // A session that began almost seven days ago ends with them.
  await onKey('HINCRBY', sessionKeys(id)[0], 'startTime', -(604_800 - 60) * 1_000);
  await patch(id, 'concierge', { a: 2 });
  for (const ttl of await ttls()) expect(ttl).toBeLessThanOrEqual(60);
});

test('a session that is not there is 404, and one that was lost within its life is told from one that never was', async () => {
  const sessions = new SessionStore(conversation.valkey);
  const isLost = (id: string) => sessions.isLost(id, new RequestContext());
  const id = await begin();
  await onKey('DEL', sessionKeys(id)[0]);
  expect((await ask('GET', `/v1/sessions/${id}`)).status).toBe(404);
  expect((await patch(id, 'concierge', {})).status).toBe(404);
  expect([await isLost(id), await isLost('nobody')]).toEqual([true, false]);
  // Half an hour after its last write it has ended.
  await onKey('EXPIRE', seenKey('a2a', id), 172_800 - 1_801);
  expect(await isLost(id)).toBe(false);
});

test('while Valkey is away a session is 503 with Retry-After, never 404', async () => {
  const alone = await createConversationFunction({ ...engines.env('conversation'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const answers = await Promise.all([
    call(alone.handler, 'GET', '/v1/sessions/any'),
    call(alone.handler, 'POST', '/v1/sessions', { body: { userId: 'kim', question: '?' } }),
    call(alone.handler, 'PATCH', '/v1/sessions/any/agents/concierge', { body: {} }),
  ]);
  await alone.close();
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  for (const { headers } of answers) expect(headers['retry-after']).toBe('1');
});
