import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { inexactMembers, textRule } from './exact-json';
import { NOT_JSON, notJson } from './not-json';
import { MOST_BODY_BYTES, OPENAPI_PATH, type Operation, type ValidRequest } from './operation';
import { Problem, type Violation } from './problem';
import { shortened } from './shortened';

// To write and compile a function for each schema would cost a cold start 1 to 2 ms and spare a request 0.5 us.
z.config({ jitless: true });

/** Violations that one answer names: what it takes must not grow with what was sent. */
const MOST_NAMED = 50;

/**
 * Queries that have passed, by their text, each read-only. What is asked is mostly asked again, and to check it takes a
 * third of an answer from memory.
 */
const passed = new WeakMap<Operation, Map<string, unknown>>();
/** Of one operation. */
const MOST_PASSED = 1_000;
/** Longer ones are checked each time. */
const LONGEST_PASSED = 1_000;

type Headers = Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders'>;
type Parts = Pick<ValidRequest<Operation>, 'path' | 'query' | 'headers' | 'body'>;

/**
 * Checks every part of a request against the operation's schemas, so that one answer names all that is wrong.
 * @throws Problem 400 with each violation, its rule and the value received; 413 if the body is too large.
 */
export function validate(
  operation: Operation,
  event: APIGatewayProxyEvent,
  pathParameters: Readonly<Record<string, string | undefined>>,
): Parts {
  const violations: Violation[] = [];
  const text = bodyOf(operation, event);
  if (operation.body === undefined) checkNoBody(text, violations);
  const parts = {
    path: check('path', operation.pathParameters, pathParameters, violations),
    query: queryOf(operation, event, violations),
    headers: operation.headers && check('header', operation.headers, headersOf(event), violations),
    body:
      operation.body === undefined
        ? undefined
        : check('body', operation.body, parse(text, event, violations), violations),
  };
  if (violations.length > 0) {
    // A value may break a rule as what it is and as what it is for.
    const each = [...new Map(violations.map((one) => [`${one.in} ${one.name} ${one.rule}`, one])).values()];
    const named = each.slice(0, MOST_NAMED);
    const names = [...new Set(named.map(({ name, in: place }) => name || `the ${place}`))].join(', ');
    const more = named.length < each.length ? `; only the first ${MOST_NAMED} are named` : '';
    throw new Problem(400, `Please correct: ${shortened(names)}${more}`, { violations: named });
  }
  return parts;
}

/** Makes an operation's schemas and uses them once, so that its first request waits for neither. */
export function prepare({ pathParameters, query, headers, body }: Operation): void {
  for (const schemaOf of [pathParameters, query, headers, body]) schemaOf?.().safeParse({});
  if (body !== undefined) parse('{"":[0]}', { headers: {}, multiValueHeaders: {} }, []);
}

function queryOf(operation: Operation, event: APIGatewayProxyEvent, violations: Violation[]): unknown {
  const text = JSON.stringify(event.multiValueQueryStringParameters ?? {});
  let known = passed.get(operation);
  if (known === undefined) passed.set(operation, (known = new Map<string, unknown>()));
  if (known.has(text)) return known.get(text);
  const before = violations.length;
  const query = single(event, violations);
  if (operation.query === undefined)
    for (const [name, received] of Object.entries(query)) violations.push(unknown('query', name, received));
  const checked = check('query', operation.query, query, violations);
  if (violations.length > before || text.length > LONGEST_PASSED) return checked;
  if (known.size >= MOST_PASSED) known.clear();
  known.set(text, Object.freeze(checked));
  return checked;
}

/** Each query parameter once: a repeated one is ambiguous. */
function single(event: APIGatewayProxyEvent, violations: Violation[]): Record<string, string> {
  // An event that did not come through API Gateway may have null in place of a list too.
  const given = (event.multiValueQueryStringParameters ?? {}) as Record<string, string[] | null | undefined>;
  const first: [name: string, value: string][] = [];
  for (const [name, all] of Object.entries(given)) {
    const values = all ?? [];
    first.push([name, values[0] ?? '']);
    if (values.length > 1)
      violations.push({
        in: 'query',
        name: shortened(name),
        rule: 'must not be repeated',
        received: shortened(values.join(', ')),
      });
    for (const each of [name, ...values]) {
      const rule = textRule(each);
      if (rule !== undefined) violations.push({ in: 'query', name: shortened(name), rule });
    }
  }
  return Object.fromEntries(first);
}

function check(
  place: Violation['in'],
  schemaOf: (() => z.ZodType) | undefined,
  value: unknown,
  violations: Violation[],
): unknown {
  if (schemaOf === undefined || value === UNREADABLE) return undefined;
  const schema = schemaOf();
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // With words of our own a parse takes twice as long, so they are asked for where something is wrong.
  const { issues = [] } = schema.safeParse(value, { error: ruleOfType }).error ?? {};
  for (const issue of issues) violations.push(...toViolations(place, issue, value));
  return undefined;
}

