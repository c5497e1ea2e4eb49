import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeVpcEndpointsCommand, type VpcEndpoint } from '@aws-sdk/client-ec2';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { checkApiEndpoint, checkSecretsManagerEndpoint } from '../../lib/tools/preflight/endpoint-checks';
import { checkSecret } from '../../lib/tools/preflight/secret-check';
import type { SecretsManagerRoute } from '../../lib/stages/network-settings';
import { parseSettings } from '../../lib/stages/parse-settings';
import { prod } from '../support/stages';
import { arrangeWellAccount, cloudFormation, ec2, named, secrets, settings } from './well-account';

beforeEach(arrangeWellAccount);

const secretArn = 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf';
const byRoute = (secretsManager: SecretsManagerRoute) =>
  parseSettings('prod', {
    ...prod,
    database: { ...prod.database, secretArn },
    network: { ...prod.network, secretsManager },
  });
const existing = byRoute({ by: 'existing-endpoint', securityGroupId: 'sg-0123456789abcdef0' });
const endpoints = (...VpcEndpoints: VpcEndpoint[]) => ec2.on(DescribeVpcEndpointsCommand).resolves({ VpcEndpoints });

test.each<[string, VpcEndpoint[], string, RegExp]>([
  ['none', [], 'problem', /there is none/],
  [
    'one without private DNS',
    [{ VpcEndpointId: 'vpce-1', PrivateDnsEnabled: false }],
    'problem',
    /none has private DNS/,
  ],
  [
    'one of another group',
    [{ VpcEndpointId: 'vpce-1', PrivateDnsEnabled: true, Groups: [{ GroupId: 'sg-other' }] }],
    'problem',
    /its security groups are sg-other/,
  ],
  [
    'the one that is named',
    [{ VpcEndpointId: 'vpce-1', PrivateDnsEnabled: true, Groups: [{ GroupId: 'sg-0123456789abcdef0' }] }],
    'ok',
    /with private DNS/,
  ],
])('an existing endpoint of Secrets Manager: %s', async (_, found, level, message) => {
  endpoints(...found);
  expect(await checkSecretsManagerEndpoint(existing)).toMatchObject({
    level,
    found: expect.stringMatching(message) as unknown,
  });
});

test("a second endpoint is told of, unless it is this stage's own", async () => {
  endpoints({ VpcEndpointId: 'vpce-1' });
  expect(await checkSecretsManagerEndpoint(byRoute({ by: 'new-endpoint' }))).toMatchObject({ level: 'warning' });
  cloudFormation.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: [
      {
        LogicalResourceId: 'x',
        ResourceType: 'AWS::EC2::VPCEndpoint',
        PhysicalResourceId: 'vpce-1',
        LastUpdatedTimestamp: new Date(),
        ResourceStatus: 'CREATE_COMPLETE',
      },
    ],
  });
  expect(await checkSecretsManagerEndpoint(byRoute({ by: 'new-endpoint' }))).toMatchObject({ level: 'ok' });
  expect(await checkApiEndpoint(settings)).toMatchObject({ level: 'ok', found: 'one is made' });
});

test("the group of an execute-api endpoint must be that endpoint's", async () => {
  const vpcEndpointId = 'vpce-0123456789abcdef0';
  const api = {
    exposure: 'private' as const,
    callers: ['arn:aws:iam::111122223333:role/carfin-agents'],
    vpcEndpointId,
    vpcEndpointSecurityGroupId: 'sg-0123456789abcdef0',
  };
  const named = parseSettings('prod', { ...prod, api });
  endpoints({ VpcEndpointId: vpcEndpointId, Groups: [{ GroupId: 'sg-other' }] });
  expect(await checkApiEndpoint(named)).toMatchObject({
    level: 'problem',
    advice: 'Set api.vpcEndpointSecurityGroupId to one of them; it is sg-0123456789abcdef0.',
  });
  endpoints({ VpcEndpointId: vpcEndpointId, Groups: [{ GroupId: 'sg-0123456789abcdef0' }] });
  expect(await checkApiEndpoint(named)).toMatchObject({ level: 'ok' });
  endpoints();
  expect(await checkApiEndpoint(named)).toMatchObject({ found: expect.stringMatching(/is not in vpc-/) as unknown });
});

test('the secret is looked at, never its value', async () => {
  expect(await checkSecret(existing)).toMatchObject({ level: 'ok', found: 'carfin' });
  secrets.on(DescribeSecretCommand).resolves({ Name: 'carfin', KmsKeyId: 'arn:aws:kms:ap-northeast-2:1:key/own' });
  expect(await checkSecret(existing)).toMatchObject({
    level: 'warning',
    advice: expect.stringContaining('kms:Decrypt') as unknown,
  });
  secrets.on(DescribeSecretCommand).rejects(named('ResourceNotFoundException'));
  expect(await checkSecret(existing)).toMatchObject({
    level: 'problem',
    advice: expect.stringContaining('list-secrets') as unknown,
  });
});
