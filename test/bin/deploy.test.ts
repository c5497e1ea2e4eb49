import { spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';

const deploy = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'bin/deploy.ts', ...args], { cwd: PROJECT_ROOT, encoding: 'utf8' });

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
