import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CarFinClient, CarFinNoAnswer, CarFinProblem, CutoverFunctions, type ClientOptions } from '../../../lib/client';
import { pauseMs, retryAfter } from '../../../lib/client/retry';
import { Transport } from '../../../lib/client/transport';
import { closeServer, listen } from '../../../lib/tools/engines/loopback';

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;

type Respond = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
let url: string;
/** What the server does with one request after another; the last goes on. */
let script: Respond[];
let seen: IncomingMessage[];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    (script[seen.length - 1] ?? script.at(-1))?.(response, request);
  });
  url = `http://127.0.0.1:${await listen(server)}/live`;
});
beforeEach(() => (seen = []));
afterAll(() => closeServer(server));

const client = (options: Partial<ClientOptions> = {}): CarFinClient =>
  new CarFinClient({ url, credentials: null, ...options });
const json =
  (status: number, body: object, headers: Record<string, string> = {}): Respond =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem = (status: number, headers: Record<string, string> = {}, more: object = {}): Respond =>
  json(
    status,
    { type: 'about:blank', title: 'T', status, detail: 'D', ...more },
    { 'content-type': 'application/problem+json', ...headers },
  );
const breakOff: Respond = (response) => response.destroy();
const cutOff: Respond = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"vers', () => response.destroy());
};
const half: Respond = (response) => response.writeHead(200).end('{"vers');
const silence: Respond = () => undefined;
const written = json(200, { sessionId: 's', version: 2, durable: true });
const budget = { budgetMin: 0, budgetMax: 1 };

