import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from 'jest';

/**
 * The variable that names the folder in which a run's test files share templates, and what a run has to tell at its
 * end.
 */
export const TEMPLATES_FOLDER = 'CARFIN_TEST_TEMPLATES';

interface Run {
  testPathPatterns?: { patterns: string[] };
}

/** Before a whole run the stages of several test files are synthesised here, where the CDK is loaded once and warm. */
export default async function globalSetup(run: Run & Config): Promise<void> {
  process.env[TEMPLATES_FOLDER] = mkdtempSync(path.join(tmpdir(), 'carfin-templates-'));
  if ((run.testPathPatterns?.patterns.length ?? 0) > 0) return;
  const { synthesiseShared } = await import('./shared-stages');
  synthesiseShared();
}
