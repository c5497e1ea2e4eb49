import { Port, SecurityGroup, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

export const PORT = 6379;

/** The groups of a cluster: one that its clients wear, and one that admits them and the named readers to its nodes. */
export function cacheSecurityGroups(
  scope: Construct,
  vpc: IVpc,
  replicationGroupId: string,
  readerIds: readonly string[],
): { clients: SecurityGroup; nodes: SecurityGroup } {
  const clients = new SecurityGroup(scope, 'Clients', {
    vpc,
    description: `Clients of ${replicationGroupId}`,
    allowAllOutbound: false,
  });
  const nodes = new SecurityGroup(scope, 'Nodes', {
    vpc,
    description: `Nodes of ${replicationGroupId}`,
    allowAllOutbound: false,
  });
  const readers = readerIds.map((id, i) =>
    SecurityGroup.fromSecurityGroupId(scope, `Reader${i}`, id, { mutable: false }),
  );
  for (const client of [clients, ...readers] as ISecurityGroup[])
    nodes.addIngressRule(client, Port.tcp(PORT), 'Valkey over TLS');
  clients.addEgressRule(nodes, Port.tcp(PORT), 'Valkey over TLS');
  return { clients, nodes };
}
