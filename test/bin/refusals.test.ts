import { spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';

/** Runs a program where nobody is signed in to AWS but by these variables. */
const refused = (args: readonly string[], variables: Record<string, string> = {}) => {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const all = { ...env, AWS_CONFIG_FILE: '/dev/null', ...variables };
  const how = { cwd: PROJECT_ROOT, env: all, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...args], how);
  return [status, stderr];
};

test.each([
  [
    ['bin/adopt.ts', '--stage', 'test', '--database', 'x', '--region', 'ap-northeast-2'],
    /^The account can't be read: there are no valid AWS credentials\. Sign in .* set AWS_PROFILE, or --profile\.$/m,
  ],
  [['bin/adopt.ts', '--stage', '1a'], /^--stage must be .*, beginning with a letter \(received "1a"\)\.$/m],
  [['bin/shadow.ts', '--local', '--sample', '/nowhere'], /^--sample can't be read: ENOENT: .*'\/nowhere'$/m],
  [['bin/shadow.ts', '--live', '/nowhere'], /^--live can't be read: ENOENT: .*'\/nowhere'$/m],
  [['bin/deploy.ts'], /^Name the stage first, such as npm run deploy -- prod; there are prod, dev/],
  [['bin/deploy.ts', '--what'], /^Name the stage first, such as npm run deploy -- prod --what; there are prod, dev/],
  [['bin/deploy.ts', '--stage', 'prod'], /^Stage prod still has example values/],
  [['bin/deploy.ts', 'prod', 'dev'], /^One stage is deployed at a time: "dev" is no option of cdk\.$/m],
  [
    ['bin/drill.ts', 'Kill-Node'],
    /^There is no drill "Kill-Node"; did you mean kill-node\? npm run drill lists all\.$/m,
  ],
  [['bin/drill.ts', 'constructor'], /^There is no drill "constructor"\. npm run drill lists all\.$/m],
  [['bin/fuzz.ts', '--seconds', '0'], /It must be a whole number from 1 to 86400, received "0"\./],
])('%p is refused with the way out', (args, words) => {
  expect(refused(args)).toEqual([2, expect.stringMatching(words)]);
});

test('an AWS that cannot be reached is told with what to check', () => {
  const nowhere = {
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_MAX_ATTEMPTS: '1',
  };
  const adopting = ['bin/adopt.ts', '--stage', 'test', '--database', 'x', '--region', 'ap-northeast-2'];
  expect(refused(adopting, nowhere)).toEqual([
    2,
    expect.stringMatching(
      /^AWS could not be reached\. Check the network, --region and AWS_ENDPOINT_URL\.\n {2}because: /m,
    ),
  ]);
});
