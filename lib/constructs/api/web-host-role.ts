import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnOIDCProvider, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

interface WebHost {
  /** Without https://. */
  issuer: string;
  audience: string;
  subject: string;
  /** `exists`: the account has a provider for the issuer, with this audience among its client ids. */
  provider: 'make' | 'exists';
}

/**
 * The role that the web host outside AWS takes on with its OIDC token: that host, that project, nobody else. What it
 * may call stands in the API's own policy, as for every caller.
 */
export class WebHostRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { issuer, audience, subject, provider }: WebHost) {
    super(scope, id);
    const providerArn =
      provider === 'exists'
        ? Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: issuer })
        : this.provider(issuer, audience);
    this.role = new Role(this, 'Role', {
      assumedBy: new WebIdentityPrincipal(providerArn, {
        StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: subject },
      }),
      description: `The web host, signed in by OIDC, may call the API of ${Stack.of(this).stackName}`,
      maxSessionDuration: Duration.hours(1),
    });
  }

  /**
   * Of the whole account: another stage or program may trust it, so it stays when this stage goes, or takes it as it
   * is.
   */
  private provider(issuer: string, audience: string): string {
    const made = new CfnOIDCProvider(this, 'Provider', { url: `https://${issuer}`, clientIdList: [audience] });
    made.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return made.attrArn;
  }
}
