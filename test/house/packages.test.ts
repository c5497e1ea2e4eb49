import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';

test('Dependabot looks at every folder that has packages of its own', () => {
  const locks = execFileSync('git', ['ls-files', '*package-lock.json'], { cwd: PROJECT_ROOT, encoding: 'utf8' });
  const folders = locks.trim().split('\n');
  const { updates } = parse(readFileSync(path.join(PROJECT_ROOT, '.github/dependabot.yml'), 'utf8')) as {
    updates: { 'package-ecosystem': string; directories?: string[] }[];
  };
  const [npm] = updates.filter((each) => each['package-ecosystem'] === 'npm');
  expect(npm?.directories).toEqual(expect.arrayContaining(folders.map((lock) => path.dirname(`/${lock}`))));
});
