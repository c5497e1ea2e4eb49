import { ofNode, type MetricTerm, type Statistic } from '../../../../lambda/contract/metric-term';
import { PROMISES } from '../promises/promise-table';
import { FIVE_MINUTES, idle, MINUTE, type AlarmedStage, type AlarmRow } from './alarm';

/**
 * Two-vCPU nodes: one core is the engine's, so AWS advises 90 % / cores of the host (CW,
 * Best_Practice_Recommended_Alarms).
 */
const hasTwoCpus = ({ nodeType }: AlarmedStage) => /\.(micro|small|medium|large)$/.test(nodeType);
const isBurstable = ({ nodeType }: AlarmedStage) => nodeType.startsWith('cache.t');
/**
 * Connections that one environment may hold to a node: the cluster client's, a waiting one's, and one that is being
 * replaced.
 */
const CONNECTIONS_EACH = 3;
/** AWS's own, and an operator's. */
const OTHER_CONNECTIONS = 50;
/**
 * What a burstable node may use for ever, % of its CPUs (dg, CacheNodes.SupportedTypes), and credits that are enough.
 */
const BASELINE = 20;
const WELL_CREDITS = 100;

const QUIET = idle('the metric is only reported when there is something to count');

/** What each node's alarm has unless its row says otherwise. */
const USUAL = {
  period: MINUTE,
  fires: 'above',
  datapoints: 5,
  periods: 5,
  missing: {
    as: 'missing',
    because: 'a node that reports nothing is new, down or in maintenance; the event topic tells of it',
  },
  severity: 'part',
} as const;

interface NodeAlarm extends Pick<AlarmRow, 'causes' | 'runbook'>, Partial<Pick<AlarmRow, keyof typeof USUAL>> {
  kind: string;
  /** Which stages have it; without it all of them. */
  when?: (stage: AlarmedStage) => boolean;
  of: (metric: (name: string, statistic: Statistic) => MetricTerm) => AlarmRow['of'];
  threshold: number | ((stage: AlarmedStage) => number);
  impact: (node: string) => string;
}

