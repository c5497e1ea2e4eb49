import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { FUNCTION_NAMES } from '../../lambda/contract/functions';
import { scalingOf } from '../functions/service-function';
import type { StageSettings } from '../stages/settings';
import { ok, problem, type Finding } from './finding';

/** "Concurrent executions" of Lambda; 100 of them must stay unreserved. */
const LAMBDA_CONCURRENCY = { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' };
const UNRESERVED = 100;

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

export async function checkQuotas(settings: StageSettings): Promise<Finding[]> {
  const { Quota } = await new ServiceQuotasClient({ region: settings.region }).send(
    new GetServiceQuotaCommand(LAMBDA_CONCURRENCY),
  );
  const allowed = Quota?.Value ?? 0;
  const needed = FUNCTION_NAMES.reduce((sum, name) => sum + scalingOf(name, settings).most, UNRESERVED);
  return [
    allowed >= needed
      ? ok('Lambda concurrency', `${allowed} allowed, ${needed} needed`)
      : problem(
          'Lambda concurrency',
          `${allowed} allowed, ${needed} needed`,
          'Ask for a higher quota, or lower concurrency.*.most.',
        ),
  ];
}

/** @returns the status of a stack, undefined if there is none. */
export async function stackStatus(region: string, name: string): Promise<string | undefined> {
  try {
    const { Stacks = [] } = await new CloudFormationClient({ region }).send(
      new DescribeStacksCommand({ StackName: name }),
    );
    return Stacks[0]?.StackStatus;
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}
