import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Operation } from '../../../lambda/http/operation';
import { entityTag, id, text } from '../../../lambda/http/parameters';
import type { Problem } from '../../../lambda/http/problem';
import { validate } from '../../../lambda/http/validate';

const operation = {
  operationId: 'test',
  method: 'POST',
  path: '/v1/{userId}',
  summary: 'A test',
  responses: () => ({ 200: { description: 'It.' } }),
} as const satisfies Operation;

interface Parts {
  pathParameters?: z.ZodType;
  query?: z.ZodType;
  headers?: z.ZodType;
  body?: z.ZodType;
  mostBodyBytes?: number;
}

/** What an event is answered: its parts, or status, sentence and violations. */
function of(schemas: Parts, event: object, path: Record<string, string> = {}): unknown {
  const { mostBodyBytes, ...parts } = schemas;
  const given = Object.entries(parts).map(([name, schema]) => [name, () => schema]);
  try {
    const asked: Operation = { ...operation, ...(Object.fromEntries(given) as Partial<Operation>) };
    if (mostBodyBytes !== undefined) asked.mostBodyBytes = mostBodyBytes;
    return validate(asked, event as APIGatewayProxyEvent, path);
  } catch (error) {
    const { statusCode, body } = (error as Problem).toResponse();
    const { detail, errors } = JSON.parse(body) as { detail: string; errors?: unknown[] };
    return [statusCode, detail, ...(errors ?? [])];
  }
}
const NOTHING = { path: undefined, query: undefined, headers: undefined, body: undefined };
const members = z.strictObject({
  list: z.array(z.strictObject({ 'a/b~c': z.number('must be a number') })).optional(),
  group: z.strictObject({}).optional(),
  title: z.string().optional(),
  sure: z.boolean().optional(),
});
const bodyOf = (body: string) => of({ body: members }, { body });
const UNKNOWN = 'is not known here; GET /v1/openapi.json names what is';

test('each part of a request is given as its schema makes it', () => {
  const parts = {
    pathParameters: z.strictObject({ userId: id() }),
    query: z.strictObject({ q: text(9).optional() }),
    headers: z.object({ 'if-match': entityTag() }),
    body: members,
  };
  const event = {
    multiValueQueryStringParameters: { q: ['차'] },
    headers: { 'If-Match': '"7"', Host: 'x' },
    body: '{"title":"차"}',
  };
  expect(of(parts, event, { userId: 'u' })).toEqual({
    path: { userId: 'u' },
    query: { q: '차' },
    headers: { 'if-match': 7 },
    body: { title: '차' },
  });
  // What an event lacks that did not come through API Gateway.
  expect(of({}, { headers: null, multiValueHeaders: null, body: null })).toEqual(NOTHING);
  expect(of({ headers: z.object({}) }, { headers: null })).toEqual({ ...NOTHING, headers: {} });
});

test('a value is named once, and a rule that it breaks twice stands once', () => {
  const query = z.strictObject({ q: text(2, 1).regex(/^x/, 'must begin with x') });
  const event = (...q: string[]) => ({ multiValueQueryStringParameters: { q } });
  const rule = 'must be one line of text, 1 to 2 characters, without tabs and other control characters';
  const control = 'must be text without control characters but line ends and tabs';
  expect(of({ query }, event('xyz\u0000'))).toEqual([
    ...[400, 'Please correct: q'],
    { in: 'query', name: 'q', rule: control },
    { in: 'query', name: 'q', rule, received: 'xyz\u0000' },
  ]);
  // No list where one should be: nothing was given.
  expect(of({ query }, { multiValueQueryStringParameters: { q: null } })).toEqual([
    ...[400, 'Please correct: q'],
    { in: 'query', name: 'q', rule, received: '' },
    { in: 'query', name: 'q', rule: 'must begin with x', received: '' },
  ]);
});

test.each(['{"messages":["m1"]}', '[]', 'hello', '0', '{'])('an operation without body refuses %j', (body) => {
  const rule = 'must be empty: this operation takes no body';
  expect(of({}, { body })).toEqual([
    ...[400, 'Please correct: the body'],
    { in: 'body', name: '', rule, received: body },
  ]);
});