const TYPES: Readonly<Record<string, string>> = { object: 'a JSON object', array: 'a list', string: 'text' };

/** What a schema that says no rule of its own asks for: the library's words are no rule. */
const ruleOfType = (issue: z.core.$ZodRawIssue): string | undefined =>
  issue.code === 'invalid_type' ? `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}` : undefined;

function toViolations(place: Violation['in'], issue: z.core.$ZodIssue, value: unknown): Violation[] {
  if (issue.code === 'unrecognized_keys') {
    // One more than are named, so that it is told that there are more.
    return issue.keys
      .slice(0, MOST_NAMED + 1)
      .map((key) => unknown(place, nameOf(place, [...issue.path, key]), at(value, [...issue.path, key])));
  }
  const received = at(value, issue.path);
  const isMissing = received === undefined && issue.path.length > 0;
  const rule = isMissing ? `is missing; it ${issue.message}` : issue.message;
  return [{ in: place, name: nameOf(place, issue.path), rule, received: show(place, received) }];
}

function unknown(place: Violation['in'], name: string, received: unknown): Violation {
  return {
    in: place,
    name: shortened(name),
    rule: `is not known here; GET ${OPENAPI_PATH} names what is`,
    received: show(place, received),
  };
}

function nameOf(place: Violation['in'], path: readonly PropertyKey[]): string {
  const parts = path.map(String);
  if (place !== 'body') return parts.join('.');
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (each, key) =>
      typeof each === 'object' && each !== null && Object.hasOwn(each, key)
        ? (each as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function show(place: Violation['in'], value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && !(place === 'body' && isMistakable(value)))
    return shortened(place === 'header' ? asWritten(value) : value);
  try {
    return shortened(JSON.stringify(value));
  } catch {
    // JSON.parse takes any depth, JSON.stringify recurses.
    return 'something nested too deep to be shown';
  }
}

/** Without its quotes the text "5" would look like the number, and an empty one like nothing. */
const isMistakable = (text: string): boolean => /^(?:|true|false|null|-?\d.*|[[{"].*)$/s.test(text);

/** The bytes of a header come as one character each; whoever wrote UTF-8 reads it again. */
function asWritten(header: string): string {
  const bytes = Buffer.from(header, 'latin1');
  return /^[\0-\u00ff]*$/.test(header) && isUtf8(bytes) ? bytes.toString() : header;
}

const UNREADABLE = Symbol('unreadable');

/** @returns the text of the body, with U+FFFD for bytes that are no UTF-8. */
function bodyOf(
  { mostBodyBytes = MOST_BODY_BYTES }: Operation,
  { body, isBase64Encoded }: APIGatewayProxyEvent,
): string {
  if (!body) return '';
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > mostBodyBytes)
    throw new Problem(413, `The body may have ${mostBodyBytes} bytes here; it has ${bytes.length}.`);
  // As it is, or half a character would have become U+FFFD.
  return isBase64Encoded ? bytes.toString() : body;
}

/** What clients send that have nothing to say. */
const NO_BODIES = ['', '{}', 'null'];

/** Whoever wants one message deleted must not be told that it went well, and lose the chat. */
function checkNoBody(text: string, violations: Violation[]): void {
  if (NO_BODIES.includes(text.trim())) return;
  const rule = 'must be empty: this operation takes no body';
  violations.push({ in: 'body', name: '', rule, received: textual(text) });
}

/** Bytes that are no text tell a reader nothing. */
const textual = (text: string) => (text.includes('\ufffd') ? undefined : shortened(text));

/** The one reader of bodies: what it gives is exactly what was sent. */
function parse(text: string, event: Headers, violations: Violation[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const rule = notJson(text, headersOf(event)['content-encoding']);
    // Bytes that are no text tell a reader nothing.
    const received = rule === NOT_JSON ? shortened(text) : undefined;
    violations.push({ in: 'body', name: '', rule, received });
    return UNREADABLE;
  }
  const inexact = inexactMembers(text);
  for (const { pointer, rule, received } of inexact)
    violations.push({ in: 'body', name: shortened(pointer), rule, received: received && shortened(received) });
  return inexact.length > 0 ? UNREADABLE : value;
}

/**
 * By their names in lower case. One that came several times is a list (RFC 9110, 5.3): API Gateway's `headers` has the
 * last.
 */
function headersOf({ headers, multiValueHeaders }: Headers): Record<string, string> {
  const lines = new Map<string, string[]>();
  // An event that did not come through API Gateway may have null in place of either.
  for (const [name, value] of Object.entries((headers as APIGatewayProxyEvent['headers'] | null) ?? {})) {
    const all = (multiValueHeaders as APIGatewayProxyEvent['multiValueHeaders'] | null)?.[name] ?? [];
    const known = lines.get(name.toLowerCase()) ?? [];
    lines.set(name.toLowerCase(), [...known, ...(all.length > 1 ? all : [value ?? ''])]);
  }
  return Object.fromEntries([...lines].map(([name, values]) => [name, values.join(', ')]));
}
