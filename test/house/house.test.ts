import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';

const CONFIG = '.dependency-cruiser.cjs';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'carfin-house-'));
  for (const file of [CONFIG, 'tsconfig.json', 'package.json'])
    cpSync(path.join(PROJECT_ROOT, file), path.join(folder, file));
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Builds a house of these files and holds it to the project's own rules. @returns what is printed */
function cruise(files: Record<string, string[]>): string {
  for (const [file, imports] of Object.entries<string[]>({
    'bin/app.ts': [],
    'lambda/a.ts': [],
    'lib/a.ts': [],
    ...files,
  })) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    const lines = imports.map((each) => `import '${each}';`);
    writeFileSync(path.join(folder, file), [...lines, 'export {};', ''].join('\n'));
  }
  const depcruise = path.join(PROJECT_ROOT, 'node_modules/.bin/depcruise');
  return spawnSync(depcruise, ['bin', 'lib', 'lambda', '--config', CONFIG], { cwd: folder, encoding: 'utf8' }).stdout;
}

test('a house with floors passes', () => {
  expect(
    cruise({
      'lib/tools/x.ts': ['../stages/y'],
      'lib/stages/y.ts': ['../../lambda/contract/z'],
      'lambda/contract/z.ts': [],
      'lambda/search/a.ts': ['./search-scripts', '../valkey/shared-scripts'],
      'lambda/search/search-scripts.ts': [],
      'lambda/valkey/shared-scripts.ts': [],
    }),
  ).toContain('no dependency violations found');
});

test.each<[rule: string, files: Record<string, string[]>]>([
  ['no-circle-of-files', { 'lib/stages/x.ts': ['./y'], 'lib/stages/y.ts': ['./x'] }],
  [
    'no-circle-of-folders',
    {
      'lambda/http/a.ts': ['../valkey/b'],
      'lambda/valkey/b.ts': [],
      'lambda/valkey/c.ts': ['../http/d'],
      'lambda/http/d.ts': [],
    },
  ],
  ['tools-on-top', { 'lib/cost/x.ts': ['../tools/y'], 'lib/tools/y.ts': [] }],
  ['lambda-below-lib', { 'lambda/search/x.ts': ['../../lib/cost/y'], 'lib/cost/y.ts': [] }],
  ['lib-shares-the-contract', { 'lib/constructs/x.ts': ['../../lambda/search/y'], 'lambda/search/y.ts': [] }],
  [
    'scripts-stay-at-home',
    { 'lambda/search/x.ts': ['../warm-up/warm-up-scripts'], 'lambda/warm-up/warm-up-scripts.ts': [] },
  ],
  ['nothing-rests-on-bin', { 'lib/tools/x.ts': ['../../bin/app'] }],
])('a planted breach of %s is refused', (rule, files) => {
  expect(cruise(files)).toContain(`error ${rule}:`);
});

/** A router answers whatever fails with problem details. */
const BEHIND_A_ROUTER = ['conversation', 'events', 'images', 'search'];

test('what a function throws is told by kind alone, or answered by the router', () => {
  const lambda = path.join(PROJECT_ROOT, 'lambda');
  const unguarded = readdirSync(lambda).filter((folder) => {
    const file = path.join(lambda, folder, 'handler.ts');
    return existsSync(file) && !readFileSync(file, 'utf8').includes('handler = toldErrors(');
  });
  expect(unguarded).toEqual(BEHIND_A_ROUTER);
});
