import { DescribeSubnetsCommand, DescribeVpcAttributeCommand, EC2Client, type Subnet } from '@aws-sdk/client-ec2';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, type Finding } from './finding';

/** Addresses that functions, nodes and endpoints want in each subnet, with room for a replacement. */
const ADDRESSES_NEEDED = 24;

export async function checkVpc({ region, network: { vpcId } }: StageSettings): Promise<Finding> {
  const client = new EC2Client({ region });
  const [support, hostnames] = await Promise.all([
    client.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsSupport' })),
    client.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsHostnames' })),
  ]);
  const off = [
    ...(support.EnableDnsSupport?.Value ? [] : ['enableDnsSupport']),
    ...(hostnames.EnableDnsHostnames?.Value ? [] : ['enableDnsHostnames']),
  ];
  const subject = `DNS of ${vpcId}`;
  if (off.length === 0) return ok(subject, 'support and host names on');
  const commands = off.map((name) => `aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --${kebab(name)}`);
  return problem(subject, `${off.join(' and ')} off`, commands.join('; '));
}

/** The subnets of the functions and the nodes, and those of the photos; both in the order of the zones. */
export async function checkSubnets({ region, network, images }: StageSettings): Promise<Finding[]> {
  const wanted = [network.subnetIds, images?.subnetIds ?? []];
  const { Subnets = [] } = await new EC2Client({ region }).send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...new Set(wanted.flat())] }] }),
  );
  return wanted.flatMap((subnetIds) =>
    subnetIds.map((subnetId, i) => {
      const subnet = Subnets.find((each) => each.SubnetId === subnetId);
      return subnetFinding(subnetId, subnet, network.vpcId, network.availabilityZones[i] ?? '');
    }),
  );
}

function subnetFinding(subnetId: string, subnet: Subnet | undefined, vpcId: string, zone: string): Finding {
  if (subnet === undefined)
    return problem(
      subnetId,
      'there is no such subnet',
      `List them: aws ec2 describe-subnets --filters Name=vpc-id,Values=${vpcId}`,
    );
  const { VpcId, AvailabilityZone, AvailableIpAddressCount: free = 0 } = subnet;
  if (VpcId !== vpcId)
    return problem(subnetId, `it belongs to ${VpcId ?? '?'}`, `Name a subnet of ${vpcId}, the database's VPC.`);
  if (AvailabilityZone !== zone)
    return problem(
      subnetId,
      `it lies in ${AvailabilityZone ?? '?'}`,
      `The settings say ${zone}: put zones and subnets in the same order.`,
    );
  if (free < ADDRESSES_NEEDED)
    return problem(
      subnetId,
      `${free} free addresses`,
      `At least ${ADDRESSES_NEEDED} are wanted; name a larger subnet.`,
    );
  return ok(subnetId, `${zone}, ${free} free addresses`);
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
