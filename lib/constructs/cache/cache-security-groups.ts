import { Port, SecurityGroup, type ISecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { closedGroup } from '../closed-group';

export const PORT = 6379;

/** The groups of a cluster: one that its clients wear, and one that admits them and the named readers to its nodes. */
export function cacheSecurityGroups(
  scope: Construct,
  vpc: IVpc,
  replicationGroupId: string,
  readerIds: readonly string[],
): { clients: SecurityGroup; nodes: SecurityGroup } {
  const clients = closedGroup(scope, 'Clients', vpc, `Clients of ${replicationGroupId}`);
  const nodes = closedGroup(scope, 'Nodes', vpc, `Nodes of ${replicationGroupId}`);
  const readers = readerIds.map((id, i) =>
    SecurityGroup.fromSecurityGroupId(scope, `Reader${i}`, id, { mutable: false }),
  );
  for (const client of [clients, ...readers] as ISecurityGroup[])
    nodes.addIngressRule(client, Port.tcp(PORT), 'Valkey over TLS');
  clients.addEgressRule(nodes, Port.tcp(PORT), 'Valkey over TLS');
  return { clients, nodes };
}