/** @returns what a promise is rejected with. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('it was kept'),
    (error: unknown) => error,
  );
}

test.each([
  ['broken off', breakOff],
  ['cut off', cutOff],
  ['half an answer', half],
  ['500', problem(500)],
  ['502 of something in between', (response: ServerResponse) => response.writeHead(502).end('<html>Bad Gateway')],
  ['503', problem(503)],
])('%s: a write is sent again under the same key, another write under another', async (_, failing) => {
  script = [failing, failing, written];
  expect(await client().updateAgent('s', 'concierge', { a: 1 })).toEqual({ sessionId: 's', version: 2, durable: true });
  await client().updateAgent('s', 'concierge', { a: 1 });
  const keys = seen.map(({ headers }) => headers['idempotency-key']);
  const [own, another] = new Set(keys);
  expect([own, another]).toEqual([UUID, UUID]);
  expect(keys).toEqual([own, own, own, another]);
});

test('an attempt that is not answered gives way to the next one', async () => {
  script = [silence, written];
  expect(await client({ attemptMs: 100 }).completeSession('s')).toMatchObject({ version: 2 });
  expect(seen).toHaveLength(2);
});

test('what is neither a read nor has a key is sent once', async () => {
  script = [problem(503)];
  const transport = new Transport({ url, credentials: null });
  const error = await failureOf(transport.send({ operation: 'x', method: 'POST', path: '/', body: {} }));
  expect(error).toMatchObject({ status: 503, attempts: 1 });
  expect(seen).toHaveLength(1);
});

test('a refusal is not repeated, and carries the problem details', async () => {
  const errors = [{ in: 'query', name: 'budgetMin', rule: 'must be an integer', received: 'x' }];
  script = [problem(400, {}, { errors })];
  const error = await failureOf(client().searchVehicles(budget));
  expect(error).toBeInstanceOf(CarFinProblem);
  expect(error).toMatchObject({
    message: 'searchVehicles: 400 D; query budgetMin must be an integer, received x',
    problem: { status: 400, title: 'T', detail: 'D', errors },
    attempts: 1,
  });
});

test('attempts end', async () => {
  script = [problem(503)];
  expect(await failureOf(client({ attempts: 3 }).getSession('s'))).toMatchObject({ status: 503, attempts: 3 });
  expect(seen).toHaveLength(3);
});

test('Retry-After is waited for', async () => {
  script = [problem(503, { 'retry-after': '1' }), written];
  const start = performance.now();
  await client().completeSession('s');
  expect(performance.now() - start).toBeGreaterThanOrEqual(999);
});

test('a Retry-After beyond the deadline is not waited for: the caller is told', async () => {
  script = [problem(429, { 'retry-after': '3600' })];
  const error = await failureOf(client().createSession({ userId: 'kim', question: '?' }));
  expect(error).toMatchObject({ status: 429, retryAfterSeconds: 3_600, attempts: 1 });
});

test('past the deadline it is not known whether a write was applied; the error has the key to repeat it', async () => {
  script = [silence];
  const error = await failureOf(client({ deadlineMs: 150 }).completeSession('s', { idempotencyKey: 'mine' }));
  expect(error).toBeInstanceOf(CarFinNoAnswer);
  expect(error).toMatchObject({
    idempotencyKey: 'mine',
    message: 'completeSession: no answer (The operation was aborted due to timeout)',
  });
  expect(seen[0]?.headers['idempotency-key']).toBe('mine');
});

test.each([0.5, -5])('a deadline of %p ms, as a subtraction gives it, is one', async (deadlineMs) => {
  script = [silence];
  expect(await failureOf(client().getHealth({ deadlineMs }))).toBeInstanceOf(CarFinNoAnswer);
});

test.each([Infinity, NaN, 3_000_000_000])(
  'a time of %p ms is refused by its name, before anything is sent',
  async (ms) => {
    const words = (name: string) => `${name} must be a number of ms, at most 2147483647; received ${ms}.`;
    for (const name of ['deadlineMs', 'attemptMs'] as const)
      expect(() => client({ [name]: ms })).toThrow(new RangeError(words(name)));
    const error = await failureOf(client().getHealth({ deadlineMs: ms }));
    expect(error).toEqual(new RangeError(words('deadlineMs')));
    expect(seen).toStrictEqual([]);
  },
);

test('a signal that is none is refused by its name, before anything is sent', async () => {
  const error = await failureOf(client().getHealth({ signal: {} as AbortSignal }));
  expect(error).toEqual(
    new RangeError('signal must be an AbortSignal, such as that of an AbortController or of a request.'),
  );
  expect(seen).toStrictEqual([]);
});

test.each([0, NaN])('%p attempts are refused', (attempts) => {
  expect(() => client({ attempts })).toThrow(`attempts must be at least 1, received ${attempts}.`);
});

test.each([NaN, -1, 1e12])('of a wait of %p ms the API says what is wrong', async (waitMs) => {
  script = [problem(400)];
  expect(await failureOf(client().getSessionEvents('s', { after: 3, waitMs }))).toMatchObject({ status: 400 });
});

test('the deadline of a wait begins after the wait', async () => {
  script = [(response) => setTimeout(() => json(200, { version: 3, events: [] })(response, seen[0] as never), 300)];
  const answer = await client({ deadlineMs: 250, attemptMs: 200 }).getSessionEvents('s', { after: 3, waitMs: 4_000 });
  expect(answer).toMatchObject({ version: 3 });
});

test.each([
  ['during an attempt', silence],
  ['between attempts', problem(503, { 'retry-after': '5' })],
])('the caller ends a call %s, with the reason of the signal', async (_, doing) => {
  const controller = new AbortController();
  const reason = new Error('the page was left');
  script = [
    (response, request) => {
      doing(response, request);
      setTimeout(() => controller.abort(reason), 50);
    },
  ];
  expect(await failureOf(client().searchVehicles(budget, { signal: controller.signal }))).toBe(reason);
});

test('a redirect is not followed', async () => {
  script = [(response) => response.writeHead(307, { location: '/elsewhere' }).end()];
  expect(await failureOf(client().getHealth())).toMatchObject({ status: 307, attempts: 1 });
  expect(seen).toHaveLength(1);
});

test('credentials are asked for each attempt; without them nothing is sent', async () => {
  script = [problem(503), written];
  let asked = 0;
  const credentials = () => Promise.resolve({ accessKeyId: `AK${++asked}`, secretAccessKey: 's', sessionToken: 't' });
  await client({ credentials, region: 'ap-northeast-2' }).completeSession('s');
  expect(seen.map(({ headers }) => /Credential=(AK\d)/.exec(headers.authorization ?? '')?.[1])).toEqual(['AK1', 'AK2']);
  expect(seen[1]?.headers['x-amz-security-token']).toBe('t');

  const failing = () => Promise.reject(new Error('no role'));
  await expect(client({ credentials: failing, region: 'x' }).getHealth()).rejects.toThrow('no role');
  expect(seen).toHaveLength(2);
});

test('no call waits for credentials beyond its deadline or its signal, and nothing is sent', async () => {
  const silent = client({ credentials: () => new Promise(() => undefined), region: 'x', deadlineMs: 100 });
  const late = await failureOf(silent.completeSession('s', { idempotencyKey: 'mine' }));
  expect(late).toBeInstanceOf(CarFinNoAnswer);
  expect(late).toMatchObject({
    message: 'completeSession: nothing was sent: credentials did not come before the deadline',
    idempotencyKey: 'mine',
  });
  const reason = new Error('the page was left');
  const controller = new AbortController();
  const left = failureOf(silent.getHealth({ signal: controller.signal, deadlineMs: 60_000 }));
  controller.abort(reason);
  expect(await left).toBe(reason);
  expect(seen).toStrictEqual([]);
});

test.each(['', 'null', '[]', 'OK', '"OK"'])('a 200 of %j is no answer', async (body) => {
  script = [(response) => response.writeHead(200).end(body)];
  const error = await failureOf(client({ attempts: 2 }).getSession('s'));
  expect(error).toBeInstanceOf(CarFinNoAnswer);
  expect((error as Error).message).toMatch(/^getSession: no answer \(the answer is (not JSON|no JSON object)\)$/);
  expect(seen).toHaveLength(2);
});

test('health is told also where searches cannot be answered; a gateway’s 503 is none', async () => {
  script = [json(503, { status: 'down' }), problem(503)];
  expect(await client().getHealth()).toEqual({ status: 'down' });
  expect(await failureOf(client({ attempts: 1 }).getHealth())).toMatchObject({ status: 503 });
});

test.each(['', '.', '..', 'a/b', 'a?b', 'x'.repeat(65)])('%j is no session: nothing is sent', async (id) => {
  await expect(client().getSession(id)).rejects.toThrow(
    'A sessionId must be text that matches [A-Za-z0-9._-]{1,64} and is neither . nor .., received',
  );
  await expect(client().completeSession(id)).rejects.toThrow('A sessionId must be text that matches');
  expect(seen).toHaveLength(0);
});

test('pauses: full jitter below a bound that doubles up to a second, after what the API asked for', () => {
  const longest = [1, 2, 3, 4, 5, 6].map((attempt) => pauseMs(attempt, undefined, () => 1));
  expect(longest).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect([pauseMs(3, undefined, () => 0), pauseMs(1, 2, () => 0.5)]).toEqual([0, 2_050]);
});

test('Retry-After is seconds or a date', () => {
  const inTen = retryAfter(new Date(Date.now() + 10_000).toUTCString());
  expect([retryAfter('7'), retryAfter(null), retryAfter('soon')]).toEqual([7, undefined, undefined]);
  expect(inTen).toBeGreaterThan(5);
  expect(inTen).toBeLessThanOrEqual(10);
  expect(retryAfter('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
});

test('a key that no header carries is refused before anything is sent', async () => {
  script = [written];
  await expect(client().createSession({ userId: 'kim', question: '?' }, { idempotencyKey: '열쇠 1' })).rejects.toThrow(
    new RangeError('idempotencyKey must be text that matches [A-Za-z0-9._-]{1,64}, received "열쇠 1".'),
  );
  expect(seen).toStrictEqual([]);
});

test('what cannot be sent is a RangeError that says why and not what people wrote', async () => {
  script = [written];
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  const json = (name: string) =>
    `updateAgent: what is sent must be JSON, and "${name}" is none: no BigInt, Map, Set, NaN or Infinity, and ` +
    'nothing that holds itself.';
  const found = [
    await failureOf(client().searchVehicles({ ...budget, usage: '차\ud83d' })),
    await failureOf(client().updateAgent('s', 'concierge', { price: 2500n })),
    await failureOf(client().updateAgent('s', 'concierge', circle)),
    await failureOf(client().updateAgent('s', 'concierge', { said: { seen: new Map([['a', 1]]) } })),
    await failureOf(client().updateAgent('s', 'concierge', { score: NaN })),
    await failureOf(client().searchVehicles({ ...budget, usage: { text: '캠핑' } as never })),
    await failureOf(client().updateAgent('s', 'concierge', {}, { ifMatch: '7\n' as never })),
    await failureOf(client().setPreferences('kim', [], { ifMatch: null as never })),
    await failureOf(client().createSession(undefined as never)),
  ];
  expect(found).toEqual(
    [
      'usage must be whole characters: half a surrogate pair is none.',
      ...['price', 'circle', 'seen', 'score'].map(json),
      'usage must be a text, a number, true or false, received object.',
      'ifMatch must be a version as it was read, such as 7, received "7\\n".',
      'ifMatch must be a version as it was read, such as 7, received null.',
      'userId is missing.',
    ].map((text) => new RangeError(text)),
  );
  expect(seen).toStrictEqual([]);
});

/** What each method is called with before its options. */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  searchVehicles: [budget],
  getImage: ['/photo_'],
  getHealth: [],
  createSession: [{ userId: 'kim', question: '?' }],
  getSession: ['s'],
  askQuestion: ['s', { question: '?' }],
  updateAgent: ['s', 'concierge', {}],
  addNeeds: ['s', { needs: [{}] }],
  rateSession: ['s', 5],
  completeSession: ['s'],
  getSessionEvents: ['s', { after: 0 }],
  appendMessages: ['kim', []],
  getChat: ['kim', null],
  forgetChat: ['kim'],
  addSignals: ['kim', []],
  getPreferences: ['kim'],
  setPreferences: ['kim', []],
  getRecommendations: ['kim', budget],
  forgetUser: ['kim'],
};

