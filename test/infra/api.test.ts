import { Stack } from 'aws-cdk-lib';
import { CfnGatewayResponse, MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ProblemResponses } from '../../lib/constructs/api/problem-responses';
import { prod } from '../support/stages';
import { regional } from './inputs';
import { synthesise } from './templates';

test('a private API denies who comes by another way than its endpoint, and allows only the named principals', () => {
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

/** The logical id of the deployment of an API whose answer to a wrong signature is changed. */
function deploymentWith(change: (response: CfnGatewayResponse) => void): string {
  const stack = new Stack();
  const api = new RestApi(stack, 'Api');
  api.root.addMethod('ANY', new MockIntegration());
  const problems = new ProblemResponses(stack, 'Problems', api);
  const response = problems.node.findChild('INVALID_SIGNATURE');
  if (!(response instanceof CfnGatewayResponse)) throw new Error('There is no such response.');
  change(response);
  return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment')).join();
}

test.each<[string, (response: CfnGatewayResponse) => void]>([
  ['words', (response) => (response.responseTemplates = { 'application/json': '{}' })],
  ['headers', (response) => (response.responseParameters = { 'gatewayresponse.header.Retry-After': "'2'" })],
  ['status', (response) => (response.statusCode = '401')],
])("a gateway's answer with other %s is deployed: the stage answers by its newest deployment alone", (_, change) => {
  const before = deploymentWith(() => undefined);
  expect(before).toBe(deploymentWith(() => undefined));
  expect(deploymentWith(change)).not.toBe(before);
});
