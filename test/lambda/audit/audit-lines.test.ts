import type { APIGatewayProxyEvent } from 'aws-lambda';
import { openLine, type AuditLine } from '../../../lambda/contract/audit';
import { PeopleKey } from '../../../lambda/contract/people-key';
import { CHAT_OPERATIONS } from '../../../lambda/conversation/chat/operations';
import { forgetUser } from '../../../lambda/conversation/forgetting/forget-user';
import { PREFERENCE_OPERATIONS } from '../../../lambda/conversation/preferences/operations';
import { SESSION_OPERATIONS } from '../../../lambda/conversation/sessions/operations';
import { createEventsFunction, type EventsFunction } from '../../../lambda/events/events-function';
import { createOperationsFunction, type OperationsFunction } from '../../../lambda/levers/operations-function';
import { request } from '../../support/engines';
import { SessionApi } from '../conversation/sessions/api';

const CALLER = 'arn:aws:sts::111122223333:assumed-role/carfin-agents/web';

const api = new SessionApi();
let events: EventsFunction;
let operations: OperationsFunction;
let people: PeopleKey;
let written: string[];

beforeAll(() => {
  events = createEventsFunction(api.engines.env('events'));
  operations = createOperationsFunction(api.engines.env('operations'));
  people = new PeopleKey(api.engines.cluster.peopleKey);
});
afterAll(() => {
  events.close();
  operations.close();
});
beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => jest.restoreAllMocks());

const lines = (): AuditLine[] => written.flatMap((line) => openLine(line, people) ?? []);

async function ask(method: string, path: string, body?: unknown, query = ''): Promise<Record<string, unknown>> {
  const event = {
    ...request(method, path, query, body === undefined ? null : JSON.stringify(body)),
    requestContext: { requestId: 'r-1', identity: { userArn: CALLER } },
  } as unknown as APIGatewayProxyEvent;
  const handler = path.endsWith('/events') ? events.handler : api.conversation.handler;
  const { statusCode, body: text } = await handler(event);
  return { statusCode, ...(JSON.parse(text) as object) };
}

/** A request of every operation on what people said, in an order in which each succeeds. `S` is the session. */
const ASKED: [operationId: string, method: string, path: string, body?: unknown, query?: string][] = [
  ['getSession', 'GET', '/v1/sessions/S'],
  ['askQuestion', 'POST', '/v1/sessions/S/questions', { question: '?', needs: { budgetMin: 0, budgetMax: 9_000 } }],
  ['updateAgent', 'PATCH', '/v1/sessions/S/agents/concierge', { userId: 'somebody-else' }],
  ['addNeeds', 'POST', '/v1/sessions/S/needs', { needs: [{ need: '골프' }] }],
  ['getSessionEvents', 'GET', '/v1/sessions/S/events', undefined, 'after=0'],
  ['rateSession', 'POST', '/v1/sessions/S/satisfaction', { score: 5 }],
  ['completeSession', 'POST', '/v1/sessions/S/complete'],
  ['appendMessages', 'POST', '/v1/users/kim/chat', { messages: [{ id: 'm', role: 'user', content: '비밀' }] }],
  ['getChat', 'GET', '/v1/users/kim/chat'],
  ['forgetChat', 'DELETE', '/v1/users/kim/chat'],
  ['addSignals', 'POST', '/v1/users/kim/signals', { signals: [{ id: 's', type: 'liked', vehicle: { price: 3000 } }] }],
  ['getPreferences', 'GET', '/v1/users/kim/preferences'],
  ['putPreferences', 'PUT', '/v1/users/kim/preferences', { weights: [] }],
  ['getRecommendations', 'GET', '/v1/users/kim/recommendations', undefined, 'budgetMin=0&budgetMax=9000'],
  ['forgetUser', 'DELETE', '/v1/users/kim'],
];

test('every operation on what people said writes who asked, for whom, when, what came of it, and no id', async () => {
  const before = Date.now();
  const { sessionId } = (await ask('POST', '/v1/sessions', { userId: 'kim', question: '비밀' })) as {
    sessionId: string;
  };
  for (const [, method, path, body, query] of ASKED) await ask(method, path.replace('S', sessionId), body, query);
  const session = people.pseudonym('session', sessionId);
  expect(lines()).toEqual(
    [['createSession', '', '/v1/sessions/S'] as const, ...ASKED].map(([action, , path]) => ({
      at: expect.any(Number) as number,
      caller: CALLER,
      action,
      person: people.pseudonym('person', 'kim'),
      ...(path.includes('/sessions/') ? { session } : {}),
      status: action === 'createSession' ? 201 : 200,
      request: 'r-1',
    })),
  );
  for (const { at } of lines()) expect(at).toBeGreaterThanOrEqual(before);
  const opened = JSON.stringify(lines());
  for (const word of ['kim', sessionId, '비밀', '골프', 'somebody-else']) expect(opened).not.toContain(word);
  // In the function's own log not even the pseudonym can be read.
  expect(written.join('')).not.toContain(session);
  const known = [...SESSION_OPERATIONS, ...CHAT_OPERATIONS, ...PREFERENCE_OPERATIONS, forgetUser];
  const audited = lines().map(({ action }) => action);
  for (const { operationId } of known) expect(audited).toContain(operationId);
});

test('what finds nothing, and what fails, is told as far as it is known; what is refused is not', async () => {
  await ask('GET', '/v1/sessions/nothing');
  await ask('GET', '/v1/users/kim/chat', undefined, 'limit=0');
  await ask('GET', '/v1/nothing');
  const [line, ...more] = lines();
  expect(more).toStrictEqual([]);
  expect(line).toMatchObject({ action: 'getSession', status: 404, session: people.pseudonym('session', 'nothing') });
  expect(line?.person).toBeUndefined();
});

test('a lever on what people said writes who pulled it, and whose data if its prefix says so', async () => {
  const by = 'arn:aws:sts::111122223333:assumed-role/carfin-operator/lee';
  const pull = (prefix: string, more: object = {}) =>
    operations.handler({ operation: 'purge', prefix, by, pull: false, ...more }, { awsRequestId: 'i-1' });
  await pull('chat:{kim}', { people: true, pull: true });
  await pull('a2a:{abc}', { people: true });
  await pull('rec:');
  await pull('search:');
  const line = { at: expect.any(Number) as number, caller: by, request: 'i-1' };
  expect(lines()).toEqual([
    { ...line, action: 'lever purge', kind: 'chat:', person: people.pseudonym('person', 'kim') },
    { ...line, action: 'lever purge, look', kind: 'a2a:', session: people.pseudonym('session', 'abc') },
    { ...line, action: 'lever purge, look', kind: 'rec:' },
  ]);
  await expect(operations.handler({ operation: 'purge', prefix: 'rec:', pull: true })).rejects.toThrow('by');
});
