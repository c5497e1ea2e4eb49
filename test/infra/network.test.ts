import { createServer } from 'node:http';
import { Match } from 'aws-cdk-lib/assertions';
import { ENV } from '../../lambda/contract/environment';
import { definitionOf } from '../../lambda/contract/functions';
import { secretLogin } from '../../lambda/database/secret';
import { deployedFunctions } from '../../lib/stages/deployed-functions';
import { SECRETS_MANAGER_URL } from '../../lib/constructs/network/secrets-manager-access';
import type { SecretsManagerRoute } from '../../lib/stages/network-settings';
import { parseSettings } from '../../lib/stages/parse-settings';
import type { StageInput } from '../../lib/stages/settings';
import { closeServer, listen } from '../../lib/tools/engines/loopback';
import { adopted, prod, STAGES } from '../support/stages';
import { NetworkPaths } from './network-paths';
import { regional, withImages } from './inputs';
import { synthesise } from './templates';

const secretArn = 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf';
const reason = 'The egress firewall admits secretsmanager.ap-northeast-2.amazonaws.com only';
const withSecret = (secretsManager: SecretsManagerRoute): StageInput => ({
  ...prod,
  database: { ...prod.database, secretArn },
  network: { ...prod.network, secretsManager },
});

const BY_SECRET = {
  'new endpoint': withSecret({ by: 'new-endpoint' }),
  'existing endpoint': withSecret({ by: 'existing-endpoint', securityGroupId: 'sg-0eeeeeeeeeeeeee77' }),
  'NAT to a prefix list': withSecret({ by: 'nat', destinations: ['pl-0eeeeeeeeeeeeee88', '198.51.100.0/24'], reason }),
  'NAT to everywhere': withSecret({ by: 'nat', destinations: ['0.0.0.0/0'], reason }),
};

const SECRET_AND_IMAGES = { ...BY_SECRET['new endpoint'], images: withImages.images, monthlyBudgetUsd: 500 };
const ALL = { ...STAGES, regional, ...BY_SECRET, adopted, images: withImages, 'secret and images': SECRET_AND_IMAGES };

describe.each(Object.entries<StageInput>(ALL))('stage %s', (name, input) => {
  const stage = synthesise(name.replaceAll(' ', '-'), input);
  const paths = new NetworkPaths(stage);

  test('every service that a function calls is reached, and nothing else', () => {
    const functions = paths.functions();
    // The heartbeat stands in the VPC of a private API; a regional one is asked from outside.
    const watching = stage.settings.api.exposure === 'private' ? 1 : 0;
    expect(functions).toHaveLength(deployedFunctions(stage.settings).length + watching);
    const egress = [...new Set(paths.egress())].map((rule) => rule.split(' -> '));
    // What the groups that a function wears let out, together, is what it calls.
    for (const { name: caller, groups, calls } of functions) {
      const out = egress.filter(([group = '']) => groups.includes(group)).map(([, to]) => to);
      const wanted = calls.flatMap((service) => paths.destinations(service));
      expect([caller, [...new Set(out)].sort()]).toEqual([caller, [...new Set(wanted)].sort()]);
    }
    const worn = functions.flatMap(({ groups }) => groups);
    expect(egress.filter(([group = '']) => !worn.includes(group))).toStrictEqual([]);
  });

  test('what is reached in the VPC admits the functions', () => {
    const group = stage.settings.cache.replicationGroupId;
    const intoGroups = paths.egress().filter((rule) => rule.includes('-> sg-') || rule.includes(`-> ${group}-`));
    expect(intoGroups.length).toBeGreaterThanOrEqual(2);
    expect(paths.ingress()).toEqual(expect.arrayContaining(intoGroups));
  });
});

test('with a login by secret, whatever asks the database calls Secrets Manager, and nothing else does', () => {
  const stage = synthesise('prod', SECRET_AND_IMAGES);
  const functions = new NetworkPaths(stage).functions();
  const expected = deployedFunctions(stage.settings).map((name) => ({
    name: `carfin-prod-${name}`,
    calls: [
      'elasticache',
      ...(name === 'images' ? ['photos'] : []),
      ...(definitionOf(name).database ? ['rds-db', 'secretsmanager'] : []),
    ],
  }));
  const heartbeat = { name: 'carfin-prod-heartbeat', calls: ['execute-api'] };
  expect(functions.map(({ name, calls }) => ({ name, calls: calls.sort() }))).toEqual([...expected, heartbeat]);
});

test('an endpoint that is made leads only the functions to it, for this one secret', () => {
  const template = synthesise('prod', BY_SECRET['new endpoint']).service.template;
  template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
    ServiceName: 'com.amazonaws.ap-northeast-2.secretsmanager',
    PrivateDnsEnabled: false,
    PolicyDocument: { Statement: [Match.objectLike({ Action: 'secretsmanager:GetSecretValue', Resource: secretArn })] },
  });
  const functions = template.findResources('AWS::Lambda::Function', {
    Properties: { Environment: { Variables: { [ENV.databaseSecretArn]: secretArn } } },
  });
  const asking = deployedFunctions(parseSettings('prod', prod)).filter((name) => definitionOf(name).database);
  expect(Object.keys(functions)).toHaveLength(asking.length);
  for (const { Properties } of Object.values(functions) as { Properties: { Environment: { Variables: object } } }[]) {
    const url = JSON.stringify(
      Object.entries(Properties.Environment.Variables).find(([key]) => key === SECRETS_MANAGER_URL),
    );
    expect(url).toMatch(/"https:\/\/".*DnsEntries/);
  }
});

test('the group of an execute-api endpoint that exists admits the callers, and none is made', () => {
  const vpcEndpointSecurityGroupId = 'sg-0eeeeeeeeeeeeee66';
  const callerSecurityGroupIds = ['sg-0eeeeeeeeeeeeee03', 'sg-0eeeeeeeeeeeeee04'];
  const vpcEndpointId = 'vpce-0eeeeeeeeeeeeee0';
  const { callers } = prod.api as { callers: string[] };
  const api = {
    exposure: 'private' as const,
    callers,
    vpcEndpointId,
    vpcEndpointSecurityGroupId,
    callerSecurityGroupIds,
  };
  const stage = synthesise('prod', { ...prod, api });
  for (const caller of callerSecurityGroupIds)
    expect(new NetworkPaths(stage).ingress()).toContain(`${caller} -> ${vpcEndpointSecurityGroupId}:443`);
  stage.service.template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
});

test('the reason stands in the rule that opens the way out', () => {
  const template = synthesise('prod', BY_SECRET['NAT to everywhere']).service.template;
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, Description: reason })],
  });
});

test('the SDK asks where that variable says', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.headers['x-amz-target']));
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(
      JSON.stringify({ SecretString: JSON.stringify({ username: 'carfin_reader', password: 'from-the-endpoint' }) }),
    );
  });
  const before = { ...process.env };
  Object.assign(process.env, {
    [SECRETS_MANAGER_URL]: `http://127.0.0.1:${await listen(server)}`,
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  });
  try {
    await expect(secretLogin(secretArn, 'carfin_reader')).resolves.toBe('from-the-endpoint');
    expect(asked).toEqual(['secretsmanager.GetSecretValue']);
  } finally {
    process.env = before;
    await closeServer(server);
  }
});
