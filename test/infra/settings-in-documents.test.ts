import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { parseSettings } from '../../lib/stages/parse-settings';
import { readStageFile } from '../../lib/stages/stage-file';
import { prod } from '../support/stages';
import { regional } from './inputs';

const FOLDER = path.join(PROJECT_ROOT, 'docs');

/** Settings that a page shows, each a part of a stage's. */
const SHOWN = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [...readFileSync(path.join(FOLDER, name), 'utf8').matchAll(/```yaml\n([^`]*)```/g)].map(
      ([, text = '']) => [name, text.replaceAll('<account>', prod.account)] as const,
    ),
  );

type Settings = Record<string, unknown>;
const isMap = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A stage's settings with what a page says to write. */
function withShown(settings: Settings, shown: Settings): Settings {
  const merged = Object.entries(shown).map(([name, value]) => {
    const there = settings[name];
    return [name, isMap(value) && isMap(there) ? withShown(there, value) : value];
  });
  return { ...settings, ...(Object.fromEntries(merged) as Settings) };
}

test('the pages show settings of the API, photos, another Region, pages and the chat', () => {
  const names = SHOWN.flatMap(([, text]) => Object.keys(readStageFile(text, 'docs')));
  expect(names.sort()).toEqual(['api', 'api', 'cache', 'chat', 'images', 'pages']);
});

test.each(SHOWN)('%s shows settings that a stage can have', (_, text) => {
  const shown = readStageFile(text, 'docs') as unknown as Settings;
  const base = text.includes('exposure: regional') ? regional : prod;
  const settings = withShown({ ...base, monthlyBudgetUsd: 5_000 }, shown);
  expect(() => parseSettings('prod', settings as unknown as typeof prod)).not.toThrow();
});
