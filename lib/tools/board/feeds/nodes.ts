import { ofNode, type Statistic } from '../../../../lambda/contract/metric-term';
import type { Window } from '../../ops/stage/series';
import type { ShownNodes } from '../shown';
import type { BoardSystem } from './system';

const QUARTER: Window = { name: 'quarter', seconds: 900, period: 60 };
/** What is shown of each node, as the alarms and graphs have it. */
const SHOWN = [
  ['memory', 'DatabaseMemoryUsagePercentage', 'Maximum'],
  ['cpu', 'CPUUtilization', 'Average'],
  ['connections', 'CurrConnections', 'Maximum'],
  ['lag', 'ReplicationLag', 'Maximum'],
] as const satisfies readonly (readonly [string, string, Statistic])[];

/** Each node with its role, and the newest that is known of it. */
export async function nodesFeed({ target }: BoardSystem): Promise<ShownNodes> {
  const terms = target.nodeIds.flatMap((id) => SHOWN.map(([, metric, statistic]) => ofNode(id, metric, statistic)));
  const [cluster, series] = await Promise.all([target.cluster(), target.series(terms, QUARTER)]);
  const newest = (id: string, what: number) => {
    const position = target.nodeIds.indexOf(id);
    if (position < 0) return null;
    return series[position * SHOWN.length + what]?.findLast((value) => value !== undefined) ?? null;
  };
  const { id: group, status, engine, pending, nodes } = cluster;
  return {
    cluster: `${group}: ${status}`,
    engine,
    pending,
    nodes: nodes.map((node) => ({
      ...node,
      well: node.status === 'available',
      memory: newest(node.id, 0),
      cpu: newest(node.id, 1),
      connections: newest(node.id, 2),
      lag: newest(node.id, 3),
    })),
  };
}