test('every method of the client is among those that are called with null', () => {
  const methods = [CarFinClient.prototype, Object.getPrototypeOf(CarFinClient.prototype) as object].flatMap((each) =>
    Object.getOwnPropertyNames(each),
  );
  expect(methods.filter((name) => !['constructor', 'write'].includes(name)).sort()).toEqual(
    Object.keys(ARGUMENTS).sort(),
  );
});

test.each(Object.entries(ARGUMENTS))(
  '%s takes null for its options, and for what is in them, as if nothing were given',
  async (name, before) => {
    script = [
      (response, request) =>
        request.url?.includes('/images/') === true
          ? response.writeHead(200, { 'content-type': 'image/png' }).end('x')
          : written(response, request),
    ];
    const untyped = client({
      deadlineMs: null,
      attempts: null,
      attemptMs: null,
      region: null,
    } as never) as unknown as Record<string, (...given: readonly unknown[]) => Promise<unknown>>;
    for (const options of [undefined, null, { signal: null, deadlineMs: null, idempotencyKey: null, after: null }])
      await untyped[name]?.(...before, options);
    const [none, ...others] = seen.map(({ method, url, headers }) => [
      method,
      url,
      { ...headers, 'idempotency-key': headers['idempotency-key']?.length },
    ]);
    expect(others).toEqual([none, none]);
  },
);

