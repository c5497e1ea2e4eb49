import { sessionIndexKey } from '../../../../lambda/contract/keys';
import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../../lambda/conversation/conversation-function';
import { createEventsFunction, type EventsFunction } from '../../../../lambda/events/events-function';
import { call, type Answer } from '../../../support/api';
import { SessionApi } from '../sessions/api';

/** Another process, which forgets while the first one writes. */
let other: ConversationFunction;
let events: EventsFunction;
const api = new SessionApi();

beforeAll(async () => {
  other = await createConversationFunction(api.engines.env('conversation'));
  events = createEventsFunction(api.engines.env('events'));
});
afterAll(async () => {
  events.close();
  await other.close();
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const key of await personalKeys()) await api.onKey('DEL', key);
});

/** @param what of the person: all, or `/chat` alone */
async function forget(userId: string, what = '', by = other): Promise<Answer> {
  const answer = await call(by.handler, 'DELETE', `/v1/users/${userId}${what}`);
  expect(answer.status).toBe(200);
  return answer;
}

/** Keys that tell of people, whoever they are. */
async function personalKeys(): Promise<string[]> {
  const primaries = api.engines.cluster.nodes.slice(0, 3);
  const keys = (await Promise.all(primaries.map((node) => node.ask('KEYS', '*')))) as string[][];
  return keys.flat().filter((key) => /^(a2a|chat|pref|rec|user|seen):/.test(key));
}

/** Does something before what goes out to Valkey as the `at`-th. @returns whether it came so far */
async function doingAt(at: number, act: () => Promise<Answer>, write: () => Promise<Answer>): Promise<boolean> {
  const { valkey } = api.conversation;
  const wave = valkey.wave.bind(valkey);
  let sent = 0;
  let acted: Promise<Answer> | undefined;
  jest.spyOn(valkey, 'wave').mockImplementation(async (request, commands) => {
    if (sent++ === at) await (acted = act());
    return wave(request, commands);
  });
  const { status } = await write();
  // The write may end without the wave that waits for it.
  await acted;
  jest.restoreAllMocks();
  expect(status).toBeLessThan(500);
  return sent > at;
}

interface Write {
  /** What the person has done before. @returns the session, where one is written to */
  before?: (userId: string) => Promise<string>;
  write: (userId: string, sessionId: string) => Promise<Answer>;
  /** The key that says that what was written came after the person was forgotten. */
  main: RegExp;
}

/** By the other process: the first one has not said of the session yet that it was written. */
const begin = async (userId: string) =>
  (await call(other.handler, 'POST', '/v1/sessions', { body: { userId, question: '?' } })).body.sessionId;
const like = (userId: string) => {
  const signals = [{ id: 'a', type: 'liked', vehicle: { manufacturer: '기아' } }];
  return api.ask('POST', `/v1/users/${userId}/signals`, { body: { signals } });
};

const WRITES: Record<string, Write> = {
  'a session is begun': {
    write: (userId) =>
      api.ask('POST', '/v1/sessions', { body: { userId, question: '?' }, headers: { 'idempotency-key': 'k' } }),
    main: /^a2a:/,
  },
  'an agent writes': { before: begin, write: (_, id) => api.patch(id, 'concierge', { a: 1 }), main: /^a2a:/ },
  'a question is asked': {
    before: begin,
    write: (_, id) =>
      api.ask('POST', `/v1/sessions/${id}/questions`, {
        body: { question: '?', needs: { budgetMin: 1000, budgetMax: 3000 } },
      }),
    main: /^a2a:/,
  },
  'a message is sent': {
    write: (userId) =>
      api.ask('POST', `/v1/users/${userId}/chat`, { body: { messages: [{ id: 'm', role: 'user', content: '말' }] } }),
    main: /^chat:/,
  },
  'a signal comes': { write: like, main: /^pref:/ },
  'listings are recommended': {
    before: async (userId) => {
      await like(userId);
      return '';
    },
    write: (userId) =>
      api.ask('GET', `/v1/users/${userId}/recommendations`, { query: 'budgetMin=1000&budgetMax=5000' }),
    main: /^pref:/,
  },
};

