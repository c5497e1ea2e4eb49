import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, type Finding } from './finding';
import { stackStatus } from './own-stacks';

export async function checkAccount({ account, region }: StageSettings): Promise<Finding[]> {
  const { Account = 'none', Arn = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  return [
    Account === account
      ? ok('account', `${Account} as ${Arn}`)
      : problem(
          'account',
          `the credentials are of ${Account} (${Arn})`,
          `Use credentials of ${account}, or correct the setting account.`,
        ),
  ];
}

export async function checkBootstrap({ account, region }: StageSettings): Promise<Finding[]> {
  const status = await stackStatus(region, 'CDKToolkit');
  return [
    status === undefined
      ? problem('CDK bootstrap', 'missing', `Run once: npx cdk bootstrap aws://${account}/${region}`)
      : ok('CDK bootstrap', status),
  ];
}
