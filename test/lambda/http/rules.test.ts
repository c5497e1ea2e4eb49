import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { OPERATIONS } from '../../../lambda/every-operation';
import { MOST_BODY_BYTES, type Operation } from '../../../lambda/http/operation';
import { Problem, type Violation } from '../../../lambda/http/problem';
import { validate } from '../../../lambda/http/validate';
import { exampleOf } from '../../../lib/tools/docs/examples';

const VALUES = [null, true, 7, -0.5, 'x', '', '5', [], [[]], {}, { x: 1 }];

/** @returns what a body is answered, undefined if it is right; path and query are not looked at. */
function answerTo({ body: schema, ...operation }: Operation, body: string): APIGatewayProxyResult | undefined {
  const bodyOnly = { ...operation, body: schema, pathParameters: undefined, query: undefined, headers: undefined };
  try {
    validate(bodyOnly, { body } as APIGatewayProxyEvent, {});
    return undefined;
  } catch (error) {
    return (error as Problem).toResponse();
  }
}

const errorsOf = ({ body }: APIGatewayProxyResult) => (JSON.parse(body) as { errors: Violation[] }).errors;

/** @returns what is wrong with a body. */
function violationsOf(operation: Operation, body: unknown): Violation[] {
  const answer = answerTo(operation, JSON.stringify(body));
  return answer === undefined ? [] : errorsOf(answer);
}

/** The body with each of its members, however deep, and itself, replaced. */
function* replacing(body: unknown, value: unknown): Generator {
  yield value;
  if (typeof body !== 'object' || body === null) return;
  for (const [name, member] of Object.entries(body))
    for (const changed of replacing(member, value))
      yield Array.isArray(body) ? body.with(Number(name), changed) : { ...body, [name]: changed };
}

const withBody = OPERATIONS.filter(({ body }) => body !== undefined).map((each) => [each.operationId, each] as const);

test.each(withBody)('each rule of a body of %s is a sentence of ours, whatever a member is', (id, operation) => {
  const example = exampleOf(id).request.body;
  expect(violationsOf(operation, example)).toStrictEqual([]);
  const broken = VALUES.flatMap((value) => [...replacing(example, value)]).flatMap((body) =>
    violationsOf(operation, body),
  );
  expect(broken.length).toBeGreaterThan(0);
  for (const { rule } of broken) expect(rule).toMatch(/^(is missing; it )?must|^is not known here/);
  // What is of another type may look as if it kept a rule that names none.
  for (const { rule } of broken)
    expect(rule).toMatch(/\b(text|list|object|integer|number|one of|true, false|known|at least one)\b/);
});

/** An object, so many levels deep. */
const nested = (depth: number) => `{"x":${'['.repeat(depth - 1)}1${']'.repeat(depth - 1)}}`;

test.each(withBody)(
  'a body of %s that is nested too deep is told one limit, which holds for what was sent',
  (id, op) => {
    const MARK = '\ue000';
    const bodies = [...replacing(exampleOf(id).request.body, MARK)].map((body) => JSON.stringify(body));
    for (const depth of [33, 41, 6_000])
      for (const body of bodies) {
        const answer = answerTo(op, body.replace(`"${MARK}"`, nested(depth)));
        expect(answer?.statusCode).toBe(400);
        for (const { rule } of errorsOf(answer as APIGatewayProxyResult)) expect(rule).not.toMatch(/\b40\b/);
      }
  },
);

test.each(['/context', '/needs/0', '/messages/0', ''])(
  'what %j holds may be nested 32 deep, whatever it lies in',
  (name) => {
    const [id, body] = {
      '/context': ['createSession', (value: string) => `{"userId":"u","question":"?","context":${value}}`],
      '/needs/0': ['addNeeds', (value: string) => `{"needs":[${value}]}`],
      '/messages/0': [
        'appendMessages',
        (value: string) => `{"messages":[{"id":"a","role":"user","content":"?","m":${value}}]}`,
      ],
      '': ['updateAgent', (value: string) => value],
    }[name] as [string, (value: string) => string];
    const [own, most] = [operation(id), name === '/messages/0' ? 31 : 32];
    expect(answerTo(own, body(nested(most)))).toBeUndefined();
    for (const depth of [most + 1, 36, 41, 6_000])
      expect(errorsOf(answerTo(own, body(nested(depth))) as APIGatewayProxyResult)).toMatchObject([
        { in: 'body', name, rule: 'must be a JSON object, nested at most 32 deep' },
      ]);
  },
);

/** As large as the operation takes: elements, or members that are not known, as many as fit. */
const filled = (bytes: number, [before, each, after]: [string, (i: number) => string, string]) => {
  let text = before;
  for (let i = 0; text.length + 20 < bytes; i++) text += `${i === 0 ? '' : ','}${each(i)}`;
  return text + after;
};
const operation = (id: string) => OPERATIONS.find(({ operationId }) => operationId === id) as Operation;

test.each<[string, string, [string, (i: number) => string, string]]>([
  ['appendMessages', 'messages', ['{"messages":[', () => '0', ']}']],
  ['appendMessages', 'empty messages', ['{"messages":[', () => '{}', ']}']],
  ['appendMessages', 'unknown members', ['{"messages":0,', (i) => `"${i}":0`, '}']],
  ['addSignals', 'signals', ['{"signals":[', () => '[]', ']}']],
  ['addSignals', 'members of a signal', ['{"signals":[{', (i) => `"${i}":0`, '}]}']],
  ['putPreferences', 'weights', ['{"weights":[', () => '{}', ']}']],
  ['addNeeds', 'needs', ['{"needs":[', () => '7', ']}']],
  ['createSession', 'unknown members', ['{', (i) => `"${i}":0`, '}']],
  ['askQuestion', 'unknown needs', ['{"question":"q","needs":{', (i) => `"${i}":0`, '}}']],
])('what is said of a body of %s full of %s is bounded', (id, _, parts) => {
  const filling = operation(id);
  const answer = answerTo(filling, filled(filling.mostBodyBytes ?? MOST_BODY_BYTES, parts)) as APIGatewayProxyResult;
  expect(answer.statusCode).toBe(400);
  expect(errorsOf(answer).length).toBeLessThanOrEqual(50);
  expect(answer.body.length).toBeLessThan(32_768);
});

test('a text that looks like another value is shown as the text that it is', () => {
  const rate = OPERATIONS.find(({ operationId }) => operationId === 'rateSession');
  const received = (score: unknown) => rate && violationsOf(rate, { score })[0]?.received;
  expect([received('5'), received('true'), received('[1]'), received(''), received('five'), received(6)]).toEqual([
    '"5"',
    '"true"',
    '"[1]"',
    '""',
    'five',
    '6',
  ]);
});
