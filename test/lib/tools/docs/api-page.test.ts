import { readFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATIONS } from '../../../../lambda/every-operation';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';

const page = readFileSync(path.join(PROJECT_ROOT, 'docs/api.md'), 'utf8');
const sectionOf = (method: string, url: string) =>
  page.split(/^## /m).find((section) => section.startsWith(`${method} ${url}\n`)) ?? '';

test.each(OPERATIONS.map((each) => [each.operationId, each] as const))(
  '%s: docs/api.md names each member of its answer',
  (_, operation) => {
    const section = sectionOf(operation.method, operation.path.replace('+}', '}'));
    const answers = Object.entries(operation.responses).filter(([, { schema }]) => schema !== undefined);
    for (const [status, { schema }] of answers) {
      const names = Object.keys((schema as unknown as { shape: object }).shape);
      const [, table = ''] = section.split(`| member of the ${status}`);
      expect(names.filter((name) => !table.includes(`| \`${name}\` `))).toStrictEqual([]);
    }
  },
);

test('ids are shown with their pattern, and lists with the members of what they hold', () => {
  const signals = sectionOf('POST', '/v1/users/{userId}/signals');
  expect(signals).toMatch(/\| `userId` +\| path \| string, `\^\(\?!\\\.\\\.\?\$\)\[A-Za-z0-9\._-\]\{1,64\}\$`/);
  for (const member of ['id', 'type', 'vehicle.manufacturer', 'vehicle.price', 'at'])
    expect(signals).toContain(`| \`signals[].${member}\``);
  const weights = sectionOf('PUT', '/v1/users/{userId}/preferences');
  for (const member of ['attribute', 'value', 'weight']) expect(weights).toContain(`| \`weights[].${member}\``);
  const chat = sectionOf('POST', '/v1/users/{userId}/chat');
  for (const member of ['id', 'role', 'content']) expect(chat).toContain(`| \`messages[].${member}\``);
});

test('what must not be empty says so', () => {
  expect(sectionOf('POST', '/v1/users/{userId}/signals')).toContain('| list of object, 1 to 50 ');
  expect(sectionOf('PUT', '/v1/users/{userId}/preferences')).toContain('| list of object, at most 256 ');
  expect(sectionOf('POST', '/v1/sessions/{sessionId}/needs')).toContain('| list of object, 1 to 20 ');
  const chat = sectionOf('POST', '/v1/users/{userId}/chat');
  expect(chat).toContain('| list of object, 1 to 50 ');
  expect(chat).toContain('1 to 8192 bytes in UTF-8, not of white space alone.');
});
