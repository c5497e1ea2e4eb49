import { Duration, Stack } from 'aws-cdk-lib';
import { CfnOIDCProvider, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface WebHost {
  /** Without https://. */
  issuer: string;
  audience: string;
  subject: string;
}

/**
 * The role that the web host outside AWS takes on with its OIDC token: that host, that project, nobody else. What it may call
 * stands in the API's own policy, as for every caller.
 */
export class WebHostRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { issuer, audience, subject }: WebHost) {
    super(scope, id);
    const provider = new CfnOIDCProvider(this, 'Provider', { url: `https://${issuer}`, clientIdList: [audience] });
    this.role = new Role(this, 'Role', {
      assumedBy: new WebIdentityPrincipal(provider.attrArn, {
        StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject },
      }),
      description: `The web host, signed in by OIDC, may call the API of ${Stack.of(this).stackName}`,
      maxSessionDuration: Duration.hours(1),
    });
  }
}
