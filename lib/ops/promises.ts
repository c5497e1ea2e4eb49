import { METRICS } from '../../lambda/contract/metrics';
import { TARGETS } from '../observability/alarm-table/targets';
import { ofApi, ofNode, own, sparkline, total, type Figure, type Series, type Window } from './figures';
import type { Target } from './target';

/** What the system promises, from the figures that say whether it holds. */
export interface ServicePromise {
  name: string;
  target: number;
  /** Whether the target is the least or the most that is allowed. */
  bound: 'at least' | 'at most';
  unit: '%' | 'ms' | 'of 5';
  figures: readonly Figure[];
  /** @param values of the figures, in their order, 0 without data. @returns undefined if they say nothing. */
  value: (...values: number[]) => number | undefined;
}

const share = (part: number, whole: number) => (whole > 0 ? (100 * part) / whole : undefined);
const mean = (sum: number, count: number) => (count > 0 ? sum / count : undefined);

/** The promises of a stage that its metrics can tell of. */
export function promisesOf({ name: stage, groupId, nodeIds }: Target): ServicePromise[] {
  const sum = (metric: Parameters<typeof own>[1]) => own(stage, metric, 'Sum');
  const count = (metric: Parameters<typeof own>[1]) => own(stage, metric, 'SampleCount');
  const answers = [
    sum(METRICS.answersFromCache),
    sum(METRICS.answersFromIndex),
    sum(METRICS.answersFromDatabase),
  ] as const;
  return [
    {
      name: 'searches answered without the database',
      ...{ target: TARGETS.hitRate, bound: 'at least', unit: '%' },
      figures: answers,
      value: (cache = 0, index = 0, database = 0) => share(cache + index, cache + index + database),
    },
    {
      name: 'search, average, at the gateway',
      ...{ target: TARGETS.searchMs, bound: 'at most', unit: 'ms' },
      figures: [ofApi(groupId, 'Latency', 'Sum'), ofApi(groupId, 'Latency', 'SampleCount')],
      value: mean,
    },
    {
      name: 'search, average, in the handler',
      ...{ target: TARGETS.searchMs, bound: 'at most', unit: 'ms' },
      figures: [sum(METRICS.searchTime), count(METRICS.searchTime)],
      value: mean,
    },
    {
      name: 'database queries saved',
      ...{ target: TARGETS.queriesSaved, bound: 'at least', unit: '%' },
      figures: [...answers, sum(METRICS.answersUnavailable), sum(METRICS.databaseQueries)],
      value: (cache = 0, index = 0, database = 0, unavailable = 0, queries = 0) => {
        const searches = cache + index + database + unavailable;
        return share(searches - queries, searches);
      },
    },
    {
      name: 'Valkey available',
      ...{ target: TARGETS.valkeyAvailable, bound: 'at least', unit: '%' },
      figures: [sum(METRICS.valkeyOperations), sum(METRICS.valkeyFailures)],
      value: (operations = 0, failures = 0) => share(operations - failures, operations),
    },
    {
      name: 'round trip to Valkey, average',
      ...{ target: TARGETS.roundTripMs, bound: 'at most', unit: 'ms' },
      figures: [sum(METRICS.valkeyRoundTrip), count(METRICS.valkeyRoundTrip)],
      value: mean,
    },
    {
      name: 'memory of the fullest node',
      ...{ target: TARGETS.memory, bound: 'at most', unit: '%' },
      figures: nodeIds.map((node) => ofNode(node, 'DatabaseMemoryUsagePercentage', 'Maximum')),
      value: (...nodes) => (nodes.some((value) => value > 0) ? Math.max(...nodes) : undefined),
    },
    {
      name: 'sessions and chats found again',
      ...{ target: TARGETS.continuity, bound: 'at least', unit: '%' },
      figures: [sum(METRICS.sessionsFound), sum(METRICS.sessionsMissing)],
      value: (found = 0, missing = 0) => share(found, found + missing),
    },
    {
      name: 'questions of a session answered',
      ...{ target: TARGETS.completion, bound: 'at least', unit: '%' },
      figures: [sum(METRICS.questionsAnswered), sum(METRICS.questionsAsked)],
      value: share,
    },
    {
      name: 'satisfaction given by people',
      ...{ target: TARGETS.satisfaction, bound: 'at least', unit: 'of 5' },
      figures: [sum(METRICS.satisfactionScore), count(METRICS.satisfactionScore)],
      value: mean,
    },
  ];
}

/** A promise over one window. */
export interface Kept {
  window: string;
  /** undefined if there were no data. */
  value: number | undefined;
  kept: boolean | undefined;
  sparkline: string;
}

export interface PromiseReport {
  name: string;
  target: number;
  bound: ServicePromise['bound'];
  unit: string;
  windows: Kept[];
}

/** Holds each promise against the windows. @throws OperationError */
export async function measurePromises(target: Target, windows: readonly Window[]): Promise<PromiseReport[]> {
  const promises = promisesOf(target);
  const figures = promises.flatMap((promise) => promise.figures);
  const measured = await Promise.all(
    windows.map(async (window) => ({ window, all: await target.series(figures, window) })),
  );
  let next = 0;
  return promises.map((promise) => {
    const from = next;
    next += promise.figures.length;
    return {
      name: promise.name,
      target: promise.target,
      bound: promise.bound,
      unit: promise.unit,
      windows: measured.map(({ window, all }) =>
        judge(promise, window, all.slice(from, from + promise.figures.length)),
      ),
    };
  });
}

function judge(promise: ServicePromise, window: Window, series: readonly Series[]): Kept {
  const value = promise.value(...promise.figures.map((figure, i) => total(figure, series[i] ?? []) ?? 0));
  const periods = Math.max(0, ...series.map((each) => each.length));
  const line = Array.from({ length: periods }, (_, i) => promise.value(...series.map((each) => each[i] ?? 0)));
  return {
    window: window.name,
    value,
    kept:
      value === undefined
        ? undefined
        : promise.bound === 'at least'
          ? value >= promise.target
          : value <= promise.target,
    sparkline: sparkline(line),
  };
}
