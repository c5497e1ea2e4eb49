import { WORKING_NAMES } from '../contract/functions';
import { FIRST_SEARCHES, METRICS } from '../contract/metrics';
import { ofApi, ofFunction, ofNode, own, type MetricTerm } from '../contract/metric-term';

/**
 * What is looked at: the last quarter of an hour, minute by minute, so that a quarter that has just begun is none of
 * nothing.
 */
export const RECENT = { name: 'recent', seconds: 900, period: 60 } as const;

const COUNTED = [
  METRICS.answersFromMemory,
  METRICS.answersFromCache,
  METRICS.answersFromIndex,
  METRICS.answersFromDatabase,
  METRICS.answersUnavailable,
  METRICS.databaseFailures,
  METRICS.databaseConnectionsLost,
  METRICS.valkeyOperations,
  METRICS.valkeyFailures,
  METRICS.valkeyConnectionsLost,
  METRICS.valuesDamaged,
  METRICS.breakerOpen,
  METRICS.indexMissing,
  METRICS.warmUpSucceeded,
  METRICS.warmUpFailed,
  METRICS.invalidRequests,
  METRICS.answersLate,
  METRICS.heartbeatAnswered,
] as const;
/** With how many values at least there is a mean. */
const AVERAGED = [
  [METRICS.valkeyRoundTrip, FIRST_SEARCHES],
  [METRICS.searchTime, FIRST_SEARCHES],
  [METRICS.satisfactionScore, 1],
] as const;
const OF_API = ['Count', '4XXError', '5XXError'] as const;
const OF_FUNCTIONS = ['Errors', 'Throttles', 'Invocations'] as const;
const OF_NODES = [
  'DatabaseMemoryUsagePercentage',
  'Evictions',
  'CurrConnections',
  'ReplicationLag',
  'AuthenticationFailures',
  'KeyAuthorizationFailures',
  'CommandAuthorizationFailures',
] as const;

/** Under which name a mean stands. */
export const meanOf = (metric: string): string => `mean of ${metric}`;
const sumOf = (metric: string) => `sum of ${metric}`;
const countOf = (metric: string) => `count of ${metric}`;

/** A metric and the name of what it gives; several of one name give the highest. */
type RecentTerm = readonly [name: string, term: MetricTerm];

/**
 * By metric; of nodes the highest, of functions as `Errors of search`, of times their mean. Undefined without data, or
 * of too little.
 */
export type Recent = Readonly<Record<string, number | undefined>>;

/** A stage's name, its replication group, its nodes. */
interface ReadStage {
  name: string;
  groupId: string;
  nodeIds: readonly string[];
}

type Series = readonly (number | undefined)[];

/** Reads it all. @param read gives the series of the terms over {@link RECENT}, in their order */
export async function readRecent(
  stage: ReadStage,
  read: (terms: MetricTerm[]) => Promise<readonly Series[]>,
): Promise<Recent> {
  const terms = recentTerms(stage);
  return recentValues(terms, await read(terms.map(([, term]) => term)));
}

/** @returns what is read. */
function recentTerms(stage: ReadStage): RecentTerm[] {
  const { name, groupId, nodeIds } = stage;
  return [
    ...COUNTED.map((metric): RecentTerm => [metric, own(name, metric, 'Sum')]),
    [METRICS.indexAge, own(name, METRICS.indexAge, 'Maximum')],
    ...AVERAGED.flatMap(([metric]): RecentTerm[] => [
      [sumOf(metric), own(name, metric, 'Sum')],
      [countOf(metric), own(name, metric, 'SampleCount')],
    ]),
    ...OF_API.map((metric): RecentTerm => [metric, ofApi(groupId, metric, 'Sum')]),
    ...OF_FUNCTIONS.flatMap((metric) =>
      [...WORKING_NAMES, 'heartbeat'].map((each): RecentTerm => [
        `${metric} of ${each}`,
        ofFunction(groupId, each, metric, 'Sum'),
      ]),
    ),
    ...OF_NODES.flatMap((metric) => nodeIds.map((node): RecentTerm => [metric, ofNode(node, metric, 'Maximum')])),
  ];
}

/** @param series of the terms, in their order */
function recentValues(terms: readonly RecentTerm[], series: readonly Series[]): Recent {
  const values: Record<string, number | undefined> = {};
  terms.forEach(([name, { statistic }], i) => {
    const known = (series[i] ?? []).filter((value) => value !== undefined);
    if (known.length === 0) return;
    const value = statistic === 'Maximum' ? Math.max(...known) : known.reduce((sum, each) => sum + each, 0);
    values[name] = Math.max(value, values[name] ?? -Infinity);
  });
  const parts = new Set(AVERAGED.flatMap(([metric]) => [sumOf(metric), countOf(metric)]));
  const means = AVERAGED.flatMap(([metric, fewest]) => {
    const [sum, count] = [values[sumOf(metric)], values[countOf(metric)]];
    return sum !== undefined && count !== undefined && count >= fewest ? [[meanOf(metric), sum / count] as const] : [];
  });
  return Object.fromEntries([...Object.entries(values).filter(([name]) => !parts.has(name)), ...means]);
}