test('a client and a cutover without options say what they want first', () => {
  for (const none of [null, undefined] as never[]) {
    expect(() => new CarFinClient(none)).toThrow(/^url must be the API's, such as .*, received nothing\.$/);
    expect(() => new CutoverFunctions(client(), none)).toThrow(
      new RangeError('answeredBy must be one of original, shadow, api, received nothing.'),
    );
  }
});

test('what the API has shortened is not told as its length, and a whole body has no name', async () => {
  const errors = [
    { in: 'query', name: 'usage', rule: 'must be shorter', received: `${'가'.repeat(100)}…` },
    { in: 'body', name: '', rule: 'must be JSON', received: 'x' },
  ];
  script = [problem(400, {}, { errors })];
  expect(((await failureOf(client().searchVehicles(budget))) as Error).message).toBe(
    'searchVehicles: 400 D; query usage must be shorter, received more than 100 characters; ' +
      'body must be JSON, received x',
  );
});

test('the message of an error has no sentence that a person wrote; its problem has', async () => {
  const errors = [
    { in: 'body', name: '/messages/0/content', rule: 'must be shorter', received: '아이와 탈 차를 찾아요' },
    { in: 'query', name: 'usage', rule: 'must be shorter', received: 'for the dog' },
    { in: 'query', name: 'usage', rule: 'must be longer', received: '차' },
    { in: 'query', name: 'limit', rule: 'must be an integer from 1 to 100', received: '101' },
    { in: 'query', name: 'offset', rule: 'must be an integer', received: '' },
  ];
  script = [problem(400, {}, { errors })];
  const error = await failureOf(client().searchVehicles(budget));
  expect((error as Error).message).toBe(
    'searchVehicles: 400 D; body /messages/0/content must be shorter, received 12 characters; ' +
      'query usage must be shorter, received 11 characters; query usage must be longer, received 1 character; ' +
      'query limit must be an integer from 1 to 100, received 101; query offset must be an integer, received nothing',
  );
  expect((error as CarFinProblem).problem.errors).toEqual(errors);
});
