import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { LIMITS } from '../../../../lambda/conversation/chat/message';
import { openApiDocument } from '../../../../lib/tools/docs/openapi';

test('docs/openapi.json is what the schemas say; npm run docs writes it', () => {
  const written: unknown = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'docs/openapi.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

interface Documented {
  description: string;
  content?: Record<string, unknown>;
}
const operations = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, { responses: Record<string, Documented> }>).map(([method, { responses }]) => ({
    operation: `${method} ${path}`,
    responses,
  })),
);

test('every refusal has a body, and it is problem details but for health', () => {
  const others = operations.flatMap(({ operation, responses }) =>
    Object.entries(responses)
      .filter(([status, { content }]) => Number(status) >= 400 && content?.['application/problem+json'] === undefined)
      .map(([status]) => `${operation} ${status}`),
  );
  expect(others).toEqual(['get /v1/health 503']);
});

test('every operation is signed in AWS, and not on npm start', () => {
  const { security, components } = openApiDocument();
  expect(security).toEqual([{ sigv4: [] }, {}]);
  expect(components?.securitySchemes?.sigv4).toMatchObject({ in: 'header', name: 'Authorization' });
});

test('what takes a body says how large it may be', () => {
  const said = operations
    .filter(({ operation }) => /^(post|put|patch) (?!.*\/complete$)/.test(operation))
    .map(({ operation, responses }) => [operation, responses[413]?.description]);
  const session =
    'The body has more than 16384 bytes, or the session would hold more than 262144 bytes or 1000 members.';
  expect(said).toEqual([
    ['post /v1/sessions', 'The body has more than 16384 bytes.'],
    ['post /v1/sessions/{sessionId}/questions', session],
    ['patch /v1/sessions/{sessionId}/agents/{agent}', session],
    ['post /v1/sessions/{sessionId}/needs', session],
    ['post /v1/sessions/{sessionId}/satisfaction', session],
    ['post /v1/users/{userId}/chat', 'The body has more than 262144 bytes.'],
    ['post /v1/users/{userId}/signals', 'The body has more than 65536 bytes.'],
    ['put /v1/users/{userId}/preferences', 'The body has more than 65536 bytes.'],
  ]);
});

test('what is taken into a chat has each of its limits said', () => {
  const said = JSON.stringify(openApiDocument().paths?.['/v1/users/{userId}/chat']?.post);
  const unsaid = Object.entries(LIMITS).filter(([, limit]) => !new RegExp(`\\b${limit}\\b`).test(said));
  expect(unsaid).toStrictEqual([]);
});
