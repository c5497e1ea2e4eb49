import type * as z from 'zod';
import { OPERATIONS } from '../../../../lambda/every-operation';
import { recordedExamples, type Example, type Examples } from '../../../../lib/tools/docs/examples';
import { openApiDocument } from '../../../../lib/tools/docs/openapi';
import { recordExamples } from '../../../../lib/tools/docs/record-examples';

let received: Examples;
const recorded = recordedExamples();

beforeAll(async () => {
  received = await recordExamples();
});

/** What differs from one run to the next: ids of sessions, times, and who was quicker. */
function lasting(example: Example | undefined): string {
  return (
    JSON.stringify(example, null, 1)
      .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<session>')
      .replace(/\b1[0-9]{12}\b/g, '<ms>')
      .replace(
        /("X-Cache|"Server-Timing|"milliseconds|"expiresInSeconds|"ageSeconds)": [^\n]*?(,?\n)/g,
        '$1": <varies>$2',
      )
      // Points lose half in 30 days: what was just learned has lost less than a thousandth.
      .replace(/\d+\.\d{4,}/g, (number) => Number(number).toFixed(2))
  );
}

test('every operation has an example, and no other has', () => {
  const operations = OPERATIONS.map(({ operationId }) => operationId).sort();
  expect(Object.keys(recorded).sort()).toEqual(operations);
});

test.each(OPERATIONS.map((each) => [each.operationId, each] as const))(
  '%s: what docs/api.md shows is sent and received (npm run docs -- --record makes it anew)',
  (operationId, { responses }) => {
    const example = received[operationId];
    expect(lasting(example)).toBe(lasting(recorded[operationId]));
    const schema: z.ZodType | undefined = responses()[example?.response.status ?? 0]?.schema;
    // What the schema doesn't know it leaves out.
    expect(schema?.parse(example?.response.body) ?? example?.response.body).toEqual(example?.response.body);
  },
);

test('the examples are of the listings of npm start, which shows the same search', () => {
  expect(recorded.getHealth?.response.body).toMatchObject({ index: { listings: 117_129 } });
  expect(recorded.searchVehicles?.response.body).toMatchObject({ total: 7_019 });
});

test('GET /v1/openapi.json gives the document of the repository, and where it was asked for', () => {
  const { openapi, info, security } = openApiDocument();
  expect(received.getOpenApi?.response.body).toEqual({
    openapi,
    info,
    security,
    paths: {},
    components: {},
    servers: [{ url: '/' }],
  });
});
