import type { LocalCluster } from './valkey-cluster';
import type { ValkeyNode } from './valkey-node';

/** Whether a node says that this is its role, in the engine's own word. */
export async function hasRole(node: ValkeyNode, role: 'master' | 'slave'): Promise<boolean> {
  return ((await node.ask('ROLE')) as unknown[])[0] === role;
}

/** Whether a replica follows its primary. */
export async function isInStep(node: ValkeyNode): Promise<boolean> {
  return String(await node.ask('INFO', 'replication')).includes('master_link_status:up');
}

/** @returns the nodes that run and say that they are primaries. */
export async function primariesOf({ nodes }: LocalCluster): Promise<ValkeyNode[]> {
  const running = nodes.filter((node) => node.process?.running);
  const primary = await Promise.all(running.map((node) => hasRole(node, 'master')));
  return running.filter((_, i) => primary[i]);
}

/** @returns the replicas of a primary that is awake. */
export async function replicasOf({ nodes }: LocalCluster, primary: ValkeyNode): Promise<ValkeyNode[]> {
  const running = nodes.filter((node) => node.process?.running);
  const id = String(await primary.ask('CLUSTER', 'MYID'));
  const views = await Promise.all(running.map(async (node) => String(await node.ask('CLUSTER', 'NODES')).split('\n')));
  return running.filter((_, i) => views[i]?.some((line) => line.includes('myself,slave') && line.includes(id)));
}

/** @throws Error if it has none */
export async function replicaOf(cluster: LocalCluster, primary: ValkeyNode): Promise<ValkeyNode> {
  const [replica] = await replicasOf(cluster, primary);
  if (replica === undefined) throw new Error(`The primary on port ${primary.port} has no replica`);
  return replica;
}

/** @returns the primary of the slot of a key. @throws Error if no node answers for it */
export async function ownerOf(cluster: LocalCluster, key: string): Promise<ValkeyNode> {
  for (const node of await primariesOf(cluster)) {
    const answer: unknown = await node.ask('EXISTS', key).catch(() => undefined);
    if (answer !== undefined) return node;
  }
  throw new Error(`No primary owns ${key}`);
}
