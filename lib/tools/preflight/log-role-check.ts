import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { CloudControlClient, GetResourceCommand } from '@aws-sdk/client-cloudcontrol';
import * as z from 'zod';
import type { StageSettings } from '../../stages/settings';
import { orNothing } from '../text/aws-errors';
import { ok, problem, warning, type Finding } from './finding';
import { OwnResources } from './own-stacks';
import { allows, policyDocument } from './policy';

const SUBJECT = 'log role of API Gateway';
const SERVICE = 'apigateway.amazonaws.com';

const roleProperties = z.object({ AssumeRolePolicyDocument: policyDocument });

/**
 * The one role by which all APIs of an account and Region write their logs: a stage that shares it needs one that
 * works, and one that makes it overwrites another's (API Gateway developer guide, set-up-logging).
 */
export async function checkLogRole(settings: StageSettings): Promise<Finding> {
  const { region, api } = settings;
  const { cloudwatchRoleArn } = await new APIGatewayClient({ region }).send(new GetAccountCommand({}));
  const name = cloudwatchRoleArn?.split('/').at(-1);
  if (api.logRole === 'exists') return existing(region, cloudwatchRoleArn, name);
  if (name === undefined) return ok(SUBJECT, 'one is made');
  const own = await OwnResources.of(settings);
  if (own.has('AWS::IAM::Role', name)) return ok(SUBJECT, `${name}, this stage's own`);
  return warning(
    SUBJECT,
    `the account has ${name}, and the deploy puts another in its place`,
    'Set api.logRole to exists to keep it, unless a stage that is gone left it.',
  );
}

async function existing(region: string, arn: string | undefined, name: string | undefined): Promise<Finding> {
  if (name === undefined)
    return problem(SUBJECT, `${region} has none, and an API with logs can't be deployed`, 'Set api.logRole to make.');
  const trust = await trustOf(region, name);
  if (trust === undefined)
    return problem(SUBJECT, `the account names ${arn}, which is gone`, 'Set api.logRole to make: it is replaced.');
  const trusted = trust.some(
    (statement) =>
      allows(statement, /^(sts:(assumerole|\*)|\*)$/i) &&
      typeof statement.Principal === 'object' &&
      [statement.Principal.Service ?? []].flat().includes(SERVICE),
  );
  if (trusted) return ok(SUBJECT, name);
  const way = `Let ${SERVICE} sts:AssumeRole in its trust policy, or set api.logRole to make.`;
  return problem(SUBJECT, `${name} does not trust API Gateway`, way);
}

/** @returns whom a role lets take it on; undefined if there is no such role. */
async function trustOf(region: string, name: string) {
  const command = new GetResourceCommand({ TypeName: 'AWS::IAM::Role', Identifier: name });
  const found = await orNothing(new CloudControlClient({ region }).send(command));
  const text = found?.ResourceDescription?.Properties;
  return text === undefined ? undefined : roleProperties.parse(JSON.parse(text)).AssumeRolePolicyDocument.Statement;
}