test('bytes that are no text are not shown where no body is taken either', () => {
  const rule = 'must be empty: this operation takes no body';
  expect(of({}, { body: gzip.toString('base64'), isBase64Encoded: true })).toEqual([
    ...[400, 'Please correct: the body'],
    { in: 'body', name: '', rule },
  ]);
});

test.each(['', ' \n', '{}', 'null', null])('to an operation without body %j says nothing', (body) => {
  expect(of({}, { body })).toEqual(NOTHING);
});

test('an operation without query refuses every parameter', () => {
  expect(of({}, { multiValueQueryStringParameters: null })).toEqual(NOTHING);
  expect(of({}, { multiValueQueryStringParameters: { a: ['1'], b: [] } })).toEqual([
    400,
    'Please correct: a, b',
    { in: 'query', name: 'a', rule: UNKNOWN, received: '1' },
    { in: 'query', name: 'b', rule: UNKNOWN, received: '' },
  ]);
});

test('a query parameter stands once, and is whole text, its name too', () => {
  const query = z.strictObject({ q: z.string().optional(), '\ud83d': z.string().optional() });
  const rule = 'must be whole characters: half a surrogate pair is none';
  expect(of({ query }, { multiValueQueryStringParameters: { q: ['a', 'b'] } })).toEqual([
    400,
    'Please correct: q',
    { in: 'query', name: 'q', rule: 'must not be repeated', received: 'a, b' },
  ]);
  expect(of({ query }, { multiValueQueryStringParameters: { q: ['\udc00'], '\ud83d': ['x'] } })).toEqual([
    400,
    'Please correct: q, \ufffd',
    { in: 'query', name: 'q', rule },
    { in: 'query', name: '\ufffd', rule },
  ]);
});

test.each([
  ['as bytes', Buffer.from('한글').toString('latin1'), '한글'],
  ['decoded by whoever sent the event', '한글', '한글'],
  ['in another encoding', '\u00e9', '\u00e9'],
])('a header that is refused is told as it was written: %s', (_, value, received) => {
  const rule = 'must be one version, such as "7"';
  expect(of({ headers: z.object({ 'if-match': entityTag() }) }, { headers: { 'if-match': value } })).toEqual([
    400,
    'Please correct: if-match',
    { in: 'header', name: 'if-match', rule, received },
  ]);
});

describe('a query that has passed', () => {
  let checks = 0;
  const number = z.string('must be text').transform((value) => {
    checks++;
    return Number(value);
  });
  const asking = (query: z.ZodType): Operation => ({ ...operation, query: () => query });
  const search = asking(z.object({ n: number.refine((value) => value < 5_000, 'must be less than 5000') }).loose());
  const ask = (parameters: Record<string, string[]>, asked = search) =>
    validate(asked, { multiValueQueryStringParameters: parameters } as unknown as APIGatewayProxyEvent, {}).query;

  beforeEach(() => (checks = 0));

  test('is checked once, each other one is, and nobody can change what others get', () => {
    expect([ask({ n: ['1'] }), ask({ n: ['1'] }), ask({ n: ['01'] })]).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    expect(checks).toBe(2);
    expect(Object.isFrozen(ask({ n: ['1'] }))).toBe(true);
    expect(ask({ n: ['1'] }, asking(z.object({ n: z.string() })))).toEqual({ n: '1' });
  });

  test('is no other operation’s, and one that failed fails each time', () => {
    const bad = { n: ['5000'] };
    for (let i = 0; i < 2; i++) expect(() => ask(bad)).toThrow('Please correct: n');
    for (let i = 0; i < 2; i++) expect(() => ask({ n: ['2', '3'] })).toThrow('Please correct: n');
    expect(() => ask({ n: ['1'] }, operation)).toThrow('Please correct: n');
  });

  test('is forgotten where they are many, and not kept where it is long', () => {
    for (let i = 0; i <= 1_000; i++) ask({ n: [String(i)], other: ['x'] });
    ask({ n: ['0'], other: ['x'] });
    expect(checks).toBe(1_002);
    for (let i = 0; i < 2; i++) ask({ n: ['3'], long: ['x'.repeat(1_000)] });
    expect(checks).toBe(1_004);
  });
});

