import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { makeTemporaryFolder } from '../../lib/tools/engines/run-folder';
import { adopted } from '../support/stages';

/**
 * The stages of whoever has adopted the project have other ids, names and sizes: that must turn no test red but the
 * snapshots.
 */

const TESTS = path.join(PROJECT_ROOT, 'test');

test('nothing but the snapshots reads them', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const reading = files.filter((file) => /from '.*stages\/stages'/.test(readFileSync(path.join(TESTS, file), 'utf8')));
  expect(reading.map((file) => file.replaceAll('\\', '/')).sort()).toEqual([
    'infra/shared-stages.ts',
    'infra/snapshots.test.ts',
  ]);
});

interface Run {
  testResults: { message: string; assertionResults: { status: string; failureMessages: string[] }[] }[];
}

test('with another account, Region, group, size, two shards and callers outside the VPC only snapshots differ', () => {
  const folder = makeTemporaryFolder('own-stages');
  try {
    writeFileSync(path.join(folder, 'prod.yaml'), stringify(adopted));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['node_modules/jest/bin/jest.js', '--ci', '--json', 'test/infra/snapshots.test.ts'],
      { cwd: PROJECT_ROOT, env: { ...process.env, CARFIN_STAGES: folder }, encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    const { testResults } = JSON.parse(stdout) as Run;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const [failed, passed] = ['failed', 'passed'].map((status) => results.filter((each) => each.status === status));
    expect(failed?.length).toBe(2);
    expect(passed?.length).toBe(2);
    for (const { failureMessages } of failed ?? []) expect(failureMessages.join()).toContain('toMatchSnapshot');
    // In place: nobody's cluster is lost by it.
    expect(stderr).not.toContain('would replace the cluster');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
