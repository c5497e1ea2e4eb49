import { sessionKeys, seenKey } from '../../../../lambda/contract/keys';
import { PeopleKey } from '../../../../lambda/contract/people-key';
import { createConversationFunction } from '../../../../lambda/conversation/conversation-function';
import { SessionStore } from '../../../../lambda/conversation/sessions/session-store';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { call } from '../../../support/api';
import { SessionApi } from './api';
import { livesFor } from '../../../support/lives';

const api = new SessionApi();

const ttls = (id: string) => Promise.all(sessionKeys(id).map((key) => api.onKey('TTL', key)));
const areRenewed = async (id: string) => (await ttls(id)).every(livesFor(1_800).asymmetricMatch);

test('a request that is sent again is applied once; its key does not serve another one', async () => {
  const id = await api.begin();
  const headers = { 'Idempotency-Key': 'k-1' };
  const first = await api.patch(id, 'concierge', { a: 1 }, { headers });
  await api.patch(id, 'concierge', { a: 2 });
  const again = await api.patch(id, 'concierge', { a: 1 }, { headers });
  expect([first.body.version, again.body.version, again.body.replayed]).toEqual([2, 2, true]);
  expect(await api.read(id)).toMatchObject({ version: 3, agentStates: { concierge: { a: 2 } } });
  expect((await api.patch(id, 'concierge', { a: 3 }, { headers })).status).toBe(409);

  const create = () =>
    api.ask('POST', '/v1/sessions', { body: { userId: 'lee', question: '?' }, headers: { 'idempotency-key': 'c-1' } });
  expect((await create()).body.sessionId).toBe((await create()).body.sessionId);

  const question = () =>
    api.ask('POST', `/v1/sessions/${id}/questions`, {
      body: { question: '?', needs: { budgetMin: 1, budgetMax: 2 } },
      headers: { 'idempotency-key': 'q-1' },
    });
  expect([(await question()).body.n, (await question()).body.n]).toEqual([1, 1]);
});

test('a create that is sent again after its session has ended begins it anew, and is no repetition', async () => {
  const create = () =>
    api.ask('POST', '/v1/sessions', { body: { userId: 'park', question: '?' }, headers: { 'idempotency-key': 'c-2' } });
  const { sessionId, version } = (await create()).body;
  expect((await create()).body).toMatchObject({ sessionId, replayed: true });
  for (const key of sessionKeys(sessionId)) await api.onKey('DEL', key);
  const { body } = await create();
  expect([body.sessionId, body.replayed]).toEqual([sessionId, undefined]);
  // What was known of the one that has ended does not fit it.
  expect(body.version).toBeGreaterThan(version);
  const late = { headers: { 'If-Match': `"${version}"` }, query: `after=${version}` };
  expect((await api.patch(sessionId, 'concierge', { a: 1 }, late)).status).toBe(412);
  const next = await api.patch(sessionId, 'concierge', { a: 1 }, { query: 'after=0' });
  expect(next.body.events.map((event) => event.type)).toEqual(['created', 'agent']);
});

test('a session that eviction took alone is begun anew, without what was left of it', async () => {
  const create = () =>
    api.ask('POST', '/v1/sessions', { body: { userId: 'park', question: '?' }, headers: { 'idempotency-key': 'c-3' } });
  const { sessionId } = (await create()).body;
  const patch = () => api.patch(sessionId, 'concierge', { a: 1 }, { headers: { 'Idempotency-Key': 'p-1' } });
  await patch();
  await api.onKey('DEL', sessionKeys(sessionId)[0]);
  expect((await create()).status).toBe(201);
  expect(await areRenewed(sessionId)).toBe(true);
  expect((await patch()).body.replayed).toBeUndefined();
  expect(await api.read(sessionId)).toMatchObject({ agentStates: { concierge: { a: 1 } } });
});

test('a repetition is known where eviction took what remembers the requests', async () => {
  const id = await api.begin();
  const need = () =>
    api.ask('POST', `/v1/sessions/${id}/needs`, {
      body: { needs: [{ need: '골프' }] },
      headers: { 'Idempotency-Key': 'n-1' },
    });
  const question = (n: number) =>
    api.ask('POST', `/v1/sessions/${id}/questions`, {
      body: { question: '?', needs: { budgetMin: 1_000 * n, budgetMax: 3_000 } },
      headers: { 'Idempotency-Key': `q-${n}` },
    });
  const answers = [await need(), await question(1), await question(2)];
  const [, , requests] = sessionKeys(id);
  await api.onKey('DEL', requests);
  // Refused: what it makes anew must end all the same.
  expect((await api.patch(id, 'concierge', {}, { headers: { 'If-Match': '"1"' } })).status).toBe(412);
  expect(await api.onKey('TTL', requests)).toBeGreaterThan(1_700);
  await api.onKey('DEL', requests);
  for (const [i, again] of [await need(), await question(1), await question(2)].entries()) {
    const first = answers[i]?.body;
    expect(again).toMatchObject({ status: 200, body: { version: first?.version, replayed: true } });
    expect([again.body.n, again.body.search]).toEqual([first?.n, first?.search]);
  }
  expect((await question(3)).body).toMatchObject({ n: 3, version: 5 });
  const { needs, questionCount } = await api.read(id);
  expect([needs, questionCount]).toEqual([[{ need: '골프' }], 3]);
});

