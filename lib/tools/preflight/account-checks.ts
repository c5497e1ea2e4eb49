import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, type Finding } from './finding';
import { stackNamed } from './own-stacks';

export async function checkAccount({ account, region }: StageSettings): Promise<Finding> {
  const { Account = 'none', Arn = '' } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === account) return ok('account', `${Account} as ${Arn}`);
  const way = `Use credentials of ${account}, or correct the setting account.`;
  return problem('account', `the credentials are of ${Account} (${Arn})`, way);
}

export async function checkBootstrap({ account, region }: StageSettings): Promise<Finding> {
  const { StackStatus: status } = (await stackNamed(region, 'CDKToolkit')) ?? {};
  return status === undefined
    ? problem('CDK bootstrap', 'missing', `Run once: npx cdk bootstrap aws://${account}/${region}`)
    : ok('CDK bootstrap', status);
}
