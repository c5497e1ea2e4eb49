import fc from 'fast-check';
import { openApiDocument } from '../docs/openapi';

/** Stands in every hostile text: where it comes back it must be data, never markup, header or key of its own. */
export const MARKER = 'zqx9';

const HOSTILE_TEXTS = [
  '',
  '\u0000',
  `a\u0000${MARKER}`,
  '{}',
  `{${MARKER}}`,
  `}{${MARKER}`,
  '__proto__',
  'constructor',
  'toString',
  '-1',
  '0',
  '-0',
  '1e309',
  '1e-400',
  '9'.repeat(400),
  '0x10',
  'NaN',
  ' 1',
  '１２３',
  `<script>${MARKER}</script>`,
  `"'><img src=x onerror=${MARKER}>`,
  `${MARKER}\r\nX-Injected: yes`,
  `'; DROP TABLE vehicles; --${MARKER}`,
  `../../../../etc/passwd`,
  '%00%0d%0a',
  '\ud800',
  '\ufeff캠핑',
  '캠핑',
  `${MARKER}:*`,
  'x'.repeat(7_000),
];

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));
/** What may get through, so that what lies behind is reached too. */
const plausible = fc.constantFrom('1000', '4000', '20', 'any', 'working_mom', 'true', '0', 'concierge', '"1"', 'k-1');
const text = fc.oneof({ weight: 1, arbitrary: hostileText }, { weight: 1, arbitrary: plausible });

/** A request as it goes over the wire. */
export interface FuzzRequest {
  method: string;
  /** Path and query, percent-encoded where a URL must be. */
  target: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

interface Parameter {
  name: string;
  in: string;
}

interface Operation {
  method: string;
  path: string;
  parameters: readonly Parameter[];
  /** Names that its body may have. */
  fields: readonly string[] | undefined;
}

/** Every operation of the API's own document. */
function operations(): Operation[] {
  const paths = (openApiDocument().paths ?? {}) as Record<string, Record<string, Record<string, unknown>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      parameters: (operation.parameters ?? []) as Parameter[],
      fields: operation.requestBody === undefined ? undefined : fieldsOf(operation.requestBody),
    })),
  );
}

/** Every name of a property in the body's schema, however deep. */
function fieldsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'properties' ? [...Object.keys(each as object), ...fieldsOf(each)] : fieldsOf(each),
  );
}

/** A lone surrogate can't be sent in a URL. */
const encoded = (value: string) => encodeURIComponent(Buffer.from(value).toString());
/** What an HTTP header can carry at all; Node's client refuses the rest. */
const headerValue = (value: string) => value.replace(/[^\x20-\x7e]/g, '').slice(0, 2_000);

function requestOf({ method, path, parameters, fields }: Operation): fc.Arbitrary<FuzzRequest> {
  const values = (where: string) => {
    const names = parameters.filter((each) => each.in === where).map(({ name }) => name);
    return fc.record(Object.fromEntries(names.map((name) => [name, fc.option(text, { nil: undefined })])));
  };
  const keys = ['__proto__', 'constructor', MARKER, ...(fields ?? [])];
  const body =
    fields === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          fc
            .dictionary(fc.constantFrom(...keys), fc.oneof(text, fc.jsonValue()), { noNullPrototype: true })
            .map((each) => JSON.stringify(each)),
          fc.json(),
          hostileText,
        );
  const extra = fc.option(fc.tuple(hostileText, hostileText), { nil: undefined });
  return fc
    .record({ path: values('path'), query: values('query'), header: values('header'), body, extra })
    .map((drawn) => {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(drawn.path[name] ?? MARKER) || MARKER);
      const query = Object.entries(drawn.query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      );
      if (drawn.extra !== undefined) query.push([...drawn.extra]);
      const search = query.map(([name = '', value = '']) => `${encoded(name)}=${encoded(value)}`).join('&');
      const headers = Object.entries(drawn.header).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, headerValue(value)] as const],
      );
      return {
        method,
        target: search === '' ? filled : `${filled}?${search}`.slice(0, 7_500),
        headers: Object.fromEntries(headers),
        body: drawn.body,
      };
    });
}

/** Any operation with any values. */
export const anyRequest = (): fc.Arbitrary<FuzzRequest> => fc.oneof(...operations().map(requestOf));

