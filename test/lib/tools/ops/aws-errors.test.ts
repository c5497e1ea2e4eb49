import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { connectTarget } from '../../../../lib/tools/ops/connect';
import { ops } from './terminal';
import { elastiCache, sts, target, wellStage } from './aws-stage';

beforeEach(wellStage);

describe('errors name the way out', () => {
  const failure = (name: string, message: string) => Object.assign(new Error(message), { name });

  test.each<[string, Error, RegExp]>([
    ['no credentials', failure('CredentialsProviderError', 'Could not load credentials'), /aws sso login/],
    ['expired credentials', failure('ExpiredTokenException', 'expired'), /have expired\. Sign in again/],
    ['no permission', failure('AccessDenied', 'not authorized to perform: x'), /carfin-prod-operator may/],
    ['throttling', failure('ThrottlingException', 'Rate exceeded'), /throttling\. Wait half a minute/],
    ['another account', failure('ReplicationGroupNotFoundFault', 'no'), /Is stage prod deployed/],
    ['no network', Object.assign(new Error('connect'), { code: 'ENOTFOUND' }), /could not be reached/],
  ])('%s', async (_, error, advice) => {
    elastiCache.on(DescribeReplicationGroupsCommand).rejects(error);
    const { said, code } = await ops(target(), 'status');
    expect(said).toContain('Describing the replication group carfin-prod failed');
    expect(said).toMatch(advice);
    expect(code).toBe(3);
  });

  test('credentials of another account are refused before anything is read', async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: '999988887777', Arn: 'arn' });
    const { said, code } = await ops(target(), 'status');
    expect(said).toContain('Stage prod is in account 111122223333, the credentials are of 999988887777');
    expect([code, elastiCache.calls().length]).toEqual([2, 0]);
  });

  test.each([
    ['--stage nowhere status', /There is no stage "nowhere"; there are prod, dev/],
    ['status', /Name what is operated: --stage with one of prod, dev/],
  ])('%s', async (line, advice) => {
    const { said, code } = await ops(target(), line, { connect: connectTarget });
    expect(said).toMatch(advice);
    expect(code).toBe(2);
  });

  test.each([
    ['cache bypass on --for 59s', '--for must be from 1m to 1d; received 59s'],
    ['cache bypass on --for 25h', '--for must be from 1m to 1d; received 25h'],
    ['forget-again --since yesterday', 'such as 2026-11-23T18:00:00Z, and not to come; received yesterday'],
    ['forget-again --since 2999-01-01', 'and not to come; received 2999-01-01'],
  ])('%s: shown as little as done', async (line, advice) => {
    for (const each of [line, `${line} --yes`]) {
      const { said, code } = await ops(target(), each);
      expect(said).toContain(advice);
      expect(code).toBe(2);
    }
  });

  test.each(['page-test --watch', 'warm --watch'])('%s: a lever is not pulled again and again', async (line) => {
    const { said, code } = await ops(target(), line);
    expect(said).toContain('--watch is only for commands that change nothing');
    expect(code).toBe(2);
  });
});
