import type { APIGatewayProxyEvent } from 'aws-lambda';
import { OPERATIONS } from '../../../lambda/every-operation';
import type { Operation } from '../../../lambda/http/operation';
import { Problem, type Violation } from '../../../lambda/http/problem';
import { validate } from '../../../lambda/http/validate';
import { exampleOf } from '../../../lib/tools/docs/examples';

const VALUES = [null, true, 7, -0.5, 'x', '', '5', [], [[]], {}, { x: 1 }];

/** @returns what is wrong with a body; path and query are not looked at. */
function violationsOf({ body: schema, ...operation }: Operation, body: unknown): Violation[] {
  const bodyOnly = { ...operation, body: schema, pathParameters: undefined, query: undefined, headers: undefined };
  try {
    validate(bodyOnly, { body: JSON.stringify(body) } as APIGatewayProxyEvent, {});
    return [];
  } catch (error) {
    const answer = (error as Problem).toResponse();
    return (JSON.parse(answer.body) as { errors: Violation[] }).errors;
  }
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

test.each(withBody)('every rule of a body of %s is a sentence of ours, whatever comes in place of a member', (id, operation) => {
  const example = exampleOf(id).request.body;
  expect(violationsOf(operation, example)).toEqual([]);
  const broken = VALUES.flatMap((value) => [...replacing(example, value)]).flatMap((body) => violationsOf(operation, body));
  expect(broken.length).toBeGreaterThan(0);
  for (const { rule } of broken) expect(rule).toMatch(/^(must|is not known here)/);
}); // prettier-ignore

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
