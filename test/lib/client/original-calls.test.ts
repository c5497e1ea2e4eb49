import { CarFinClient, OriginalFunctions } from '../../../lib/client';
import { withIds } from '../../../lib/client/conversation';
import { startGateway } from '../../../lib/tools/local-stage/gateway';

const SESSION = '11111111-2222-4333-8444-555555555555';

/** The original's functions as its untyped callers see them. */
type Untyped = Record<
  'searchVehicles' | 'setA2ASession' | 'updateAgentState' | 'saveConversation',
  (...args: unknown[]) => Promise<unknown>
>;

let stop: () => Promise<void>;
let url: string;
let states: Record<string, Record<string, unknown>>;
let writes: unknown[];
let original: OriginalFunctions;
let untyped: Untyped;

/** A session with three agents, kept as the API keeps it. */
beforeAll(async () => {
  const gateway = await startGateway(0, ({ httpMethod, path, body }) => {
    const agent = /agents\/(\w+)$/.exec(path)?.[1];
    if (httpMethod !== 'GET') writes.push([path, JSON.parse(body ?? 'null')]);
    if (agent !== undefined) states[agent] = { ...states[agent], ...(JSON.parse(body ?? '{}') as object) };
    const session = { sessionId: SESSION, userId: 'kim', question: '?', context: {}, startTime: 1, version: 1 };
    const answer = { ...session, collaborationState: 'initiated', agentStates: states, durable: false, vehicles: [] };
    return Promise.resolve({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answer),
    });
  });
  ({ stop } = gateway);
  url = `http://127.0.0.1:${gateway.port}`;
});
afterAll(() => stop());
beforeEach(() => {
  states = { concierge: {}, needs_analyst: {}, data_analyst: {} };
  writes = [];
  original = new OriginalFunctions(new CarFinClient({ url, credentials: null }));
  untyped = original as unknown as Untyped;
});

test('a text as state is kept and read as that text', async () => {
  await untyped.updateAgentState(SESSION, 'concierge', 'thinking');
  expect(writes).toEqual([[`/v1/sessions/${SESSION}/agents/concierge`, { $text: 'thinking' }]]);
  expect((await original.getA2ASession(SESSION))?.agentStates).toEqual({
    concierge: 'thinking',
    needs_analyst: {},
    data_analyst: {},
  });
});

test('an object that holds a text is read as that object', async () => {
  await untyped.updateAgentState(SESSION, 'concierge', { text: '가족' });
  expect((await original.getA2ASession(SESSION))?.agentStates.concierge).toStrictEqual({ text: '가족' });
});

test('a Date takes the place of an object, as the text that JSON makes of it', async () => {
  states.concierge = { seen: { at: 1 }, name: 'x' };
  await untyped.updateAgentState(SESSION, 'concierge', { seen: new Date(0), name: undefined });
  expect(writes).toEqual([
    [`/v1/sessions/${SESSION}/agents/concierge`, { name: null, seen: '1970-01-01T00:00:00.000Z' }],
  ]);
});

test.each([
  ['updateAgentState', [SESSION, 'concierge', new Map([['a', 1]])], ''],
  ['updateAgentState', [SESSION, 'concierge', { found: 3n }], ', and "found" is none'],
  ['setA2ASession', ['s', { userId: 'kim', question: '?', agentStates: new Map() }], ', and "agentStates" is none'],
  ['saveConversation', ['kim', [{ content: '!', metadata: { at: NaN } }]], ', and "at" is none'],
] as const)('%s of what is no JSON is refused by its name (%#)', async (name, args, where) => {
  await expect(untyped[name](...args)).rejects.toMatchObject({
    name: 'RangeError',
    message:
      `${name}: what is sent must be JSON${where}: no BigInt, Map, Set, NaN or Infinity, and nothing that holds ` +
      'itself.',
  });
  expect(writes).toStrictEqual([]);
});

test.each([
  [
    'an unknown agent',
    ['salesman', { a: 1 }],
    '"salesman" is no agent: there are concierge, needs_analyst, data_analyst.',
  ],
  ['no agent', [undefined, {}], 'undefined is no agent: there are concierge, needs_analyst, data_analyst.'],
  [
    'null as state',
    ['concierge', null],
    'The state of concierge must be an object or a text, received null. {} removes what it was.',
  ],
  [
    'no state',
    ['concierge'],
    'The state of concierge must be an object or a text, received undefined. {} removes what it was.',
  ],
  [
    'a number as state',
    ['concierge', 7],
    'The state of concierge must be an object or a text, received a number. {} removes what it was.',
  ],
  [
    'an array as state',
    ['concierge', ['a']],
    'The state of concierge must be an object or a text, received an array. {} removes what it was.',
  ],
])('updateAgentState with %s is refused, with what to change', async (_, args, message) => {
  await expect(untyped.updateAgentState(SESSION, ...args)).rejects.toThrow(new RangeError(message));
  expect(writes).toStrictEqual([]);
});

