import fc from 'fast-check';
import { call, type Options } from '../../../../support/api';
import { search } from '../../../../support/engines';
import { Running } from './running';

let running: Running;

beforeAll(async () => {
  running = await Running.start();
});

afterAll(() => running.stop());

const ask = (method: string, path: string, options?: Options) =>
  call((event) => running.invoke('conversation', event), method, path, options);

/** What can be found again wherever it is repeated, however it is written there. */
const token = fc.uuid();
const text = fc.tuple(fc.string({ maxLength: 20 }), token).map(([before, mark]) => `${before} ${mark}`);

interface Person {
  userId: string;
  question: string;
  need: string;
  message: string;
  messageId: string;
  usage: string;
}

const person: fc.Arbitrary<Person> = fc.record({
  userId: token,
  question: text,
  need: text,
  message: text,
  messageId: token,
  usage: text.map((each) => `캠핑 ${each}`),
});

/** Does whatever the API offers a person. @returns what nobody may read in a log. */
async function live({ userId, question, need, message, messageId, usage }: Person): Promise<string[]> {
  const { body } = await ask('POST', '/v1/sessions', { body: { userId, question, context: { need } } });
  const { sessionId = 'nothing-was-made' } = body as { sessionId?: string };
  const session = `/v1/sessions/${sessionId}`;
  const needs = { budgetMin: 2_500, budgetMax: 3_200, usage };
  await ask('POST', `${session}/questions`, { body: { question, needs } });
  await ask('POST', `${session}/needs`, { body: { needs: [{ need }], agent: 'needs_analyst' } });
  await ask('PATCH', `${session}/agents/concierge`, { body: { note: message } });
  await ask('GET', session);
  await ask('POST', `${session}/complete`);
  await ask('POST', `/v1/users/${userId}/chat`, {
    body: { messages: [{ id: messageId, role: 'user', content: message }] },
  });
  await ask('GET', `/v1/users/${userId}/chat`);
  const vehicle = { manufacturer: '현대', price: 2_500 };
  await ask('POST', `/v1/users/${userId}/signals`, { body: { signals: [{ id: messageId, type: 'liked', vehicle }] } });
  await ask('GET', `/v1/users/${userId}/recommendations`, { query: 'budgetMin=2500&budgetMax=3200' });
  await running.invoke(
    'search',
    search(new URLSearchParams({ budgetMin: '1', budgetMax: '9000', usage, nonsense: message }).toString()),
  );
  await running.invoke('search', search(new URLSearchParams({ budgetMin: '1', budgetMax: '9000', usage }).toString()));
  return [userId, question, need, message, messageId, usage, sessionId];
}

const TOKEN = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

function expectUnsaid(secrets: readonly string[]): void {
  const tokens = secrets.flatMap((each) => TOKEN.exec(each)?.[0] ?? []);
  // Six of a person; the session's too, where one could begin.
  expect(tokens.length).toBeGreaterThanOrEqual(6);
  expect(running.lines.filter((line) => tokens.some((each) => line.includes(each)))).toStrictEqual([]);
}

test('no line tells who asked or what was written', async () => {
  await fc.assert(
    fc.asyncProperty(person, async (each) => expectUnsaid(await live(each))),
    { numRuns: 25, endOnFailure: true },
  );
  await running.flush();
  expect(running.lines.filter((line) => line.includes('"sessionSteps"')).length).toBeGreaterThan(0);
});

test.each([
  ['keys', ['resetkeys']],
  ['commands', ['allkeys', '-@all', '+ping', '+info', '+cluster']],
])('nor when Valkey refuses all %s, and the functions log why', async (_, rules) => {
  await running.engines.cluster.everywhere('ACL', 'SETUSER', 'conversation', ...rules);
  const before = running.lines.length;
  await fc.assert(
    fc.asyncProperty(person, async (each) => expectUnsaid(await live(each))),
    { numRuns: 5, endOnFailure: true },
  );
  expect(running.lines.slice(before).filter((line) => line.includes('NOPERM')).length).toBeGreaterThan(0);
});

test('nor when Valkey does not answer at all', async () => {
  await running.engines.cluster.stop();
  const before = running.lines.length;
  await fc.assert(
    fc.asyncProperty(person, async (each) => expectUnsaid(await live(each))),
    { numRuns: 5, endOnFailure: true },
  );
  expect(running.lines.slice(before).filter((line) => line.includes('"ERROR"')).length).toBeGreaterThan(0);
});
