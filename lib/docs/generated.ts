import { format } from 'prettier';
import { analyticsPage } from './analytics-page';
import { apiPage } from './api-page';
import { openApiDocument } from './openapi';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../functions/bundle';
import { withRehearsals } from './rehearsals';
import { runbookEntries, runbookIndex } from './runbook-index';

/** @returns the generated pages by path; `npm run docs` writes them, a test holds the committed ones to them. */
export async function generatedPages(): Promise<Record<string, string>> {
  const document = openApiDocument();
  return {
    'docs/openapi.json': await format(JSON.stringify(document), { parser: 'json', printWidth: 120 }),
    'docs/api.md': await format(apiPage(document), { parser: 'markdown', printWidth: 120 }),
    'docs/analytics.md': await format(analyticsPage(), { parser: 'markdown', printWidth: 120 }),
    'docs/runbooks/README.md': await format(runbookIndex(), { parser: 'markdown', printWidth: 120 }),
    ...runbooks(),
  };
}

/** The pages of the alarms are written by hand, but for the drills that rehearse them. */
function runbooks(): Record<string, string> {
  const pages = new Set(runbookEntries().map(({ runbook }) => runbook));
  return Object.fromEntries(
    [...pages].map((runbook) => {
      const file = `docs/runbooks/${runbook}.md`;
      return [file, withRehearsals(readFileSync(path.join(PROJECT_ROOT, file), 'utf8'), runbook)];
    }),
  );
}
