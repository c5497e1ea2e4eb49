import {
  InterfaceVpcEndpoint,
  Port,
  SecurityGroup,
  type InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { ExistingNetwork } from './existing-network';
import { closedGroup } from '../closed-group';

interface ServiceEndpointProps {
  network: ExistingNetwork;
  service: InterfaceVpcEndpointAwsService;
  /** Who may call it; nobody else in the VPC reaches it. */
  callers: readonly ISecurityGroup[];
  /** Whether the service's own name leads here for the whole VPC, so also for those that are no callers. */
  privateDns: boolean;
}

/** An interface endpoint of the VPC for one AWS service. */
export class ServiceEndpoint extends Construct {
  readonly endpoint: InterfaceVpcEndpoint;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, { network, service, callers, privateDns }: ServiceEndpointProps) {
    super(scope, id);
    const { vpc, subnets } = network;
    this.securityGroup = closedGroup(this, 'SecurityGroup', vpc, `Callers of ${service.shortName}`);
    for (const caller of callers) this.securityGroup.addIngressRule(caller, Port.HTTPS, 'HTTPS');
    this.endpoint = new InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      service,
      subnets,
      securityGroups: [this.securityGroup],
      open: false,
      privateDnsEnabled: privateDns,
    });
  }
}
