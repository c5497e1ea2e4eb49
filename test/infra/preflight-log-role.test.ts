import { GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetResourceCommand } from '@aws-sdk/client-cloudcontrol';
import type { StageSettings } from '../../lib/stages/settings';
import { attempt } from '../../lib/tools/preflight/attempt';
import { checkLogRole } from '../../lib/tools/preflight/log-role-check';
import { apiGateway, arrangeWellAccount, cloudControl, cloudFormation, named, settings } from './well-account';

const ROLE = 'arn:aws:iam::111122223333:role/service/api-logs';
const SUBJECT = 'log role of API Gateway';
const with_ = (logRole: 'make' | 'exists'): StageSettings => ({ ...settings, api: { ...settings.api, logRole } });
const found = (logRole: 'make' | 'exists') => attempt(SUBJECT, () => checkLogRole(with_(logRole)));

/** @param statement the only one of the role's trust policy */
function arrangeRole(statement: object): void {
  const Properties = JSON.stringify({ AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [statement] } });
  cloudControl
    .on(GetResourceCommand, { TypeName: 'AWS::IAM::Role', Identifier: 'api-logs' })
    .resolves({ ResourceDescription: { Identifier: 'api-logs', Properties } });
}
const trust = (Service: string | string[], Effect = 'Allow') => ({
  Effect,
  Action: 'sts:AssumeRole',
  Principal: { Service },
});

beforeEach(() => {
  arrangeWellAccount();
  apiGateway.on(GetAccountCommand).resolves({ cloudwatchRoleArn: ROLE });
});

test.each([
  ['by itself', trust('apigateway.amazonaws.com')],
  ['beside others', trust(['lambda.amazonaws.com', 'apigateway.amazonaws.com'])],
])('a role that exists and trusts API Gateway %s is well', async (_, statement) => {
  arrangeRole(statement);
  expect(await found('exists')).toEqual([{ level: 'ok', subject: SUBJECT, found: 'api-logs' }]);
});

test.each<[string, () => unknown, string, RegExp]>([
  [
    'no role',
    () => apiGateway.on(GetAccountCommand).resolves({}),
    "ap-northeast-2 has none, and an API with logs can't be deployed",
    /Set api\.logRole to make/,
  ],
  ['a role that is gone', () => undefined, `the account names ${ROLE}, which is gone`, /Set api\.logRole to make/],
  [
    'a role of another service',
    () => arrangeRole(trust('lambda.amazonaws.com')),
    'api-logs does not trust API Gateway',
    /Let apigateway\.amazonaws\.com sts:AssumeRole in its trust policy/,
  ],
  [
    'a role that is denied',
    () => arrangeRole(trust('apigateway.amazonaws.com', 'Deny')),
    'api-logs does not trust API Gateway',
    /trust policy, or set api\.logRole to make/,
  ],
])('where the settings say that it exists, %s is a problem with its way out', async (_, arrange, says, wayOut) => {
  arrange();
  const findings = await found('exists');
  expect(findings).toMatchObject([{ level: 'problem', found: says }]);
  expect(findings[0]?.advice).toMatch(wayOut);
});

test('one that may not be read is no role that is well', async () => {
  apiGateway.on(GetAccountCommand).rejects(named('AccessDeniedException'));
  const [finding] = await found('exists');
  expect(finding?.level).toBe('problem');
  expect(finding?.found).toMatch(/^it could not be looked at: AccessDeniedException/);
});

test("a deploy that would make one says whose place it takes, unless it is the stage's own", async () => {
  expect(await found('make')).toMatchObject([
    { level: 'warning', found: 'the account has api-logs, and the deploy puts another in its place' },
  ]);
  const StackSummary = {
    LogicalResourceId: 'Role',
    LastUpdatedTimestamp: new Date(),
    ResourceStatus: 'CREATE_COMPLETE' as const,
  };
  cloudFormation.on(ListStackResourcesCommand, { StackName: 'carfin-prod-service' }).resolves({
    StackResourceSummaries: [{ ...StackSummary, ResourceType: 'AWS::IAM::Role', PhysicalResourceId: 'api-logs' }],
  });
  expect(await found('make')).toEqual([{ level: 'ok', subject: SUBJECT, found: "api-logs, this stage's own" }]);
  apiGateway.on(GetAccountCommand).resolves({});
  expect(await found('make')).toEqual([{ level: 'ok', subject: SUBJECT, found: 'one is made' }]);
});
