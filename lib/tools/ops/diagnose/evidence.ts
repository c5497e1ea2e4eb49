import { FUNCTION_NAMES } from '../../../../lambda/contract/functions';
import { METRICS } from '../../../../lambda/contract/metrics';
import type { Check } from '../../../../lambda/doctor/check';
import type { Shown } from '../../../../lambda/levers/request';
import type { CauseId } from '../../../constructs/observability/alarm-table/causes';
import {
  ofApi,
  ofFunction,
  ofNode,
  own,
  type MetricTerm,
} from '../../../constructs/observability/promises/metric-term';
import { causesNamedBy } from '../alarms/named';
import { WENT_WRONG } from '../stage/went-wrong';
import { measurePromises } from '../stage/promises';
import { total, type Window } from '../stage/series';
import type { AlarmState, ClusterState, Target } from '../stage/target';
import { answerOf } from '../stage/within';

/** What the metrics of the last quarter of an hour say; undefined without data. */
const RECENT: Window = { name: 'recent', seconds: 900, period: 900 };
const COUNTED = [
  METRICS.answersFromMemory,
  METRICS.answersFromCache,
  METRICS.answersFromIndex,
  METRICS.answersFromDatabase,
  METRICS.answersUnavailable,
  METRICS.databaseFailures,
  METRICS.valkeyOperations,
  METRICS.valkeyFailures,
  METRICS.breakerOpen,
  METRICS.indexMissing,
  METRICS.warmUpSucceeded,
  METRICS.warmUpFailed,
  METRICS.invalidRequests,
  METRICS.answersLate,
  METRICS.heartbeatAnswered,
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

export interface Evidence {
  alarm: AlarmState;
  cluster?: ClusterState;
  checks?: Check[];
  catalogue?: Shown;
  /** Names of the alarms that fire. */
  firing: readonly string[];
  /** What the alarm's row names as its causes, the likeliest first. */
  causes: readonly CauseId[];
  /** By metric; of nodes the highest, of functions as `Errors of search`. */
  recent: Readonly<Record<string, number | undefined>>;
  /** The promises by their ids. */
  promises: Readonly<Record<string, number | undefined>>;
  /** What answered, where no data would mean something too. */
  asked: { metrics: boolean };
  /** The newest lines that warn or fail, of search and warm-up. */
  complaints: string[];
  /** What could not be asked, and why: that may be the cause itself. */
  unanswered: string[];
}

/** Asks everything at once, and waits for none of it for long; what doesn't answer is evidence too. */
export async function gather(
  target: Target,
  alarm: AlarmState,
  firing: readonly string[],
  now = Date.now(),
): Promise<Evidence> {
  const unanswered: string[] = [];
  const ask = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    const answer = await answerOf(what, work);
    if (answer.known) return answer.value;
    unanswered.push(answer.why);
    return undefined;
  };
  const query = { from: now - RECENT.seconds * 1_000, limit: 3, anyOf: WENT_WRONG };
  const complaintsOf = async (name: 'search' | 'warm-up') => {
    const lines = (await ask(`log of ${name}`, () => target.logs(name, query))) ?? [];
    return lines.map(({ text }) => `${name}: ${text.slice(0, 300)}`);
  };
  const [cluster, checks, catalogue, recent, promises, ...complaints] = await Promise.all([
    ask('cluster', () => target.cluster()),
    ask('doctor', () => target.invoke('doctor', {}) as Promise<Check[]>),
    ask('catalogue', () => target.invoke('operations', { operation: 'show' }) as Promise<Shown>),
    ask('metrics', () => recentMetrics(target)),
    ask('promises', () => recentPromises(target)),
    complaintsOf('search'),
    complaintsOf('warm-up'),
  ]);
  return {
    alarm,
    firing,
    causes: causesNamedBy(alarm.name, firing),
    ...(cluster === undefined ? {} : { cluster }),
    ...(checks === undefined ? {} : { checks }),
    ...(catalogue === undefined ? {} : { catalogue }),
    recent: recent ?? {},
    promises: promises ?? {},
    asked: { metrics: recent !== undefined },
    complaints: complaints.flat(),
    unanswered,
  };
}

async function recentPromises(target: Target): Promise<Record<string, number | undefined>> {
  const reports = await measurePromises(target, [RECENT]);
  return Object.fromEntries(reports.map(({ id, windows: [recent] }) => [id, recent?.value]));
}

async function recentMetrics(target: Target): Promise<Record<string, number | undefined>> {
  const functions = [...FUNCTION_NAMES, 'heartbeat'] as const;
  const terms: [string, MetricTerm][] = [
    ...COUNTED.map((metric): [string, MetricTerm] => [metric, own(target.name, metric, 'Sum')]),
    ...OF_API.map((metric): [string, MetricTerm] => [metric, ofApi(target.groupId, metric, 'Sum')]),
    ...OF_FUNCTIONS.flatMap((metric) =>
      functions.map((name): [string, MetricTerm] => [
        `${metric} of ${name}`,
        ofFunction(target.groupId, name, metric, 'Sum'),
      ]),
    ),
    ...OF_NODES.flatMap((metric) =>
      target.nodeIds.map((node): [string, MetricTerm] => [metric, ofNode(node, metric, 'Maximum')]),
    ),
  ];
  const series = await target.series(
    terms.map(([, term]) => term),
    RECENT,
  );
  const values: Record<string, number | undefined> = {};
  terms.forEach(([name, term], i) => {
    const value = total(term, series[i] ?? []);
    const known = values[name];
    values[name] = value === undefined || known === undefined ? (value ?? known) : Math.max(value, known);
  });
  return values;
}
