import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { makeTemporaryFolder } from '../../lib/tools/engines/run-folder';

/** Runs a program where nobody is signed in to AWS but by these variables. */
const refused = (args: readonly string[], variables: Record<string, string> = {}) => {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const all = { ...env, AWS_CONFIG_FILE: '/dev/null', ...variables };
  const how = { cwd: PROJECT_ROOT, env: all, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...args], how);
  return [status, stderr];
};

const ADOPT = ['bin/adopt.ts', '--stage', 'test', '--database', 'x', '--region', 'ap-northeast-2'];

test.each([
  [
    ADOPT,
    /^The account can't be read: there are no valid AWS credentials\. Sign in .* set AWS_PROFILE, or --profile\.$/m,
  ],
  [
    [...ADOPT, '--email', 'oncall', '--caller', 'agents', 'arn:aws:iam::444455556666:root', '--caller-group', 'sg-X'],
    new RegExp(
      '^Nothing was looked at, because of what was given:\\n' +
        ' {2}--caller: must be the ARN of one role or user, .* \\(received "agents"\\)\\n' +
        ' {2}--caller: must be the ARN of one role or user, .* \\(received "arn:aws:iam::444455556666:root"\\)\\n' +
        ' {2}--caller-group: must be an id of AWS such as sg-.* \\(received "sg-X"\\)\\n' +
        ' {2}--email: must be an email address \\(received "oncall"\\)$',
      'm',
    ),
  ],
  [
    ['bin/adopt.ts', '--stage', 'test', '--database', 'Cars', '--region', 'seoul', '--budget', '0'],
    /^ {2}--region: must be a region such as .*\n {2}--database: must be the name .*\n {2}--budget: must be above 0 /m,
  ],
  [
    [...ADOPT, '--email', 'a@b.kr', '--email', 'a@b.kr'],
    /^ {2}--email: must name each but once \(received \["a@b\.kr","a@b\.kr"\]\)$/m,
  ],
  [
    ['bin/adopt.ts', '--stage', 'prod', '--check-table', '--email', 'a@b.kr'],
    /option '--check-table' cannot be used with option '--email <address\.\.\.>'/,
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
  expect(refused(ADOPT, nowhere)).toEqual([
    2,
    expect.stringMatching(
      /^AWS could not be reached\. Check the network, --region and AWS_ENDPOINT_URL\.\n {2}because: /m,
    ),
  ]);
});

test.each([
  ['bin/ops.ts', 'status', '--stage'],
  ['bin/deploy.ts'],
  ['bin/preflight.ts', '--stage'],
  ['bin/cost.ts', '--stage'],
  ['bin/adopt.ts', '--database', 'x', '--region', 'ap-northeast-2', '--stage'],
])('a stage whose file has another suffix is told by %s %s', (...typed) => {
  const folder = makeTemporaryFolder('stages');
  try {
    writeFileSync(path.join(folder, 'prod2.yml'), '');
    writeFileSync(path.join(folder, 'test.yaml'), 'region: ap-northeast-2\n');
    const variables = { CARFIN_STAGES: folder };
    const way = 'the file of a stage ends in .yaml. Rename lib/stages/prod2.yml to prod2.yaml.';
    expect(refused([...typed, 'prod2'], variables)).toEqual([expect.any(Number), expect.stringContaining(way)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
