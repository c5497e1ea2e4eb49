import { spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';

/** Runs a program where nobody is signed in to AWS. */
const refused = (...args: string[]) => {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const all = { ...env, AWS_CONFIG_FILE: '/dev/null' };
  const how = { cwd: PROJECT_ROOT, env: all, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...args], how);
  return [status, stderr];
};

test.each([
  [
    ['bin/adopt.ts', '--stage', 'test', '--database', 'x', '--region', 'ap-northeast-2'],
    /^The account can't be read: there are no valid AWS credentials\. Sign in .* set AWS_PROFILE, or --profile\.$/m,
  ],
  [['bin/shadow.ts', '--local', '--sample', '/nowhere'], /^--sample can't be read: ENOENT: .*'\/nowhere'$/m],
  [['bin/shadow.ts', '--live', '/nowhere'], /^--live can't be read: ENOENT: .*'\/nowhere'$/m],
  [['bin/deploy.ts'], /^Name the stage, such as npm run deploy -- prod; there are prod, dev/],
  [['bin/deploy.ts', '--stage', 'prod'], /^Stage prod still has example values/],
  [['bin/deploy.ts', 'prod', 'dev'], /^One stage is deployed at a time: "dev" is no option of cdk\.$/m],
  [['bin/fuzz.ts', '--seconds', '0'], /It must be a whole number from 1 to 86400, received "0"\./],
])('%p is refused with the way out', (args, words) => {
  expect(refused(...args)).toEqual([2, expect.stringMatching(words)]);
});
