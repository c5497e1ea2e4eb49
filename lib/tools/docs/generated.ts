import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import type { GrowthFigures } from '../bench/growth/figures';
import { readResults } from '../text/results-file';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import { analyticsPage } from './analytics-page';
import { apiPage } from './api-page';
import { openApiDocument } from './openapi';
import { privacyPage } from './privacy-page';
import { promisesPage } from './promises-page';
import { withRehearsals } from './rehearsals';
import { resultsPage, type AllResults } from './results-page';
import { runbookEntries, runbookIndex } from './runbook-index';
import { scalePage } from './scale-page';
import { settingsPage } from './settings-page';

/**
 * @returns the generated pages by path; `npm run docs` writes them, and with `--check` holds the committed ones to
 * them.
 */
export async function generatedPages(): Promise<Record<string, string>> {
  const document = openApiDocument();
  const pages: Record<string, string> = {
    'docs/api.md': apiPage(document),
    'docs/analytics.md': analyticsPage(),
    'docs/privacy.md': privacyPage(),
    'docs/promises.md': promisesPage(),
    'docs/runbooks/README.md': runbookIndex(),
    'docs/results.md': resultsPage({
      bench: readResults<AllResults['bench']['figures']>('bench'),
      peers: readResults<AllResults['peers']['figures']>('peers'),
      cold: readResults<AllResults['cold']['figures']>('cold'),
      faults: readResults<AllResults['faults']['figures']>('faults'),
      scripts: readResults<AllResults['scripts']['figures']>('scripts'),
      forgetting: readResults<AllResults['forgetting']['figures']>('forgetting'),
      messages: readResults<AllResults['messages']['figures']>('first-messages'),
      recommendations: readResults<AllResults['recommendations']['figures']>('recommendations'),
    }),
    'docs/settings.md': settingsPage(),
    'docs/scale.md': scalePage(readResults<GrowthFigures>('growth')),
  };
  const formatted = Object.entries(pages).map(
    async ([file, text]) => [file, await format(text, { parser: 'markdown', printWidth: 120 })] as const,
  );
  return {
    'docs/openapi.json': await format(JSON.stringify(document), { parser: 'json', printWidth: 120 }),
    ...Object.fromEntries(await Promise.all(formatted)),
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