test.each([
  [
    'no person',
    { question: '?' },
    'setA2ASession: userId is missing. Here a session belongs to a person: add {userId}, the id that your sign-in ' +
      'gives them.',
  ],
  ['no question', { userId: 'kim' }, 'setA2ASession: question is missing: what the person asked first.'],
  ['no session', null, 'setA2ASession: the session must be an object, received null.'],
  [
    'a state that is none',
    { userId: 'kim', question: '?', collaborationState: 'done' },
    'setA2ASession: collaborationState must be one of initiated, analyzing, needs_discovered, reranking, completed, ' +
      'received "done".',
  ],
  [
    'a word for the states of all agents',
    { userId: 'kim', question: '?', agentStates: 'thinking' },
    'setA2ASession: agentStates must be an object with the state of each agent, received a string.',
  ],
  [
    'a person whose id is none',
    { userId: 'kim@carfin.kr', question: '?' },
    'A userId must be text that matches [A-Za-z0-9._-]{1,64} and is neither . nor .., received "kim@carfin.kr".',
  ],
  [
    'an unknown agent',
    { userId: 'kim', question: '?', agentStates: { salesman: {} } },
    '"salesman" is no agent: there are concierge, needs_analyst, data_analyst.',
  ],
])('setA2ASession with %s is refused, with what to change', async (_, session, message) => {
  await expect(untyped.setA2ASession('a2a-1700000000000', session)).rejects.toThrow(new RangeError(message));
  expect(writes).toStrictEqual([]);
});

test.each([
  ['세션 1', 'received "세션 1".'],
  ['', 'received "".'],
  [undefined, 'received undefined.'],
])('setA2ASession refuses %j as an id before anything is sent', async (sessionId, received) => {
  const message = `setA2ASession: the session's id must match [A-Za-z0-9._-]{1,64}, ${received}`;
  await expect(untyped.setA2ASession(sessionId, { userId: 'kim', question: '?' })).rejects.toThrow(
    new RangeError(message),
  );
  expect(writes).toStrictEqual([]);
});

test.each([
  [
    'a stored chat',
    { messages: [], lastUpdated: 1, messageCount: 0 },
    'the messages must be an array, received an object. Of a stored chat pass its messages.',
  ],
  ['nothing', null, 'the messages must be an array, received null. Of a stored chat pass its messages.'],
  ['texts', ['안녕'], 'message 0 must be an object with a text as content.'],
  [
    'a message without content',
    [{ content: '안녕' }, { agent: 'user' }],
    'message 1 must be an object with a text as content.',
  ],
])('saveConversation of %s is refused, with what to change', async (_, messages, message) => {
  await expect(untyped.saveConversation('kim', messages)).rejects.toThrow(
    new RangeError(`saveConversation: ${message}`),
  );
  expect(writes).toStrictEqual([]);
});

test('setA2ASession takes states that are texts', async () => {
  const agentStates = { concierge: 'thinking', data_analyst: { found: 3 }, needs_analyst: {} };
  await untyped.setA2ASession('a2a-1', {
    userId: 'kim',
    question: '?',
    context: '가족',
    agentStates,
    startTime: new Date(),
  });
  expect(writes).toEqual([
    ['/v1/sessions', { userId: 'kim', question: '?', context: { $text: '가족' } }],
    [`/v1/sessions/${SESSION}/agents/concierge`, { $text: 'thinking' }],
    [`/v1/sessions/${SESSION}/agents/data_analyst`, { found: 3 }],
  ]);
});

test('setA2ASession keeps an empty text and a Date as a new session’s states', async () => {
  const agentStates = { concierge: '', data_analyst: new Date(0), needs_analyst: {} };
  await untyped.setA2ASession('a2a-2', { userId: 'kim', question: '?', agentStates });
  expect(writes.slice(1)).toEqual([
    [`/v1/sessions/${SESSION}/agents/concierge`, { $text: '' }],
    [`/v1/sessions/${SESSION}/agents/data_analyst`, { $text: '1970-01-01T00:00:00.000Z' }],
  ]);
});

