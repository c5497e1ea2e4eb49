import { once } from 'node:events';
import { connect } from 'node:net';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { startGateway } from '../../../../lib/tools/local-stage/gateway';

/** What API Gateway refuses by itself, by the byte: so the requests are written by hand. */
let gateway: { port: number; stop: () => Promise<void> };
const asked = jest.fn<Promise<APIGatewayProxyResult>, [unknown]>(() =>
  Promise.resolve({ statusCode: 200, headers: {}, body: 'answered' }),
);

beforeAll(async () => {
  gateway = await startGateway(0, asked);
});
afterAll(() => gateway.stop());
beforeEach(() => asked.mockClear());

interface Answer {
  status: number;
  type: string | undefined;
  body: string;
}

async function send(text: string): Promise<Answer> {
  const socket = connect(gateway.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.write(text);
  await once(socket, 'close');
  const [head = '', body = ''] = received.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    type: /^content-type: (.*)$/im.exec(head)?.[1],
    body,
  };
}

/**
 * A request whose request line and header values have so many bytes: `GET /?q HTTP/1.1`, `localhost`, `close` and the
 * rest.
 */
const ofSize = (bytes: number) =>
  `GET /?q HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nlong: ${'x'.repeat(bytes - 16 - 9 - 5)}\r\n\r\n`;

const problem = (status: number, detail: unknown) => ({
  status,
  type: 'application/problem+json',
  body: expect.stringMatching(
    new RegExp(`^{"type":"about:blank","title":"[^"]+","status":${status},"detail":"${String(detail)}"}`),
  ) as string,
});

test('8,000 bytes of request line and header values reach the function', async () => {
  expect(await send(ofSize(8_000))).toMatchObject({ status: 200, body: expect.stringContaining('answered') as string });
  expect(asked).toHaveBeenCalledTimes(1);
});

test('a header named __proto__ reaches the function like any other', async () => {
  const answer = await send('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n__proto__: polluted\r\n\r\n');
  expect(answer.status).toBe(200);
  const [event] = asked.mock.calls[0] as unknown as [{ headers: object; multiValueHeaders: object }];
  expect(Object.entries(event.headers)).toContainEqual(['__proto__', 'polluted']);
  expect(Object.entries(event.multiValueHeaders)).toContainEqual(['__proto__', ['polluted']]);
});

test.each([
  [8_001, '8001 bytes'],
  [20_000, '20000 bytes'],
  [100_000, 'more than 65536 bytes'],
])('%d bytes are refused with problem details, and the function is not asked', async (bytes, size) => {
  expect(await send(ofSize(bytes))).toEqual(
    problem(431, `Request line and header values have ${size}; 8000 are allowed\\.`),
  );
  expect(asked).not.toHaveBeenCalled();
});

const PNG_BASE64 = 'iVBORw0KGgo=';

test.each([
  ['image/png', true],
  ['image/webp,image/apng,*/*;q=0.8', true],
  ['IMAGE/JPEG;q=0.9, text/html', true],
  ['text/html,image/png', false],
  ['image/svg+xml,image/png', false],
  ['*/*', false],
  ['', false],
])('an answer in base64 to Accept: %s', async (accept, asBytes) => {
  asked.mockResolvedValueOnce({ statusCode: 200, headers: {}, body: PNG_BASE64, isBase64Encoded: true });
  const { body } = await send(`GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: ${accept}\r\n\r\n`);
  expect(body).toBe(asBytes ? Buffer.from(PNG_BASE64, 'base64').toString() : PNG_BASE64);
});

test.each([
  ['image/png', true],
  ['image/jpeg; charset=binary', true],
  ['application/json', false],
  ['image/svg+xml', false],
])('a body of type %s reaches the function in base64: %s', async (type, inBase64) => {
  await send(
    `POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: 2\r\n\r\n{}`,
  );
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({ body: inBase64 ? 'e30=' : '{}', isBase64Encoded: inBase64 }),
    '/',
  );
});

test('a URL with Korean as it is typed is refused with the way out', async () => {
  const refused = problem(400, 'Percent-encode what a URL cannot hold, such as Korean and spaces: [^"]*');
  expect(await send('GET /v1/vehicles/search?usage=캠핑 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')).toEqual(refused);
});

test('what is not HTTP is refused with problem details', async () => {
  expect(await send('Hello\r\n\r\n')).toEqual(problem(400, 'This is not HTTP: Parse Error: [^"]*'));
});

test.each([
  [
    'a custom domain without a base path',
    '',
    '/v1/users/%ED%95%9C%2F/chat',
    '/v1/users/%ED%95%9C%2F/chat',
    '/v1/users/%ED%95%9C%2F/chat',
  ],
  ['the default name', '', '/live/v1/users/a%20b', '/v1/users/a%20b', '/v1/users/a%20b'],
  ['a base path', '/carfin', '/carfin/v1/users/%25', '/carfin/v1/users/%25', '/v1/users/%25'],
  ['another base path', '/carfin', '/other/v1', '/other/v1', '/other/v1'],
])(
  'by %s the event is a REST API’s: the path as it was encoded, stage and base path where they belong',
  async (_, basePath, url, path, route) => {
    const other = await startGateway(0, asked, undefined, basePath);
    const { status } = await fetch(`http://127.0.0.1:${other.port}${url}?a=1`);
    await other.stop();
    expect(status).toBe(200);
    const [[event, routed]] = asked.mock.calls as unknown as [[object, string]];
    expect(event).toMatchObject({ path, requestContext: { path: url, stage: 'live' } });
    expect(routed).toBe(route);
  },
);

test.each([
  ['host: carfin.evil.example', 403, 'Host'],
  ['host: localhost.evil.example', 403, 'Host'],
  ['host: 127.0.0.1.evil.example:3000', 403, 'Host'],
  ['host: localhost\r\norigin: https://evil.example', 403, 'Origin'],
  ['host: localhost\r\norigin: null', 403, 'Origin'],
  ['host: 127.0.0.1:3000\r\norigin: http://localhost:3000', 200, 'answered'],
  ['host: [::1]:3000', 200, 'answered'],
])('%s: %i', async (headers, status, body) => {
  const answer = await send(`GET / HTTP/1.1\r\n${headers}\r\nconnection: close\r\n\r\n`);
  expect(answer).toMatchObject({ status, body: expect.stringContaining(body) as string });
  expect(asked).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
});