test('what was said outlives what was known of its requests', async () => {
  const id = await api.begin();
  const patch = () => api.patch(id, 'concierge', { mood: '느긋함' }, { headers: { 'Idempotency-Key': 'p-2' } });
  const { version } = (await patch()).body;
  for (const each of sessionKeys(id).slice(1)) await api.onKey('DEL', each);
  const again = await patch();
  expect(again).toMatchObject({ status: 200, body: { version: version + 1 } });
  expect((await patch()).body).toMatchObject({ version: version + 1, replayed: true });
  expect((await api.read(id)).agentStates).toMatchObject({ concierge: { mood: '느긋함' } });
  expect(await areRenewed(id)).toBe(true);
});

test('If-Match refuses to overwrite; completed sessions refuse to change', async () => {
  const id = await api.begin();
  const changed = await api.patch(id, 'concierge', { a: 1 }, { headers: { 'If-Match': '"7"' } });
  expect(changed).toMatchObject({ status: 412, body: { detail: expect.stringContaining('version 1') as string } });
  expect((await api.patch(id, 'concierge', { a: 1 }, { headers: { 'If-Match': '1' } })).status).toBe(200);
  const done = () =>
    api
      .ask('POST', `/v1/sessions/${id}/complete`, { headers: { 'Idempotency-Key': 'done' } })
      .then(({ status }) => status);
  expect([await done(), await done()]).toEqual([200, 200]);
  expect((await api.patch(id, 'concierge', { a: 2 })).status).toBe(409);
  expect(await api.read(id)).toMatchObject({ collaborationState: 'completed', version: 3 });
});

test('a score is taken after the end too, for as long as the session can be read', async () => {
  const id = await api.begin();
  await api.ask('POST', `/v1/sessions/${id}/complete`);
  const rated = await api.ask('POST', `/v1/sessions/${id}/satisfaction`, { body: { score: 4.5 } });
  expect(rated).toMatchObject({ status: 200, body: { version: 3 } });
  expect(await api.read(id)).toMatchObject({ collaborationState: 'completed', satisfaction: 4.5 });
});

test('every key of a session expires together, by the clock of the server, and each write renews it', async () => {
  const id = await api.begin();
  for (const key of sessionKeys(id)) await api.onKey('EXPIRE', key, 100);
  expect((await api.read(id)).expiresInSeconds).toEqual(livesFor(100));
  await api.patch(id, 'concierge', { a: 1 });
  expect(await areRenewed(id)).toBe(true);
  // A session that began almost seven days ago ends with them.
  await api.onKey('HINCRBY', sessionKeys(id)[0], 'startTime', -(604_800 - 60) * 1_000);
  await api.patch(id, 'concierge', { a: 2 });
  for (const ttl of await ttls(id)) expect(ttl).toBeLessThanOrEqual(60);
});

test('a session that is not there is 404; one lost within its life is told from one that never was', async () => {
  const sessions = new SessionStore(api.conversation.valkey, new PeopleKey(api.engines.cluster.peopleKey));
  const isLost = (id: string) => sessions.isLost(id, new RequestContext());
  const id = await api.begin();
  await api.onKey('DEL', sessionKeys(id)[0]);
  expect((await api.ask('GET', `/v1/sessions/${id}`)).status).toBe(404);
  expect((await api.patch(id, 'concierge', {})).status).toBe(404);
  expect([await isLost(id), await isLost('nobody')]).toEqual([true, false]);
  // Half an hour after its last write it has ended.
  await api.onKey('EXPIRE', seenKey('a2a', id), 172_800 - 1_801);
  expect(await isLost(id)).toBe(false);
});

test('while Valkey is away a session is 503 with Retry-After, never 404', async () => {
  const alone = await createConversationFunction({
    ...api.engines.env('conversation'),
    VALKEY_ENDPOINT: '127.0.0.1:1',
  });
  const answers = await Promise.all([
    call(alone.handler, 'GET', '/v1/sessions/any'),
    call(alone.handler, 'POST', '/v1/sessions', { body: { userId: 'kim', question: '?' } }),
    call(alone.handler, 'PATCH', '/v1/sessions/any/agents/concierge', { body: {} }),
  ]);
  await alone.close();
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  for (const { headers } of answers) expect(headers['retry-after']).toBe('1');
});
