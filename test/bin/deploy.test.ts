import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { makeTemporaryFolder } from '../../lib/tools/engines/run-folder';
import { adopted } from '../support/stages';

const run = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'bin/deploy.ts', ...args], {
    cwd: PROJECT_ROOT,
    env,
    encoding: 'utf8',
  });
const deploy = (...args: string[]) => run(args, process.env);

test('a deploy with example values ends before anything is created, and names them', () => {
  const { status, stderr } = deploy('prod');
  expect(status).toBe(2);
  expect(stderr).toMatch(/still has example values, so nothing was deployed/);
  expect(stderr).toContain('npm run adopt -- --stage prod');
  for (const setting of ['account', 'network.vpcId', 'database.endpoint', 'alarmEmails.0'])
    expect(stderr).toContain(`  ${setting}\n`);
  const [, ...lines] = stderr.trimEnd().split('\n');
  const wayOut = /^ {4}(aws |yours to choose: docs)/;
  expect(lines.filter((line) => wayOut.test(line))).toHaveLength(lines.length / 2);
  expect(stderr).toContain('  api.callers.0\n    aws iam list-roles --query "Roles[].Arn"\n');
  // No command asks for the example's own database, which no account has.
  expect(stderr).toContain('describe-db-instances --db-instance-identifier <database.instanceIdentifier> --query');
  expect(stderr).toContain('  database.instanceIdentifier\n    aws rds describe-db-instances --query "DBInstances[]');
  expect(stderr).toContain('  alarmEmails.0\n    yours to choose: docs/settings.md\n');
});

test('a stage that is none is named, with those that are', () => {
  const { status, stderr } = deploy('staging');
  expect([status, stderr]).toEqual([2, 'There is no stage "staging"; there are prod, dev (lib/stages/*.yaml).\n']);
});

test('without credentials, or without AWS, a deploy that looks at nothing before says what to do', () => {
  const folder = makeTemporaryFolder('stages');
  // JSON is YAML.
  writeFileSync(path.join(folder, 'prod.yaml'), JSON.stringify(adopted));
  const { PATH, HOME } = process.env;
  const nobody = { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const env = { PATH, HOME, ...nobody, AWS_CONFIG_FILE: '/dev/null', CARFIN_STAGES: folder };
  const somebody = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', AWS_MAX_ATTEMPTS: '1' };
  const nowhere = { ...env, ...somebody, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const said = [env, nowhere].map((each) => run(['prod', '--no-preflight'], each).stderr);
  rmSync(folder, { recursive: true, force: true });
  expect(said).toEqual([
    expect.stringMatching(/^The account can't be read: .* Sign in .* set AWS_PROFILE to one that may deploy\.$/m),
    expect.stringMatching(
      /^AWS could not be reached\. Check the network, the region of the stage and AWS_ENDPOINT_URL\.$/m,
    ),
  ]);
});
