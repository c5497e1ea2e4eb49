import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { openApiDocument } from '../../../../lib/tools/docs/openapi';

test('docs/openapi.json is what the schemas say; npm run docs writes it', () => {
  const written: unknown = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'docs/openapi.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});
