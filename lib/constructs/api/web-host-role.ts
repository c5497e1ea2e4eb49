import { Duration, Stack, Validations, type CfnElement } from 'aws-cdk-lib';
import { CfnOIDCProvider, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { ServiceApi } from './service-api';

export interface WebHost {
  /** Without https://. */
  issuer: string;
  audience: string;
  subject: string;
}

/** The role that the web host outside AWS takes on with its OIDC token: that host, that project, nobody else. */
export class WebHostRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { issuer, audience, subject }: WebHost, serviceApi: ServiceApi) {
    super(scope, id);
    const provider = new CfnOIDCProvider(this, 'Provider', { url: `https://${issuer}`, clientIdList: [audience] });
    this.role = new Role(this, 'Role', {
      assumedBy: new WebIdentityPrincipal(provider.attrArn, {
        StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject },
      }),
      description: 'The web host, signed in by OIDC, may call the search API',
      maxSessionDuration: Duration.hours(1),
    });
    const resources = [serviceApi.api.arnForExecuteApi('*', '/*', 'live')];
    const apiId = Stack.of(this).getLogicalId(serviceApi.api.node.defaultChild as CfnElement);
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:aws:execute-api:${Stack.of(this).region}:${Stack.of(this).account}:<${apiId}>/live/*/*]`,
      reason: 'Every method and path of this one API; nothing else.',
    });
    this.role.addToPolicy(new PolicyStatement({ actions: ['execute-api:Invoke'], resources }));
  }
}
