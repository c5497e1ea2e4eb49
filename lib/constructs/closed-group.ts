import { SecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** A security group that lets out what its rules name, and nothing else. */
export function closedGroup(scope: Construct, id: string, vpc: IVpc, description: string): SecurityGroup {
  return new SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
}
