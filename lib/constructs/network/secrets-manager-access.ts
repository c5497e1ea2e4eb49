import { Fn } from 'aws-cdk-lib';
import { InterfaceVpcEndpointAwsService, Peer, Port, SecurityGroup, type ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { SecretsManagerRoute } from '../../stages/network-settings';
import type { ExistingNetwork } from './existing-network';
import { ServiceEndpoint } from './service-endpoint';

/** Read by the AWS SDK itself (SDK reference guide, feature-ss-endpoints). */
export const SECRETS_MANAGER_URL = 'AWS_ENDPOINT_URL_SECRETS_MANAGER';

interface SecretsManagerAccessProps {
  route: SecretsManagerRoute;
  secretArn: string;
  network: ExistingNetwork;
  /** Worn by the functions that sign in. */
  clients: ISecurityGroup;
}

/** The functions' way to Secrets Manager, for a login by secret: one rule for port 443, to where the settings say. */
export class SecretsManagerAccess extends Construct {
  /** What a function that reads the secret needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { route, secretArn, network, clients }: SecretsManagerAccessProps) {
    super(scope, id);
    const functions = clients;
    this.environment = {};
    switch (route.by) {
      case 'new-endpoint': {
        const { endpoint, securityGroup } = new ServiceEndpoint(this, 'Endpoint', {
          network,
          service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
          callers: [functions],
          // On, it would lead every other program of the VPC to an endpoint that does not admit it.
          privateDns: false,
        });
        endpoint.addToPolicy(
          new PolicyStatement({
            principals: [new AnyPrincipal()],
            actions: ['secretsmanager:GetSecretValue'],
            resources: [secretArn],
          }),
        );
        functions.addEgressRule(securityGroup, Port.HTTPS, 'Secrets Manager');
        // "<hosted zone>:<name>", the Region's name first (CFN, aws-resource-ec2-vpcendpoint, DnsEntries).
        const name = Fn.select(1, Fn.split(':', Fn.select(0, endpoint.vpcEndpointDnsEntries)));
        this.environment = { [SECRETS_MANAGER_URL]: `https://${name}` };
        break;
      }
      case 'existing-endpoint': {
        const group = SecurityGroup.fromSecurityGroupId(this, 'EndpointSecurityGroup', route.securityGroupId);
        functions.addEgressRule(group, Port.HTTPS, 'Secrets Manager');
        group.addIngressRule(functions, Port.HTTPS, 'CarFin functions');
        break;
      }
      case 'nat':
        for (const destination of route.destinations) {
          const peer = destination.startsWith('pl-') ? Peer.prefixList(destination) : Peer.ipv4(destination);
          functions.addEgressRule(peer, Port.HTTPS, route.reason);
        }
    }
  }
}
