import { DescribeRouteTablesCommand, EC2Client, type RouteTable } from '@aws-sdk/client-ec2';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, type Finding } from './finding';

/**
 * Whether the subnets of the photos have a way out that a function can use: it has no public address, so an internet
 * gateway is none.
 */
export async function checkWayOut({ region, network, images }: StageSettings): Promise<Finding[]> {
  if (images === undefined) return [];
  const { RouteTables = [] } = await new EC2Client({ region }).send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [network.vpcId] }] }),
  );
  return images.subnetIds.map((subnetId) => {
    const subject = `way out of ${subnetId}`;
    const route = tableOf(subnetId, RouteTables)?.Routes?.find((each) => each.DestinationCidrBlock === '0.0.0.0/0');
    const gateway = route?.NatGatewayId ?? route?.TransitGatewayId ?? route?.NetworkInterfaceId;
    if (gateway !== undefined) return ok(subject, gateway);
    return problem(
      subject,
      route === undefined ? 'there is no route to 0.0.0.0/0' : `it leads to ${route.GatewayId ?? '?'}`,
      'Name subnets in images.subnetIds whose route leads to a NAT gateway: a function in a VPC has no public address.',
    );
  });
}

/** A subnet without a table of its own has the VPC's main one. */
function tableOf(subnetId: string, tables: readonly RouteTable[]): RouteTable | undefined {
  const associated = (wanted: (association: { SubnetId?: string; Main?: boolean }) => boolean) =>
    tables.find(({ Associations = [] }) => Associations.some(wanted));
  return associated(({ SubnetId }) => SubnetId === subnetId) ?? associated(({ Main }) => Main === true);
}
