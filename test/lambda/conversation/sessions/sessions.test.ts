import { sessionKeys } from '../../../../lambda/contract/keys';
import { createSearchFunction } from '../../../../lambda/search/search-function';
import { LIMITS } from '../../../../lambda/conversation/sessions/limits';
import { search } from '../../../support/engines';
import { SessionApi } from './api';

const api = new SessionApi();

test('a session is created, read, and every write raises its version by one and is durable', async () => {
  const created = await api.ask('POST', '/v1/sessions', {
    body: { userId: 'kim', question: '아이와\n탈 차', context: { channel: 'web' } },
  });
  expect(created).toMatchObject({ status: 201, body: { version: 1, durable: true } });
  const id = created.body.sessionId;
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(created.headers.location).toBe(`/v1/sessions/${id}`);

  await api.patch(id, 'concierge', { mood: '느긋함', scores: { safety: 5, price: 3 }, tags: [] });
  await api.ask('POST', `/v1/sessions/${id}/needs`, {
    body: { needs: [{ need: '골프도 친다' }], agent: 'needs_analyst' },
  });
  const last = await api.ask('POST', `/v1/sessions/${id}/satisfaction`, { body: { score: 4.5 } });
  expect(last).toMatchObject({ status: 200, body: { sessionId: id, version: 4, durable: true } });

  const session = await api.ask('GET', `/v1/sessions/${id}`);
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
  const id = await api.begin();
  await api.patch(id, 'data_analyst', { a: { b: 1, c: [1, 2] }, 'x/y~z': 'kept', n: 9007199254740991, e: {} });
  await api.patch(id, 'data_analyst', { a: { b: null, d: { e: 1.5 } }, e: { f: [] } });
  const hostile = JSON.parse('{"__proto__": {"polluted": true}, "a": {"c": {"now": "an object"}}}') as unknown;
  await api.patch(id, 'data_analyst', hostile);
  const { data_analyst: state } = (await api.read(id)).agentStates as Record<string, object>;
  expect(JSON.parse(JSON.stringify(state))).toEqual(
    JSON.parse(
      '{"a":{"c":{"now":"an object"},"d":{"e":1.5}},' +
        '"x/y~z":"kept","n":9007199254740991,"e":{"f":[]},"__proto__":{"polluted":true}}',
    ),
  );
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  await api.patch(id, 'data_analyst', { a: null });
  expect(await api.read(id)).not.toHaveProperty('agentStates.data_analyst.a');
});

test('a question counts, merges what has changed and answers as the search does', async () => {
  const id = await api.begin();
  const first = await api.ask('POST', `/v1/sessions/${id}/questions`, {
    body: { question: '2500에서 3200 사이로', needs: { budgetMin: 2500, budgetMax: 3200, persona: 'working_mom' } },
  });
  expect(first).toMatchObject({ status: 200, body: { n: 1, version: 2, durable: true } });
  const second = await api.ask('POST', `/v1/sessions/${id}/questions`, {
    body: { question: '아, 골프도 치는데...', needs: { persona: 'ceo_executive', budgetMax: 7000, limit: 5 } },
  });
  const searching = await createSearchFunction(api.engines.env('search'));
  const plain = await searching.handler(search('budgetMin=2500&budgetMax=7000&persona=ceo_executive&limit=5'));
  await searching.close();
  const { total, limit, offset, vehicles } = second.body;
  expect({ total, limit, offset, vehicles }).toEqual(JSON.parse(plain.body));
  expect(second.body).toMatchObject({ n: 2, version: 3, search: { persona: 'ceo_executive', budgetMin: 2500 } });
  expect(await api.read(id)).toMatchObject({
    questionCount: 2,
    question: '아, 골프도 치는데...',
    collaborationState: 'reranking',
    search: { budgetMin: 2500, budgetMax: 7000, persona: 'ceo_executive', limit: 5 },
  });
});

test('a question begins at its first listing, wherever the one before was', async () => {
  const id = await api.begin();
  const ask = async (needs: object) =>
    (await api.ask('POST', `/v1/sessions/${id}/questions`, { body: { question: '?', needs } })).body;
  const budget = { budgetMin: 0, budgetMax: 100_000, limit: 1 };
  const first = await ask(budget);
  const paged = await ask({ offset: 3 });
  expect(paged).toMatchObject({ offset: 3, search: { ...budget, offset: 3 } });
  expect(paged.vehicles).not.toEqual(first.vehicles);
  expect(await ask({})).toMatchObject({ offset: 0, search: { ...budget, offset: 0 }, vehicles: first.vehicles });
});

