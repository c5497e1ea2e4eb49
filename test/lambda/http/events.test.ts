import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { createSearchFunction, type SearchFunction } from '../../../lambda/search/search-function';
import { Emitter } from '../../../lambda/telemetry/emitter';
import { SessionApi } from '../conversation/sessions/api';

const api = new SessionApi();
let searching: SearchFunction;

beforeAll(async () => {
  searching = await createSearchFunction(api.engines.env('search'));
});
afterAll(() => searching.close());

/** An event of test/lambda/http/events, as API Gateway sends it, with what a test changes. */
function event(name: string, change: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  const text = readFileSync(path.join(__dirname, 'events', `${name}.json`), 'utf8');
  return { ...(JSON.parse(text) as APIGatewayProxyEvent), ...change };
}
const say = (each: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => api.conversation.handler(each);
const namesOf = ({ body }: APIGatewayProxyResult) =>
  (JSON.parse(body) as { errors: { name: string }[] }).errors.map(({ name }) => name);
const bodyOf = ({ body }: APIGatewayProxyResult) => JSON.parse(body) as Record<string, unknown>;

/** Bodies that could not be kept as they are sent, and the members that the answer names. */
test.each([
  ['chat-half-emoji', {}, ['/messages/0/content']],
  [
    'chat-half-emoji',
    { body: '{"messages":[{"id":"m1","role":"user","content":"a\\u0000"}]}' },
    ['/messages/0/content'],
  ],
  ['chat-half-emoji', { body: '{"messages":[{"id":"m","id":"m","role":"user","content":"a"}]}' }, ['/messages/0/id']],
  ['chat-half-emoji', { body: '{"messages":[{"id":"m","role":"user","content":"a","n":-0}]}' }, ['/messages/0/n']],
  [
    'chat-half-emoji',
    { body: Buffer.from('{"a":"\xff"}', 'latin1').toString('base64'), isBase64Encoded: true },
    ['/a'],
  ],
  ['chat-half-emoji', { body: '{"messages":[{"id":"..","role":"user","content":"a"}]}' }, ['/messages/0/id']],
  ['signal-half-emoji', {}, ['/signals/0/vehicle/manufacturer']],
  ['signal-seconds', {}, ['/signals/0/at']],
  ['weight-half-emoji', {}, ['/weights/0/value']],
  [
    'weight-half-emoji',
    { body: '{"weights":[{"attribute":"price","value":"1234","weight":1}]}' },
    ['/weights/0/value'],
  ],
  ['weight-half-emoji', { body: '{"weights":[{"attribute":"age","value":"11","weight":1}]}' }, ['/weights/0/value']],
  ['agent-64-bit', {}, ['/ref']],
  ['agent-64-bit', { body: '{"a":{"b":1,"b":2}}' }, ['/a/b']],
  ['agent-64-bit', { body: '{"a":["\\ud83d"]}' }, ['/a/0']],
  ['chat-nanoseconds', {}, ['/messages/0/timestamp']],
  ['signal-half-emoji', { body: '{"signals":[{"id":".","type":"viewed","vehicle":{"price":1}}]}' }, ['/signals/0/id']],
  [
    'signal-half-emoji',
    { body: '{"signals":[{"id":"s","type":"viewed","vehicle":{"price":1,"note":"\\udc00"}}]}' },
    ['/signals/0/vehicle/note'],
  ],
  [
    'signal-seconds',
    { body: '{"signals":[{"id":"s","type":"liked","at":999999999999,"vehicle":{"price":1}}]}' },
    ['/signals/0/at'],
  ],
  [
    'signal-seconds',
    { body: '{"signals":[{"id":"s","type":"liked","at":1.5e12,"vehicle":{"price":-0}}]}' },
    ['/signals/0/vehicle/price'],
  ],
  ['weight-half-emoji', { body: '{"weights":[{"attribute":"age","value":"-1","weight":1}]}' }, ['/weights/0/value']],
  ['weight-half-emoji', { body: '{"weights":[{"attribute":"age","value":"03","weight":1}]}' }, ['/weights/0/value']],
  ['weight-half-emoji', { body: '{"weights":[{"attribute":"price","value":"1e3","weight":1}]}' }, ['/weights/0/value']],
  [
    'chat-half-emoji',
    { body: '{"messages":[{"id":"m","role":"user","content":"a\\u007f"}]}' },
    ['/messages/0/content'],
  ],
  [
    'chat-half-emoji',
    { body: '{"messages":[{"id":"m","role":"user","content":"a\\u0085"}]}' },
    ['/messages/0/content'],
  ],
  ['chat-nanoseconds', { path: '/v1/users/../chat' }, ['userId', '/messages/0/timestamp']],
  ['chat-nanoseconds', { path: '/v1/users/%2e/chat' }, ['userId', '/messages/0/timestamp']],
  ['chat-nanoseconds', { path: '/v1/users/a%FFb/chat' }, ['userId', '/messages/0/timestamp']],
  ['chat-nanoseconds', { path: '/v1/users/%C0%80/chat' }, ['userId', '/messages/0/timestamp']],
  ['chat-nanoseconds', { path: '/v1/users/%ED%A0%80%41/chat' }, ['userId', '/messages/0/timestamp']],
  ['create-location', { body: '{"userId":"u","question":""}' }, ['/question']],
  ['create-location', { body: '{"userId":"u","question":" "}' }, ['/question']],
  ['create-location', { body: '{"userId":"..","question":"q"}' }, ['/userId']],
  ['create-location', { body: '{"userId":"u","question":"q\\ud83d"}' }, ['/question']],
  ['create-location', { body: '{"userId":"u","question":"q\\u0000"}' }, ['/question']],
  ['create-location', { headers: { 'Idempotency-Key': '"k' } }, ['idempotency-key']],
  ['create-location', { headers: { 'Idempotency-Key': 'a b' } }, ['idempotency-key']],
  ['create-location', { body: '{"userId":"u","question":"q","context":{"\\ud83d":1}}' }, ['/context/\ufffd']],
])('%s %j is 400 and names %j', async (name, change, names) => {
  const sessionId = await api.begin();
  const { path: each } = event(name, change);
  const answer = await say(event(name, { ...change, path: each.replace('SESSION', sessionId) }));
  expect({ status: answer.statusCode, names: namesOf(answer) }).toEqual({ status: 400, names });
});

test('an id as long as a URL is refused by its own rule', async () => {
  const answer = await say(
    event('create-location', { httpMethod: 'GET', path: `/v1/users/${'x'.repeat(8_000)}/chat`, body: null }),
  );
  expect({ status: answer.statusCode, names: namesOf(answer) }).toEqual({ status: 400, names: ['userId'] });
});

test.each([
  ['a version twice', { 'If-Match': ['"0"', '"1"'] }, 'if-match'],
  ['a version in two spellings', { 'If-Match': ['"1"'], 'if-match': ['"0"'] }, 'if-match'],
  ['a key twice', { 'Idempotency-Key': ['a', 'b'] }, 'idempotency-key'],
  ['the same key twice', { 'Idempotency-Key': ['a', 'a'] }, 'idempotency-key'],
])('%s is no version and no key: neither of them is taken', async (_, multiValueHeaders, name) => {
  const headers = Object.fromEntries(
    Object.entries(multiValueHeaders).map(([each, values]) => [each, values.at(-1) ?? '']),
  );
  const path = `/v1/sessions/${await api.begin()}/satisfaction`;
  const rated = { httpMethod: 'POST', path, headers, multiValueHeaders, body: '{"score":5}' };
  const answer = await say(event('create-location', rated));
  expect({ status: answer.statusCode, names: namesOf(answer) }).toEqual({ status: 400, names: [name] });
});

test('what was never asked of Valkey does not count as its failure', async () => {
  const count = jest.spyOn(Emitter.prototype, 'count');
  const names = ['chat-half-emoji', 'signal-half-emoji', 'weight-half-emoji', 'chat-nanoseconds', 'signal-seconds'];
  for (const name of names) expect((await say(event(name))).statusCode).toBe(400);
  const failures = count.mock.calls.filter(([metric]) => metric === 'ValkeyFailures').map(([, value]) => value);
  count.mockRestore();
  expect(failures).toEqual([0, 0, 0, 0, 0]);
});

test('a session that was begun is where Location says, for who came by the stage’s name', async () => {
  const { statusCode, headers, body } = await say(event('create-location'));
  expect(statusCode).toBe(201);
  expect(headers?.location).toBe(`/live/v1/sessions/${String(bodyOf({ body } as APIGatewayProxyResult).sessionId)}`);
});

test('a search under a base path of a custom domain is answered', async () => {
  const { statusCode, body } = await searching.handler(event('base-path-search'));
  expect([statusCode, (JSON.parse(body) as { vehicles: unknown[] }).vehicles]).toMatchObject([200, [{}]]);
});

test('a key of another create is 409, a repetition says so, in quotes too, in any order of members', async () => {
  const first = await say(event('create-first'));
  expect(first.statusCode).toBe(201);
  expect((await say(event('create-second-other-body'))).statusCode).toBe(409);
  const { sessionId } = bodyOf(first);
  const quoted = { headers: { 'Idempotency-Key': '"k1"' }, body: '{"question":"one","userId":"u1"}' };
  const again = await say(event('create-first', quoted));
  expect({ status: again.statusCode, ...bodyOf(again) }).toMatchObject({ status: 201, sessionId, replayed: true });
  expect((await say(event('idempotency-key-quoted'))).statusCode).toBe(201);
});

test('a create and a question with members in another order are repetitions, however deep', async () => {
  const headers = { 'idempotency-key': 'deep' };
  const begin = async (context: unknown) =>
    (await api.ask('POST', '/v1/sessions', { body: { userId: 'deep', question: '?', context }, headers })).body;
  const { sessionId } = await begin({ a: { x: 1, y: [{ p: 1, q: 2 }] }, b: 2 });
  expect(await begin({ b: 2, a: { y: [{ q: 2, p: 1 }], x: 1 } })).toMatchObject({ sessionId, replayed: true });
  const ask = (needs: unknown) =>
    api.ask('POST', `/v1/sessions/${sessionId}/questions`, {
      body: { question: '?', needs },
      headers: { 'idempotency-key': 'asked' },
    });
  expect((await ask({ budgetMin: 1, budgetMax: 2 })).body.n).toBe(1);
  expect((await ask({ budgetMax: 2, budgetMin: 1 })).body).toMatchObject({ n: 1, replayed: true });
  expect((await ask({ budgetMax: 3, budgetMin: 1 })).status).toBe(409);
});

test('the same patch with its members in another order is a repetition, another one is 409', async () => {
  const id = await api.begin();
  const headers = { 'idempotency-key': 'p' };
  expect((await api.patch(id, 'concierge', { a: 1, b: { x: 1, y: [1, 2] } }, { headers })).status).toBe(200);
  const again = await api.patch(id, 'concierge', { b: { y: [1, 2], x: 1 }, a: 1 }, { headers });
  expect(again).toMatchObject({ status: 200, body: { replayed: true, version: 2 } });
  expect((await api.patch(id, 'concierge', { a: 1, b: { x: 1, y: [2, 1] } }, { headers })).status).toBe(409);
});

test('a replayed question answers what it answered', async () => {
  const id = await api.begin();
  const ask = (needs: unknown, key: string) =>
    api.ask('POST', `/v1/sessions/${id}/questions`, {
      body: { question: '?', needs },
      headers: { 'idempotency-key': key },
    });
  const first = await ask({ budgetMin: 1000, budgetMax: 2000, usage: '' }, 'q1');
  await ask({ budgetMin: 3000, budgetMax: 4000, usage: null }, 'q2');
  const again = await ask({ budgetMin: 1000, budgetMax: 2000, usage: '' }, 'q1');
  expect(first.status).toBe(200);
  expect(again).toMatchObject({ status: 200, body: { replayed: true, n: 1, search: first.body.search } });
});

test('usage follows one rule in a search and in a session', async () => {
  const id = await api.begin();
  const inSession = async (usage: string) =>
    (
      await api.ask('POST', `/v1/sessions/${id}/questions`, {
        body: { question: '?', needs: { budgetMin: 1, budgetMax: 2, usage } },
      })
    ).status;
  const inSearch = async (usage: string) => {
    const query = { budgetMin: ['1'], budgetMax: ['2'], usage: [usage] };
    return (
      await searching.handler(
        event('base-path-search', { path: '/v1/vehicles/search', multiValueQueryStringParameters: query }),
      )
    ).statusCode;
  };
  for (const [usage, status] of [
    ['', 200],
    ['차박', 200],
    ['a\nb', 400],
    ['😀'.repeat(200), 200],
    ['x'.repeat(201), 400],
  ] as const) {
    expect([usage, await inSession(usage), await inSearch(usage)]).toEqual([usage, status, status]);
  }
});

test('a write of a caller who knows a later version than there is carries no events', async () => {
  const id = await api.begin();
  const answer = await api.patch(id, 'concierge', { a: 1 }, { query: 'after=9' });
  expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
  expect(answer.body.events).toBeUndefined();
});

test('a new person is written to with the version that was read; a signal of the far future is of now', async () => {
  const path = '/v1/users/fresh/preferences';
  const { headers } = await api.ask('GET', path);
  const body = { weights: [{ attribute: 'price', value: '3000', weight: 2 }] };
  expect(headers.etag).toBe('"0"');
  expect((await api.ask('PUT', path, { body, headers: { 'if-match': '"0"' } })).status).toBe(200);
  expect((await api.ask('PUT', path, { body, headers: { 'if-match': '"0"' } })).status).toBe(412);
  for (const tag of ['W/"0"', '"00"', '"-1"', '"0', '0"', '*', '"0", "1"'])
    expect([tag, (await api.ask('PUT', path, { body, headers: { 'if-match': tag } })).status]).toEqual([tag, 400]);
  const signal = { id: 's', type: 'liked', at: 9_999_999_999_999, vehicle: { model_year: 2020 } };
  expect((await api.ask('POST', '/v1/users/fresh/signals', { body: { signals: [signal] } })).status).toBe(200);
  const read = (await api.ask('GET', path)).body as unknown as {
    weights: { attribute: string; value: string; weight: number }[];
  };
  const age = read.weights.find(({ attribute }) => attribute === 'age');
  expect(Number(age?.value)).toBeGreaterThanOrEqual(5);
  expect(age?.weight).toBeCloseTo(5, 1);
});

test('HEAD answers as GET does, without a body', async () => {
  const head = await searching.handler(event('head-health'));
  const get = await searching.handler(event('head-health', { httpMethod: 'GET' }));
  expect({ status: head.statusCode, body: head.body }).toEqual({ status: get.statusCode, body: '' });
  expect(head.headers?.['content-type']).toBe(get.headers?.['content-type']);
  const id = await api.begin();
  for (const path of [`/v1/sessions/${id}`, '/v1/users/kim/chat', '/v1/users/kim/preferences', '/v1/sessions/nobody']) {
    const [asked, headed] = [
      await say(event('head-health', { httpMethod: 'GET', path })),
      await say(event('head-health', { path })),
    ];
    expect({ path, status: headed.statusCode, body: headed.body }).toEqual({
      path,
      status: asked.statusCode,
      body: '',
    });
  }
});

test.each([
  ['sets', 1],
  ['removes', null],
])('a patch that %s many members below a long name is refused before Valkey is asked', async (_, value) => {
  const id = await api.begin();
  const members = Object.fromEntries(Array.from({ length: 490 }, (__, i) => [`m${i}`, value]));
  const wave = jest.spyOn(api.conversation.valkey, 'wave');
  const answer = await api.patch(id, 'concierge', { ['x'.repeat(5_000)]: members });
  const asked = wave.mock.calls.length;
  wave.mockRestore();
  expect({ status: answer.status, asked }).toEqual({ status: 413, asked: 0 });
  expect((await api.patch(id, 'concierge', { ['x'.repeat(200)]: members })).status).toBe(200);
});