test('a header that came several times is a list, in whatever case its name is written', () => {
  const headers = z.object({ 'x-id': z.string() });
  const headersOf = (event: object) => (of({ headers }, event) as { headers: unknown }).headers;
  expect(headersOf({ headers: { 'X-Id': 'b' }, multiValueHeaders: { 'X-Id': ['a', 'b'] } })).toEqual({
    'x-id': 'a, b',
  });
  expect(headersOf({ headers: { 'X-Id': 'a' }, multiValueHeaders: { 'X-Id': ['a'] } })).toEqual({ 'x-id': 'a' });
  expect(headersOf({ headers: { 'X-Id': 'a' } })).toEqual({ 'x-id': 'a' });
  expect(headersOf({ headers: { 'X-Id': 'a', 'x-id': 'b' } })).toEqual({ 'x-id': 'a, b' });
  expect(headersOf({ headers: { 'x-id': undefined } })).toEqual({ 'x-id': '' });
  expect(of({ headers }, { headers: {} })).toEqual([
    400,
    'Please correct: x-id',
    { in: 'header', name: 'x-id', rule: 'is missing; it must be text' },
  ]);
});

test.each<[string, string, ...unknown[]]>([
  ['{"list":[{"a/b~c":"x"}]}', '/list/0/a~1b~0c', 'must be a number', 'x'],
  ['{"list":[{"a/b~c":1,"/~":2}]}', '/list/0/~1~0', UNKNOWN, '2'],
  ['{"list":{}}', '/list', 'must be a list', '{}'],
  ['{"group":[]}', '/group', 'must be a JSON object', '[]'],
  ['{"title":7}', '/title', 'must be text', '7'],
  ['{"sure":"yes"}', '/sure', 'must be a boolean', 'yes'],
  ['{"title":"a\\u0000"}', '/title', 'must be text without control characters but line ends and tabs', undefined],
  ['{"sure":true,"sure":true}', '/sure', 'must stand once: an object names each of its members once', undefined],
])('of the body %s the member %s is named by its JSON pointer', (body, name, rule, received) => {
  expect(bodyOf(body)).toEqual([400, `Please correct: ${name}`, { in: 'body', name, rule, received }]);
});

test('a member that is missing was received as nothing, whatever every object inherits', () => {
  const body = z.strictObject({ constructor: z.string('must be text') });
  expect(of({ body }, { body: '{}' })).toEqual([
    400,
    'Please correct: /constructor',
    { in: 'body', name: '/constructor', rule: 'is missing; it must be text' },
  ]);
});

test.each([
  ['5', '"5"'],
  ['-5', '"-5"'],
  ['5\n6', '"5\\n6"'],
  ['null', '"null"'],
  ['false', '"false"'],
  ['true', '"true"'],
  ['{}', '"{}"'],
  ['"', '"\\""'],
  ['', '""'],
  ['x5', 'x5'],
  ['-', '-'],
  ['nullable', 'nullable'],
])('the text %j that stands for a boolean is shown as %s', (sent, received) => {
  expect(bodyOf(JSON.stringify({ sure: sent }))).toMatchObject([400, 'Please correct: /sure', { received }]);
});

test.each<[string, object, object]>([
  ['nothing', { body: null }, { rule: 'must be JSON', received: '' }],
  ['half a text', { body: '{"a' }, { rule: 'must be JSON', received: '{"a' }],
  ['Latin-1', { body: '/w==', isBase64Encoded: true }, { rule: 'must be JSON in UTF-8' }],
  ['a list', { body: '[]' }, { rule: 'must be a JSON object', received: '[]' }],
])('a body that is %s is told as a whole', (_, event, violation) => {
  expect(of({ body: members }, event)).toEqual([
    400,
    'Please correct: the body',
    { in: 'body', name: '', ...violation },
  ]);
});

const JSON_TEXT = '{"title":"x"}';
const gzip = gzipSync(JSON_TEXT);
const WITHOUT_BOM = 'must be JSON from its first byte, and begins with a byte order mark (BOM); send UTF-8 without BOM';
const compressed = (coding: string) =>
  `must be JSON as it is, and is compressed (${coding}); send it without compression`;