test.each(Object.entries(WRITES))('a person who is forgotten at any point while %s leaves nothing', async (_, each) => {
  const { before, write, main } = each;
  let [at, reached] = [0, true];
  for (; reached; at++) {
    const userId = `kim-${at}`;
    const sessionId = (await before?.(userId)) ?? '';
    const act = () => forget(userId);
    reached = await doingAt(at, act, () => write(userId, sessionId));
    const left = await personalKeys();
    // Forgotten first, or in the middle: what was done before is gone. What came after may stay.
    const after = !reached || left.some((key) => main.test(key));
    expect({ at, left: after ? [] : left }).toEqual({ at, left: [] });
    await forget(userId);
    expect({ at, left: await personalKeys() }).toEqual({ at, left: [] });
  }
  expect(at).toBeGreaterThan(1);
});

/** By a process that has not said of this chat yet that it was written. */
const say = (userId: string, by: ConversationFunction) => {
  const messages = [{ id: 'm', role: 'user', content: '말' }];
  return call(by.handler, 'POST', `/v1/users/${userId}/chat`, { body: { messages } });
};

const forgetHere = (what: string) => (user: string) => forget(user, what, api.conversation);

test.each([
  [
    'a chat that is forgotten while a message is sent',
    (user: string) => say(user, api.conversation),
    (user: string) => forget(user, '/chat'),
  ],
  ['a message that is sent while its chat is forgotten', forgetHere('/chat'), (user: string) => say(user, other)],
  ['a message that is sent while its person is forgotten', forgetHere(''), (user: string) => say(user, other)],
])('%s leaves no word of it without the chat', async (_, first, meanwhile) => {
  for (let [at, reached] = [0, true]; reached; at++) {
    const user = `choi-${at}`;
    reached = await doingAt(
      at,
      () => meanwhile(user),
      () => first(user),
    );
    const left = await personalKeys();
    expect({ at, left: left.includes(`chat:{${user}}`) ? [] : left }).toEqual({ at, left: [] });
    await forget(user);
  }
});

test('a session that is begun while its person is forgotten stays whole or goes whole', async () => {
  const begun = (userId: string) => {
    const headers = { 'idempotency-key': 'k' };
    return call(other.handler, 'POST', '/v1/sessions', { body: { userId, question: '?' }, headers });
  };
  let stayed = 0;
  for (let [at, reached] = [0, true]; reached; at++) {
    const userId = `jung-${at}`;
    // What is forgotten: a session that the same request began.
    await begun(userId);
    let sessionId = '';
    const meanwhile = async () => {
      const answer = await begun(userId);
      ({ sessionId } = answer.body);
      return answer;
    };
    reached = await doingAt(at, meanwhile, () => forget(userId, '', api.conversation));
    if (!reached) break;
    const read = (await api.ask('GET', `/v1/sessions/${sessionId}`)).status;
    if (read === 200) stayed++;
    const left = (await personalKeys()).filter((key) => key.includes(userId) || key.includes(sessionId));
    const again = (await begun(userId)).body;
    expect({ at, read, ...(read === 200 ? { sessionId: again.sessionId } : { left }) }).toEqual(
      read === 200 ? { at, read, sessionId } : { at, read: 404, left: [] },
    );
    await forget(userId);
    expect({ at, left: await personalKeys() }).toEqual({ at, left: [] });
  }
  expect(stayed).toBeGreaterThan(1);
});

test('who waits for the events of a person who is forgotten meanwhile is told nothing', async () => {
  const id = await begin('lee');
  const path = `/v1/sessions/${id}/events`;
  const waiting = call(events.handler, 'GET', path, { query: 'after=1&waitMs=5000' });
  while ((await api.onKey('EXISTS', 'waits:{all}')) !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
  // Eviction took the list, so that forgetting does not find the session.
  await api.onKey('DEL', sessionIndexKey('lee'));
  await forget('lee');
  expect((await api.patch(id, 'concierge', { a: 1 })).status).toBe(404);
  expect((await waiting).status).toBe(404);
});