const NODE_ALARMS: readonly NodeAlarm[] = [
  {
    kind: 'Memory',
    of: (metric) => metric('DatabaseMemoryUsagePercentage', 'Maximum'),
    threshold: PROMISES.memory.target,
    impact: (node) =>
      `Node ${node} uses more than ${PROMISES.memory.target} % of its memory; at 100 % answers and listings are ` +
      'evicted and searches fall through to the database.',
    causes: ['memoryFull'],
    runbook: 'memory',
  },
  {
    kind: 'Cpu',
    when: hasTwoCpus,
    of: (metric) => metric('CPUUtilization', 'Average'),
    threshold: 45,
    impact: (node) =>
      `The one core that the engine of ${node} can use is nearly full; commands queue and answers get slower.`,
    causes: ['nodeOverloaded', 'connectionsLeak'],
    runbook: 'cpu',
  },
  {
    kind: 'Cpu',
    when: (stage) => !hasTwoCpus(stage),
    of: (metric) => metric('EngineCPUUtilization', 'Average'),
    threshold: 90,
    impact: (node) => `The engine of ${node} is nearly at what one core can do; commands queue and answers get slower.`,
    causes: ['nodeOverloaded', 'connectionsLeak'],
    runbook: 'cpu',
  },
  {
    kind: 'Evictions',
    of: (metric) => metric('Evictions', 'Sum'),
    threshold: 100,
    period: FIVE_MINUTES,
    datapoints: 2,
    periods: 3,
    missing: QUIET,
    impact: (node) =>
      `${node} drops keys for want of memory; searches fall through to the database, and a session may be among them.`,
    causes: ['memoryFull'],
    runbook: 'evictions',
  },
  {
    kind: 'Connections',
    of: (metric) => metric('CurrConnections', 'Maximum'),
    threshold: ({ environments }) =>
      Object.values(environments).reduce((sum, each) => sum + each, 0) * CONNECTIONS_EACH + OTHER_CONNECTIONS,
    impact: (node) =>
      `${node} has more connections than all functions together can hold; something leaks them, or somebody else ` +
      'connects.',
    causes: ['connectionsLeak'],
    runbook: 'connections',
  },
  {
    kind: 'ReplicationLag',
    when: ({ hasReplicas }) => hasReplicas,
    of: (metric) => metric('ReplicationLag', 'Maximum'),
    threshold: 5,
    missing: idle('a primary reports none'),
    impact: (node) =>
      `The replica ${node} is more than 5 s behind; a failover now would lose what it has not got, and writes say ` +
      'durable: false.',
    causes: ['replicaBehind', 'nodeDown', 'nodeOverloaded'],
    runbook: 'replication-lag',
  },
  {
    kind: 'Traffic',
    of: (metric) => metric('TrafficManagementActive', 'Maximum'),
    threshold: 0,
    datapoints: 3,
    missing: QUIET,
    impact: (node) => `ElastiCache slows the clients of ${node} down because it gets more than it can do.`,
    causes: ['nodeOverloaded'],
    runbook: 'traffic-management',
  },
  {
    kind: 'Network',
    of: (metric) => ({
      label: 'Packets held back',
      expression: 'FILL(in, 0) + FILL(out, 0)',
      metrics: {
        in: metric('NetworkBandwidthInAllowanceExceeded', 'Sum'),
        out: metric('NetworkBandwidthOutAllowanceExceeded', 'Sum'),
      },
    }),
    threshold: 0,
    period: FIVE_MINUTES,
    datapoints: 3,
    periods: 3,
    missing: QUIET,
    impact: (node) => `${node} moves more than its network allowance; packets wait and answers get slower.`,
    causes: ['nodeOverloaded'],
    runbook: 'network-allowance',
  },
  {
    kind: 'Swap',
    of: (metric) => ({
      label: 'Swap beyond what is free, bytes',
      expression: 'swap - free',
      metrics: { swap: metric('SwapUsage', 'Maximum'), free: metric('FreeableMemory', 'Minimum') },
    }),
    threshold: 0,
    impact: (node) => `${node} swaps more than it has free; commands take milliseconds instead of microseconds.`,
    causes: ['memoryFull'],
    runbook: 'swap',
  },
  {
    kind: 'Credits',
    when: isBurstable,
    of: (metric) => ({
      label: 'CPU credits while the node needs them',
      // A new node begins with few and earns more than an idle one spends.
      expression: `IF(cpu < ${BASELINE}, ${WELL_CREDITS}, credits)`,
      metrics: { credits: metric('CPUCreditBalance', 'Minimum'), cpu: metric('CPUUtilization', 'Average') },
    }),
    threshold: 20,
    fires: 'below',
    period: FIVE_MINUTES,
    datapoints: 6,
    periods: 6,
    impact: (node) => `${node} has nearly used up its CPU credits; without them it runs at a fifth of its speed.`,
    causes: ['nodeOverloaded'],
    runbook: 'cpu-credits',
  },
  {
    kind: 'Refused',
    of: (metric) => ({
      label: 'Refused logins and commands',
      expression: 'FILL(logins, 0) + FILL(keys, 0) + FILL(commands, 0)',
      metrics: {
        logins: metric('AuthenticationFailures', 'Sum'),
        keys: metric('KeyAuthorizationFailures', 'Sum'),
        commands: metric('CommandAuthorizationFailures', 'Sum'),
      },
    }),
    threshold: 5,
    period: FIVE_MINUTES,
    datapoints: 2,
    periods: 3,
    missing: QUIET,
    impact: (node) =>
      `${node} refuses logins or commands: a function lacks a permission and does without Valkey, or somebody tries ` +
      'what they may not.',
    causes: ['valkeyForbids', 'valkeyRefusesLogin', 'valkeyCertificate'],
    runbook: 'refused',
  },
];

/** AWS's metrics are per node, so each node has its own alarms (dg, CacheMetrics.WhichShouldIMonitor). */
export function nodeAlarms(stage: AlarmedStage): AlarmRow[] {
  return stage.nodes.flatMap((node) =>
    NODE_ALARMS.flatMap(({ kind, when, of, threshold, impact, ...rest }) => {
      if (when?.(stage) === false) return [];
      const row: AlarmRow = {
        ...USUAL,
        ...rest,
        id: `${kind}-${node}`,
        of: of((name, statistic) => ofNode(node, name, statistic)),
        threshold: typeof threshold === 'number' ? threshold : threshold(stage),
        impact: impact(node),
      };
      return [row];
    }),
  );
}
