import { ofNode, type Statistic } from '../../../../lambda/contract/metric-term';
import { promiseOf } from '../promises/promises';
import { FIVE_MINUTES, idle, MINUTE, type AlarmedStage, type AlarmRow } from './alarm';

/** Two-vCPU nodes: one core is the engine's, so AWS advises 90 % / cores of the host (CW, Best_Practice_Recommended_Alarms). */
const TWO_CPUS = /\.(micro|small|medium|large)$/;
const BURSTABLE = /^cache\.t/;
/** Connections that one environment may hold to a node: the cluster client's, a waiting one's, and one that is being replaced. */
const CONNECTIONS_EACH = 3;
/** What a burstable node may use for ever, % of its CPUs (dg, CacheNodes.SupportedTypes), and credits that are enough. */
const BASELINE = 20;
const WELL_CREDITS = 100;
/** AWS's own, and an operator's. */
const OTHER_CONNECTIONS = 50;

/** AWS's metrics are per node, so each node has its own alarms (dg, CacheMetrics.WhichShouldIMonitor). */
export function nodeAlarms(stage: AlarmedStage): AlarmRow[] {
  return stage.nodes.flatMap((node) => alarmsOf(stage, node));
}

function alarmsOf(stage: AlarmedStage, node: string): AlarmRow[] {
  const { nodeType, hasReplicas, environments } = stage;
  const memory = promiseOf(stage, 'memory').target;
  const of = (metric: string, statistic: Statistic) => ofNode(node, metric, statistic);
  const silent: AlarmRow['missing'] = {
    as: 'missing',
    because: 'a node that reports nothing is in maintenance, of which the event topic tells',
  };
  const quiet = idle('the metric is only reported when there is something to count');
  const clients = Object.values(environments).reduce((sum, each) => sum + each, 0);
  const row = (
    kind: string,
    threshold: number,
    rest: Pick<AlarmRow, 'of' | 'impact' | 'runbook' | 'causes'> & Partial<AlarmRow>,
  ): AlarmRow => ({
    id: `${kind}-${node}`,
    threshold,
    period: MINUTE,
    fires: 'above',
    datapoints: 5,
    periods: 5,
    missing: silent,
    severity: 'part',
    ...rest,
  });
  const cpu = TWO_CPUS.test(nodeType)
    ? row('Cpu', 45, {
        of: of('CPUUtilization', 'Average'),
        impact: `The one core that the engine of ${node} can use is nearly full; commands queue and answers get slower.`,
        causes: ['nodeOverloaded', 'connectionsLeak'],
        runbook: 'cpu',
      })
    : row('Cpu', 90, {
        of: of('EngineCPUUtilization', 'Average'),
        impact: `The engine of ${node} is nearly at what one core can do; commands queue and answers get slower.`,
        causes: ['nodeOverloaded', 'connectionsLeak'],
        runbook: 'cpu',
      });
  return [
    row('Memory', memory, {
      of: of('DatabaseMemoryUsagePercentage', 'Maximum'),
      impact: `Node ${node} uses more than ${memory} % of its memory; at 100 % answers and listings are evicted and searches fall through to the database.`,
      causes: ['memoryFull'],
      runbook: 'memory',
    }),
    cpu,
    row('Evictions', 100, {
      of: of('Evictions', 'Sum'),
      period: FIVE_MINUTES,
      datapoints: 2,
      periods: 3,
      missing: quiet,
      impact: `${node} drops keys for want of memory; searches fall through to the database, and a session may be among them.`,
      causes: ['memoryFull'],
      runbook: 'evictions',
    }),
    row('Connections', clients * CONNECTIONS_EACH + OTHER_CONNECTIONS, {
      of: of('CurrConnections', 'Maximum'),
      impact: `${node} has more connections than all functions together can hold; something leaks them, or somebody else connects.`,
      causes: ['connectionsLeak'],
      runbook: 'connections',
    }),
    ...(hasReplicas
      ? [
          row('ReplicationLag', 5, {
            of: of('ReplicationLag', 'Maximum'),
            missing: idle('a primary reports none'),
            impact: `The replica ${node} is more than 5 s behind; a failover now would lose what it has not got, and writes say durable: false.`,
            causes: ['replicaBehind', 'nodeDown', 'nodeOverloaded'],
            runbook: 'replication-lag',
          }),
        ]
      : []),
    row('Traffic', 0, {
      of: of('TrafficManagementActive', 'Maximum'),
      datapoints: 3,
      missing: quiet,
      impact: `ElastiCache slows the clients of ${node} down because it gets more than it can do.`,
      causes: ['nodeOverloaded'],
      runbook: 'traffic-management',
    }),
    row('Network', 0, {
      of: {
        label: 'Packets held back',
        expression: 'FILL(in, 0) + FILL(out, 0)',
        metrics: {
          in: of('NetworkBandwidthInAllowanceExceeded', 'Sum'),
          out: of('NetworkBandwidthOutAllowanceExceeded', 'Sum'),
        },
      },
      period: FIVE_MINUTES,
      datapoints: 3,
      periods: 3,
      missing: quiet,
      impact: `${node} moves more than its network allowance; packets wait and answers get slower.`,
      causes: ['nodeOverloaded'],
      runbook: 'network-allowance',
    }),
    row('Swap', 0, {
      of: {
        label: 'Swap beyond what is free, bytes',
        expression: 'swap - free',
        metrics: { swap: of('SwapUsage', 'Maximum'), free: of('FreeableMemory', 'Minimum') },
      },
      impact: `${node} swaps more than it has free; commands take milliseconds instead of microseconds.`,
      causes: ['memoryFull'],
      runbook: 'swap',
    }),
    ...(BURSTABLE.test(nodeType)
      ? [
          row('Credits', 20, {
            of: {
              label: 'CPU credits while the node needs them',
              // A new node begins with few and earns more than an idle one spends.
              expression: `IF(cpu < ${BASELINE}, ${WELL_CREDITS}, credits)`,
              metrics: { credits: of('CPUCreditBalance', 'Minimum'), cpu: of('CPUUtilization', 'Average') },
            },
            fires: 'below',
            period: FIVE_MINUTES,
            datapoints: 6,
            periods: 6,
            impact: `${node} has nearly used up its CPU credits; without them it runs at a fifth of its speed.`,
            causes: ['nodeOverloaded'],
            runbook: 'cpu-credits',
          }),
        ]
      : []),
    row('Refused', 5, {
      of: {
        label: 'Refused logins and commands',
        expression: 'FILL(logins, 0) + FILL(keys, 0) + FILL(commands, 0)',
        metrics: {
          logins: of('AuthenticationFailures', 'Sum'),
          keys: of('KeyAuthorizationFailures', 'Sum'),
          commands: of('CommandAuthorizationFailures', 'Sum'),
        },
      },
      period: FIVE_MINUTES,
      datapoints: 2,
      periods: 3,
      missing: quiet,
      impact: `${node} refuses logins or commands: a function lacks a permission and does without Valkey, or somebody tries what they may not.`,
      causes: ['valkeyRefuses', 'valkeyUnreachable'],
      runbook: 'refused',
    }),
  ];
}
