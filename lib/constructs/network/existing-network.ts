import { Subnet, Vpc, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';
import { acknowledge } from '../rules/acknowledge';

/** The VPC of the database, by its ids: nothing is looked up, so synth needs no credentials. */
export class ExistingNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;

  constructor(scope: Construct, id: string, { network }: StageSettings) {
    super(scope, id);
    this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: network.vpcId,
      availabilityZones: network.availabilityZones,
    });
    this.subnets = existingSubnets(this, network.subnetIds, network.availabilityZones);
  }
}

/** @param availabilityZones in the order of the ids. */
export function existingSubnets(
  scope: Construct,
  ids: readonly string[],
  availabilityZones: readonly string[],
): SubnetSelection {
  acknowledge(scope, { 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId': 'No route table is read or changed.' });
  const subnetOf = (subnetId: string, i: number) =>
    Subnet.fromSubnetAttributes(scope, `Subnet${i}`, { subnetId, availabilityZone: availabilityZones[i] ?? '' });
  return { subnets: ids.map(subnetOf) };
}
