import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { readStageFile } from '../../lib/stages/stage-file';
import type { StageInput } from '../../lib/stages/settings';
import { prod } from '../support/stages';
import { synthesise } from './templates';

/** The example of docs/deploy.md, as somebody copies it into a settings file. */
function documented(): StageInput {
  const text = readFileSync(path.join(PROJECT_ROOT, 'docs/deploy.md'), 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, yaml = '']) => yaml);
  const [block = '', ...others] = blocks.filter((yaml) => yaml.includes('oidc:'));
  expect(others).toStrictEqual([]);
  return { ...prod, ...readStageFile(block, 'docs/deploy.md') };
}

const ISSUER = 'oidc.web-host.example/team';
const TRUST = {
  Action: 'sts:AssumeRoleWithWebIdentity',
  Effect: 'Allow',
  Condition: {
    StringEquals: {
      [`${ISSUER}:aud`]: 'https://web-host.example/team',
      [`${ISSUER}:sub`]: 'owner:team:project:carfin:environment:production',
    },
  },
};

test('the documented web host: one provider, a role for this subject alone, which searches and keeps chats', () => {
  const template = synthesise('web-host', documented()).service.template;
  template.hasResource('AWS::IAM::OIDCProvider', {
    Properties: { Url: `https://${ISSUER}`, ClientIdList: ['https://web-host.example/team'] },
    // An account has one for an issuer: another stage may trust it when this one is destroyed.
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
  const provider = Object.keys(template.findResources('AWS::IAM::OIDCProvider'))[0] ?? '';
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [{ ...TRUST, Principal: { Federated: { 'Fn::GetAtt': [provider, 'Arn'] } } }],
    },
    MaxSessionDuration: 3_600,
  });
  const webHost = { 'Fn::GetAtt': [Match.stringLikeRegexp('^WebHostRole'), 'Arn'] };
  const heartbeat = { 'Fn::GetAtt': [Match.stringLikeRegexp('^HeartbeatRole'), 'Arn'] };
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    EndpointConfiguration: { Types: ['REGIONAL'] },
    Policy: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Allow', Principal: { AWS: [heartbeat, webHost] } }),
        Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, Resource: 'execute-api:/*/DELETE/v1/users/*' }),
      ]),
    },
  });
  template.hasOutput('WebHostRoleArn', { Value: webHost });
});

test('a provider that the account has is trusted as it is, and none is made', () => {
  const input = documented();
  const oidc = { ...(input.api as { oidc: object }).oidc, provider: 'exists' };
  const template = synthesise('web-host-exists', { ...input, api: { ...input.api, oidc } as StageInput['api'] }).service
    .template;
  template.resourceCountIs('AWS::IAM::OIDCProvider', 0);
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          ...TRUST,
          Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${ISSUER}` },
        },
      ],
    },
  });
});

test('the client’s guide takes the role that the stage gives out', () => {
  const guide = readFileSync(path.join(PROJECT_ROOT, 'docs/client.md'), 'utf8');
  expect(guide).toMatch(/fromWebToken\(\{\s+roleArn: process\.env\.CARFIN_ROLE_ARN/);
  expect(guide).toContain('`WebHostRoleArn`');
});
