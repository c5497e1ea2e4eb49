import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { makeTemporaryFolder } from '../../lib/tools/engines/run-folder';
import { prod } from '../support/stages';

const folder = makeTemporaryFolder('stages');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of bin where this is the file of prod. */
function run(program: 'app' | 'cost', text: string) {
  writeFileSync(path.join(folder, 'prod.yaml'), text);
  return spawnSync(process.execPath, ['--import', 'tsx', `bin/${program}.ts`], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, CARFIN_STAGES: folder },
    encoding: 'utf8',
  });
}

/** JSON is YAML. */
const settings = (changed: object) => JSON.stringify({ ...prod, ...changed }, null, 2);

test.each([
  [
    'a setting that is wrong',
    settings({ logRetention: 100 }),
    /^Stage prod can't .*\n {2}line \d+: logRetention: .*\n$/,
  ],
  ['a file that is no YAML', ' account: 1\nregion: 2\n', /^lib\/stages\/prod\.yaml is no YAML: line 2: [^\n]*\w\n$/],
])('synth tells %s as every program does, without a stack', (_, text, words) => {
  const { status, stderr } = run('app', text);
  expect([status, stderr]).toEqual([1, expect.stringMatching(words)]);
});

test('an estimate above the budget says so', () => {
  expect(run('cost', settings({ monthlyBudgetUsd: 50 })).stdout).toMatch(/ total .* 4\d\d │ above budget 50 /);
  expect(run('cost', settings({})).stdout).toMatch(/ total .* 4\d\d │ budget 460 /);
});
