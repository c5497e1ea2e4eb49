import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, type EC2Client } from '@aws-sdk/client-ec2';

export interface Vpc {
  vpcId: string;
  availabilityZones: string[];
  subnetIds: string[];
}

/** With a subnet in each of two zones. */
export async function makeVpc(ec2: EC2Client, region: string): Promise<Vpc> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  const availabilityZones = ['a', 'c'].map((letter) => region + letter);
  return { vpcId, availabilityZones, subnetIds: await subnetsOf(ec2, vpcId, availabilityZones, 0) };
}

export function subnetsOf(ec2: EC2Client, VpcId: string, zones: readonly string[], from: number): Promise<string[]> {
  return Promise.all(
    zones.map(async (AvailabilityZone, i) => {
      const CidrBlock = `10.0.${from + i}.0/24`;
      return (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet?.SubnetId ?? '';
    }),
  );
}

export async function securityGroup(ec2: EC2Client, VpcId: string, GroupName: string): Promise<string> {
  const made = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }));
  return made.GroupId ?? '';
}