test.each([
  ['budgets that nobody has given', {}, '/needs'],
  ['a lowest above the highest', { budgetMin: 5000, budgetMax: 4000 }, '/needs/budgetMax'],
  ['a persona that is none', { budgetMin: 1, budgetMax: 2, persona: 'x' }, '/needs/persona'],
])('%s is refused and changes nothing', async (_, needs, name) => {
  const id = await api.begin();
  const answer = await api.ask('POST', `/v1/sessions/${id}/questions`, { body: { question: '?', needs } });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'body', name }] } });
  expect(await api.read(id)).toMatchObject({ version: 1, questionCount: 0, search: {} });
});

test('a budget that is taken back is refused in words that hold after a first search too', async () => {
  const id = await api.begin();
  const ask = (needs: object) => api.ask('POST', `/v1/sessions/${id}/questions`, { body: { question: '?', needs } });
  const rule =
    'must give budgetMin and budgetMax unless the session has them: a search needs both, null leaves it without';
  const refused = { status: 400, body: { errors: [{ in: 'body', name: '/needs', rule }] } };
  expect(await ask({ budgetMin: 1 })).toMatchObject(refused);
  expect(await ask({ budgetMin: 1, budgetMax: 2 })).toMatchObject({ status: 200 });
  expect(await ask({ budgetMax: null })).toMatchObject(refused);
});

test('answers of writes carry the events since the version that the caller knows', async () => {
  const id = await api.begin();
  await api.patch(id, 'concierge', { a: 1 });
  await api.ask('POST', `/v1/sessions/${id}/needs`, { body: { needs: [{ need: 'x' }] } });
  const { body } = await api.patch(id, 'data_analyst', { b: 2 }, { query: 'after=1' });
  expect(body.events).toMatchObject([
    { version: 2, type: 'agent', by: 'concierge', data: { a: 1 } },
    { version: 3, type: 'needs', data: [{ need: 'x' }] },
    { version: 4, type: 'agent', by: 'data_analyst', data: { b: 2 } },
  ]);
});

test('a patch names at most 500 members, and a session has at most 1,000', async () => {
  const members = (count: number, prefix = 'm') =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 1]));
  const id = await api.begin();
  const wide = await api.patch(id, 'concierge', { a: members(498), b: 1 });
  expect(wide.status).toBe(200);
  const wider = await api.patch(id, 'concierge', { a: members(498), b: 1, c: 1 });
  expect(wider).toMatchObject({ status: 400, body: { errors: [{ in: 'body', name: '' }] } });
  expect(JSON.stringify(wider.body.errors)).toContain('at most 500 members, those of objects in it included');
  expect(wider.body.detail).toBe('Please correct: the body');
  // What the session has beside them: its own fields, the agents and the search.
  const own = Number(await api.onKey('HLEN', sessionKeys(id)[0])) - 500;
  expect((await api.patch(id, 'data_analyst', members(500 - own, 'n'))).status).toBe(200);
  const full = await api.patch(id, 'data_analyst', { one: 1 });
  expect(full).toMatchObject({
    status: 413,
    body: { detail: expect.stringMatching(/1001 members of 1000/) as string },
  });
  // As many at once as were set, and an object with all that is in it.
  const removed = Object.fromEntries(Object.keys(members(400)).map((name) => [name, null]));
  expect((await api.patch(id, 'concierge', { a: removed, b: null })).status).toBe(200);
  const { concierge } = (await api.read(id)).agentStates as { concierge: { a: object } };
  expect([Object.keys(concierge), Object.keys(concierge.a).length]).toEqual([['a'], 98]);
  expect((await api.patch(id, 'concierge', { a: 7 })).status).toBe(200);
  expect((await api.patch(id, 'data_analyst', { one: 1 })).status).toBe(200);
  expect((await api.read(id)).agentStates).toMatchObject({ concierge: { a: 7 }, data_analyst: { one: 1 } });
});

test('limits: events, bytes of a session, body', async () => {
  const id = await api.begin();
  for (let i = 0; i < 20; i++) {
    const answer = await api.patch(id, 'concierge', { [`part${i}`]: 'x'.repeat(14_000) });
    if (answer.status === 413) break;
  }
  const session = await api.read(id);
  const refused = await api.patch(id, 'concierge', { more: 'x'.repeat(14_000) });
  expect(refused).toMatchObject({ status: 413, body: { detail: expect.stringMatching(/of 262144/) as string } });
  expect((await api.read(id)).version).toBe(session.version);
  expect(Number(await api.onKey('HGET', sessionKeys(id)[0], 'bytes'))).toBeLessThanOrEqual(LIMITS.bytes);
  expect(
    (
      await api.patch(
        id,
        'concierge',
        Object.fromEntries(
          Object.keys((session.agentStates as { concierge: object }).concierge).map((each) => [each, null]),
        ),
      )
    ).status,
  ).toBe(200);
  expect((await api.patch(id, 'concierge', { more: 'x'.repeat(17_000) })).status).toBe(413);
  expect((await api.patch(id, 'concierge', { ['x'.repeat(10)]: 'x'.repeat(10_000) })).status).toBe(200);
});