const UTF_16 = 'must be JSON in UTF-8, and is UTF-16; send UTF-8 without BOM';

test.each<[string, Buffer, string, string]>([
  ['has a byte order mark', Buffer.from(`\ufeff${JSON_TEXT}`), '', WITHOUT_BOM],
  ['is gzip and says so', gzip, 'gzip', compressed('gzip')],
  ['is gzip and does not say so', gzip, '', compressed('gzip')],
  ['is gzip by its older name', gzip, 'X-GZIP', compressed('gzip')],
  ['is deflated', deflateSync(JSON_TEXT), 'Deflate', compressed('deflate')],
  ['is Brotli', brotliCompressSync(JSON_TEXT), 'br', compressed('br')],
  ['is UTF-16', Buffer.from(JSON_TEXT, 'utf16le'), 'identity', UTF_16],
  ['is UTF-16 with its mark', Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le'), '', UTF_16],
  ['is UTF-16 with the higher byte first', Buffer.from(`\ufeff${JSON_TEXT}`, 'utf16le').swap16(), '', UTF_16],
  ['is half a text', Buffer.from('{"a'), 'identity', 'must be JSON'],
])('a body that %s is told what it is, as text and as base64', (_, bytes, coding, rule) => {
  const headers = { 'Content-Encoding': coding };
  const violation = { in: 'body', name: '', rule, ...(rule === 'must be JSON' && { received: '{"a' }) };
  // As API Gateway passes on what is no binary type, and what is.
  for (const event of [{ body: bytes.toString() }, { body: bytes.toString('base64'), isBase64Encoded: true }])
    expect(of({ body: members }, { ...event, headers })).toEqual([400, 'Please correct: the body', violation]);
});

test('a body that a gateway has unpacked is read, whatever its header still says', () => {
  const event = { body: JSON_TEXT, headers: { 'content-encoding': 'gzip' } };
  expect(of({ body: members }, event)).toMatchObject({ body: { title: 'x' } });
});

test('a body in base64 is read as what it stands for', () => {
  const body = Buffer.from('{"title":"차"}').toString('base64');
  expect(of({ body: members }, { body, isBase64Encoded: true })).toEqual({ ...NOTHING, body: { title: '차' } });
});

test('a body has at most 16,384 bytes, or what its operation says: more is 413 with both figures', () => {
  const title = (bytes: number) => `{"title":"${'x'.repeat(bytes - 12)}"}`;
  expect(bodyOf(title(16_384))).toMatchObject({ body: {} });
  expect(bodyOf(title(16_385))).toEqual([413, 'The body may have 16384 bytes here; it has 16385.']);
  // Bytes, not characters.
  expect(of({ mostBodyBytes: 3 }, { body: '차' })).toMatchObject([400, 'Please correct: the body', {}]);
  expect(of({ mostBodyBytes: 3 }, { body: '차x' })).toEqual([413, 'The body may have 3 bytes here; it has 4.']);
  expect(of({ mostBodyBytes: 3 }, { body: 'AAAAAA==', isBase64Encoded: true })).toEqual([
    413,
    'The body may have 3 bytes here; it has 4.',
  ]);
});

test('of more than 50 violations 50 are named, and that there are more is said', () => {
  const many = (count: number) =>
    of(
      { body: members },
      { body: JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, 0]))) },
    ) as unknown[];
  const [, fits] = many(50);
  expect(fits).not.toContain('only');
  const [, more, ...named] = many(51);
  expect(more).toMatch(/…; only the first 50 are named$/);
  expect(named).toHaveLength(50);
});

test('what is nested too deep to be shown is said to be so', () => {
  const body = z.any().refine(() => false, 'must be something else');
  let deep: unknown = 0;
  for (let i = 0; i < 20_000; i++) deep = [deep];
  const pathParameters = z.any().refine(() => false, 'must be something else');
  expect(of({ pathParameters, body }, { body: '1' }, deep as Record<string, string>)).toMatchObject([
    400,
    'Please correct: the path, the body',
    { in: 'path', received: 'something nested too deep to be shown' },
    { in: 'body', received: '1' },
  ]);
});
