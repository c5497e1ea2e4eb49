import { Match } from 'aws-cdk-lib/assertions';
import { prod } from '../support/stages';
import { regional } from './inputs';
import { synthesise } from './templates';

test('a private API denies whoever does not come through its endpoint, and allows nobody but the named principals', () => {
  const template = synthesise('prod', prod).service.template;
  const heartbeat = { 'Fn::GetAtt': [Match.stringLikeRegexp('^HeartbeatRole'), 'Arn'] };
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    EndpointConfiguration: { Types: ['PRIVATE'] },
    Policy: {
      Statement: [
        Match.objectLike({ Effect: 'Allow', Principal: { AWS: [prod.api.callers?.[0], heartbeat] } }),
        Match.objectLike({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': [prod.api.callers?.[0], heartbeat] } },
          Resource: 'execute-api:/*',
        }),
        // The heartbeat searches, and does no more.
        Match.objectLike({
          Effect: 'Deny',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': [prod.api.callers?.[0]] } },
        }),
        // Nobody erases: no caller has that scope.
        Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, Resource: 'execute-api:/*/DELETE/v1/users/*' }),
        Match.objectLike({
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Condition: { StringNotEquals: { 'aws:SourceVpce': Match.anyValue() } },
        }),
      ],
    },
  });
  template.hasResourceProperties('AWS::EC2::VPCEndpoint', { PrivateDnsEnabled: false });
});

test('a regional API has WAF in front and admits the web host by its own OIDC subject', () => {
  const template = synthesise('regional', regional).service.template;
  template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        Match.objectLike({
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { 'oidc.web-host.example:sub': 'project:carfin:environment:production' } },
        }),
      ],
    },
  });
});