test('a session that is set again as it is is not written to, also when it is completed', async () => {
  states.concierge = { $text: 'done' };
  const session = { userId: 'kim', question: '?', agentStates: { concierge: 'done', data_analyst: {} } };
  expect(await untyped.setA2ASession(SESSION, { ...session, collaborationState: 'completed' })).toBe(SESSION);
  expect(writes).toEqual([[`/v1/sessions/${SESSION}/complete`, null]]);
});

test('a session is set again for its own person alone', async () => {
  const agentStates = { concierge: 'thinking' };
  await expect(untyped.setA2ASession(SESSION, { userId: 'lee', question: '?', agentStates })).rejects.toThrow(
    new RangeError(
      'setA2ASession: this session is not of that userId, but of another person. Begin one of theirs by another id.',
    ),
  );
  expect(writes).toStrictEqual([]);
});

test('of a session, null stands for what is left out', async () => {
  const nulls = { context: null, collaborationState: null, agentStates: null, startTime: null };
  await untyped.setA2ASession('a2a-3', { userId: 'kim', question: '?', ...nulls });
  expect(writes).toEqual([['/v1/sessions', { userId: 'kim', question: '?' }]]);
});

test('of a message, null stands for what is left out', () => {
  const nulls = { id: null, role: null, agent: null, timestamp: null, messageType: null };
  const [left, given] = withIds([{ content: '!' }, { ...nulls, content: '?', metadata: null } as never]);
  expect(left).toMatchObject({ role: 'user' });
  expect(given).toStrictEqual({ id: expect.any(String) as string, role: 'user', content: '?', metadata: null });
});

test('a search without a budget says what a budget is', async () => {
  await expect(untyped.searchVehicles()).rejects.toThrow(
    new RangeError('searchVehicles: budget must be {min, max} in 만원, received undefined.'),
  );
  await expect(untyped.searchVehicles({ budget: { min: 1, max: 2 } })).rejects.toThrow(
    new RangeError('searchVehicles: budget must be {min, max} in 만원, received an object without both.'),
  );
  expect(await untyped.searchVehicles({ min: 1, max: 2 }, null, null, null)).toStrictEqual([]);
});

test.each([[{ name: 'working_mom' }], [['working_mom']]])('a persona of %j is not taken for none', async (persona) => {
  await expect(untyped.searchVehicles({ min: 1, max: 2 }, 'any', 'any', persona)).rejects.toThrow(
    new RangeError('searchVehicles: persona must be an id, an object with one, or null; it has no id.'),
  );
});

test.each([
  [{ credentials: null }, /^url must be the API's, such as .*received nothing\.$/],
  [{ url: '', credentials: null }, /^url must be .*received ""\.$/],
  [{ url: 'carfin.kr', credentials: null }, /^url must be .*received "carfin\.kr"\.$/],
  [{ url: 'https://api.carfin.kr', credentials: () => ({}) }, /^region must be given: the host api\.carfin\.kr is not/],
  [
    { url: 'https://a.execute-api.ap-northeast-2.amazonaws.com/live' },
    /^credentials must be a function that gives .*, received undefined\. Only the local run takes null\.$/,
  ],
  [
    { url: 'http://carfin.kr:80', region: 'x', credentials: () => ({}) },
    /^url must begin with https:\/\/ where credentials sign, received http:\/\/carfin\.kr\.$/,
  ],
  [
    { url: 'https://carfin.kr/live?a=1', credentials: null },
    /^url must have no query: .* https:\/\/carfin\.kr\/live\.$/,
  ],
  [{ url: 'https://carfin.kr/live#a', credentials: null }, /^url must have no fragment: /],
  [{ url: 'https://kim:secret@carfin.kr', credentials: null }, /^url must have no user or password: (?!.*secret)/],
])('a client of %j is refused by name', (options, message) => {
  expect(() => new CarFinClient(options as never)).toThrow(message);
});

test.each([
  [undefined, 'credentials gave no accessKeyId.'],
  [{ accessKeyId: 'a' }, 'credentials gave no secretAccessKey.'],
])('credentials that are %j are told by name, before anything is sent', async (given, message) => {
  const client = new CarFinClient({ url, region: 'ap-northeast-2', credentials: () => given as never });
  await expect(client.getHealth()).rejects.toThrow(message);
});