/** A body of every operation that takes one, otherwise valid; `§` is where a value is put. */
const VALID_BODIES: Readonly<Record<string, readonly string[]>> = {
  'POST /v1/sessions': [
    '{"userId":"fuzz","question":§}',
    '{"userId":"fuzz","question":"q","context":{"a":§}}',
    '{"userId":§,"question":"q"}',
  ],
  'POST /v1/sessions/{sessionId}/questions': [
    '{"question":"q","needs":{"budgetMin":1,"budgetMax":2,"usage":§}}',
    '{"question":"q","needs":{"budgetMin":§,"budgetMax":9000}}',
  ],
  'PATCH /v1/sessions/{sessionId}/agents/{agent}': ['{"a":§}', '{"a":{"b":[§]}}', '{§:1}'],
  'POST /v1/sessions/{sessionId}/needs': ['{"needs":[{"need":§}]}'],
  'POST /v1/sessions/{sessionId}/satisfaction': ['{"score":§}'],
  'POST /v1/users/{userId}/chat': [
    '{"messages":[{"id":"m","role":"user","content":§}]}',
    '{"messages":[{"id":"m","role":"user","content":"c","timestamp":§}]}',
    '{"messages":[{"id":§,"role":"user","content":"c","more":{"a":1}}]}',
  ],
  'POST /v1/users/{userId}/signals': [
    '{"signals":[{"id":"s","type":"liked","vehicle":{"manufacturer":§}}]}',
    '{"signals":[{"id":"s","type":"liked","at":§,"vehicle":{"price":3000}}]}',
    '{"signals":[{"id":"s","type":"liked","vehicle":{"model_year":§}}]}',
  ],
  'PUT /v1/users/{userId}/preferences': [
    '{"weights":[{"attribute":"manufacturer","value":§,"weight":1}]}',
    '{"weights":[{"attribute":"age","value":"3","weight":§}]}',
  ],
};

/** JSON that can't be kept as it is, or must not be taken: each is 400 wherever it stands, and names a member. */
const NEVER = [
  ...[
    '"\\ud83d"',
    '"a\\udc00b"',
    '"\\u0000"',
    '"\\u0085"',
    '"\ufffd"',
    '9007199254740993',
    '-0',
    '1e999',
    '0.1000000000000000055',
  ],
  ...['{"x":1,"x":2}', '{"x":{"y":-0}}', '["\\ud83d"]'],
];
/** What some operations take and others refuse; none may fail on it. */
const SOMETIMES = [
  ...[
    '""',
    '"."',
    '".."',
    '" "',
    '"a\\nb"',
    '"캠핑"',
    '"😀"',
    `"${'😀'.repeat(100)}"`,
    '"__proto__"',
    '"{"',
    '"a/b~c"',
  ],
  ...['8.64e15', '8640000000000001', '1732500000', '4102444800000', '-1', '0', '2147483648', '1e20', '5e-324'],
  ...['null', 'true', '[]', '{}', '{"__proto__":{"a":1}}', '{"":""}'],
];

/**
 * An otherwise valid body around each nasty value, for every operation that takes a body.
 * @throws Error if one has no valid body here
 */
export function nastyBodies(sessionId: string): (FuzzRequest & { mustBe?: number })[] {
  return operations().flatMap(({ method, path, fields }) => {
    if (fields === undefined) return [];
    const bodies = VALID_BODIES[`${method} ${path}`];
    if (bodies === undefined) throw new Error(`${method} ${path} takes a body: say here what a valid one is.`);
    const target = path
      .replace('{sessionId}', sessionId)
      .replace('{agent}', 'concierge')
      .replace(/\{\w+\}/g, 'fuzz');
    const request = (body: string, mustBe?: number) => ({
      method,
      target,
      headers: {},
      body,
      ...(mustBe === undefined ? {} : { mustBe }),
    });
    return bodies.flatMap((body) => [
      // A name of a member is text.
      ...NEVER.filter((each) => !body.includes('§:') || each.startsWith('"')).map((each) =>
        request(body.replace('§', each), 400),
      ),
      ...SOMETIMES.filter((each) => !body.includes('§:') || each.startsWith('"')).map((each) =>
        request(body.replace('§', each)),
      ),
    ]);
  });
}

/** Too large, too strange or too broken for a generator: asked once each. */
export function fixedRequests(): FuzzRequest[] {
  return operations().flatMap(({ method, path }) => {
    const target = path.replace(/\{(\w+)\}/g, MARKER);
    const large = `{"question":"${'x'.repeat(10 * 1024 * 1024 - 16)}"}`;
    const requests: FuzzRequest[] = [
      { method, target, headers: { 'content-type': 'text/html', accept: 'text/html' } },
      { method, target, headers: { 'x-forwarded-host': MARKER, 'x-http-method-override': 'DELETE', host: MARKER } },
      { method, target: `${target}?${'a=1&'.repeat(1_000)}`, headers: {} },
      { method, target: `${target}?%`, headers: {} },
      { method, target: `${target}?%ff%fe`, headers: {} },
      { method, target: `/.${target}`, headers: {} },
    ];
    const bodies = [
      '[',
      '{"a":'.repeat(2_000),
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      '\ufeff{}',
      'null',
      '1e999',
      // As large as any operation takes.
      `{"messages":[${'0,'.repeat(120_000)}0]}`,
      `{"messages":0${Array.from({ length: 20_000 }, (_, i) => `,"${i}":0`).join('')}}`,
      `{"messages":1.${'0'.repeat(250_000)}1}`,
      large,
    ];
    return method === 'GET'
      ? requests
      : [...requests, ...bodies.map((body) => ({ method, target, headers: {}, body }))];
  });
}
