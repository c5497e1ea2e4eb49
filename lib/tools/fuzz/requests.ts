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
export function operations(): Operation[] {
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
      large,
    ];
    return method === 'GET'
      ? requests
      : [...requests, ...bodies.map((body) => ({ method, target, headers: {}, body }))];
  });
}
