import { METRICS } from '../../lambda/contract/metrics';
import type { MetricTerm } from '../../lambda/contract/metric-term';

/** Minutes of a day in Korea at which something happens that is no trouble. */
const DEPLOY = 14 * 60;
const FAILOVER = 17 * 60;
const BACKUP = 3 * 60;

/** What one metric shows at a minute of the day; of a count what that minute adds. */
type Minute = (minute: number) => number | undefined;

const within = (minute: number, from: number, length: number) => minute >= from && minute < from + length;
/** Searches a minute: hardly any at night, most in the evening. */
const searches = (minute: number) => (minute < 6 * 60 ? (minute % 17 === 0 ? 1 : 0) : minute < 18 * 60 ? 30 : 60);
const share =
  (part: number): Minute =>
  (minute) =>
    searches(minute) * part || undefined;
const usually =
  (value: number, ...times: [from: number, length: number, value: number][]): Minute =>
  (minute) =>
    times.find(([from, length]) => within(minute, from, length))?.[2] ?? value;
const whileAsked =
  (of: Minute): Minute =>
  (minute) =>
    searches(minute) === 0 ? undefined : of(minute);

/**
 * A day on which nothing is wrong: a quiet night with a backup, a deploy with its cold starts, a node that is replaced
 * in maintenance, warm-ups that read the whole table every hour.
 */
const DAY: Readonly<Record<string, Minute>> = {
  [METRICS.answersFromCache]: share(0.5),
  [METRICS.answersFromIndex]: (minute) => searches(minute) * (within(minute, FAILOVER, 2) ? 0 : 0.49) || undefined,
  [METRICS.answersFromDatabase]: (minute) => searches(minute) * (within(minute, FAILOVER, 2) ? 0.5 : 0.01) || undefined,
  [METRICS.answersUnavailable]: () => undefined,
  [METRICS.searchTime]: whileAsked(usually(3, [DEPLOY, 5, 20], [FAILOVER, 2, 90])),
  [METRICS.answersLate]: usually(0, [DEPLOY, 1, 3], [FAILOVER, 2, 2]),
  [METRICS.heartbeatAnswered]: usually(1, [DEPLOY, 1, 0], [FAILOVER, 1, 0]),
  [METRICS.invalidRequests]: share(0.05),
  '4XXError': share(0.05),
  Invocations: () => 1,
  [METRICS.repeatedSearchTime]: whileAsked(usually(1, [DEPLOY, 5, 8], [FAILOVER, 2, 9])),
  [METRICS.valkeyRoundTrip]: whileAsked(usually(0.6, [DEPLOY, 5, 2], [FAILOVER, 2, 20])),
  [METRICS.valkeyOperations]: share(6),
  [METRICS.valkeyFailures]: usually(0, [FAILOVER, 1, 40]),
  [METRICS.databaseQueries]: (minute) => 1 + searches(minute) * (within(minute, FAILOVER, 2) ? 0.5 : 0.01),
  [METRICS.databaseFailures]: usually(0, [FAILOVER, 1, 1]),
  [METRICS.warmUpSucceeded]: usually(1, [DEPLOY, 2, 0], [FAILOVER, 1, 0]),
  [METRICS.warmUpFailed]: usually(0, [FAILOVER, 1, 1]),
  [METRICS.indexAge]: whileAsked(usually(65, [FAILOVER, 3, 240])),
  [METRICS.freshness]: whileAsked(usually(35)),
  [METRICS.sessionsFound]: share(0.3),
  [METRICS.sessionsMissing]: usually(0, [FAILOVER, 1, 1]),
  [METRICS.questionsAsked]: share(0.2),
  [METRICS.questionsAnswered]: share(0.199),
  [METRICS.satisfactionScore]: (minute) => (minute % 20 === 0 && searches(minute) > 1 ? 4.7 : undefined),
  DatabaseMemoryUsagePercentage: usually(24, [BACKUP, 10, 31]),
  CPUUtilization: (minute) => (within(minute, BACKUP, 4) ? 50 : minute % 60 === 0 ? 30 : 6),
  EngineCPUUtilization: (minute) => (within(minute, BACKUP, 4) ? 60 : minute % 60 === 0 ? 40 : 8),
  CurrConnections: usually(40, [DEPLOY, 10, 120]),
  ReplicationLag: usually(0.2, [BACKUP, 3, 6]),
  TrafficManagementActive: usually(0, [BACKUP, 1, 1]),
  NetworkBandwidthInAllowanceExceeded: usually(0, [FAILOVER, 1, 300]),
  NetworkBandwidthOutAllowanceExceeded: usually(0, [FAILOVER, 1, 900]),
  SwapUsage: usually(2_000_000),
  FreeableMemory: usually(5_000_000_000, [BACKUP, 10, 1_500_000_000]),
  CPUCreditBalance: usually(400, [BACKUP, 10, 380]),
  AuthenticationFailures: usually(0, [DEPLOY, 1, 2]),
  CacheHits: share(40),
  CacheMisses: share(9),
  Count: share(1.4),
  '5XXError': usually(0, [DEPLOY, 1, 1], [FAILOVER, 1, 1]),
  Latency: whileAsked(usually(40, [DEPLOY, 5, 450], [FAILOVER, 2, 200])),
  Errors: usually(0, [DEPLOY, 1, 1]),
  Throttles: usually(0, [DEPLOY, 1, 2]),
  Duration: usually(120, [DEPLOY, 5, 1_800]),
  ConcurrentExecutions: usually(3, [DEPLOY, 5, 14]),
};

/** Metrics of which every search gives one value; of the others a minute gives one. */
const OF_SEARCHES: readonly string[] = [
  METRICS.searchTime,
  METRICS.repeatedSearchTime,
  METRICS.valkeyRoundTrip,
  'Latency',
];

/** @returns one period of the healthy day; a metric that it doesn't know reports nothing, as most counters do. */
export function healthyPeriod(
  { metric, statistic }: MetricTerm,
  fromMinute: number,
  minutes: number,
): number | undefined {
  const of = DAY[metric] ?? (() => undefined);
  const samples = Array.from({ length: minutes }, (_, i) => (fromMinute + i) % 1_440).flatMap((minute) => {
    const value = of(minute);
    return value === undefined ? [] : [{ value, count: OF_SEARCHES.includes(metric) ? searches(minute) : 1 }];
  });
  if (samples.length === 0) return undefined;
  const values = samples.map(({ value }) => value);
  const count = samples.reduce((all, sample) => all + sample.count, 0);
  const sum = samples.reduce((all, sample) => all + sample.value * sample.count, 0);
  if (statistic === 'SampleCount') return count;
  if (statistic === 'Sum') return sum;
  if (statistic === 'Average') return sum / count;
  return statistic === 'Minimum' ? Math.min(...values) : Math.max(...values);
}

/**
 * What a period shows when something is broken, by the kind of alarm that must tell, and by metric; a metric that is
 * not named reports nothing.
 */
export const BROKEN: Readonly<Record<string, Readonly<Record<string, number | Readonly<Record<string, number>>>>>> = {
  HitRate: { AnswersFromCache: 100, AnswersFromIndex: 200, AnswersFromDatabase: 700 },
  CacheShare: { AnswersFromCache: 1, AnswersFromIndex: 999 },
  SearchesUnanswered: { AnswersFromDatabase: 100, AnswersUnavailable: 30 },
  SearchLatency: { Latency: { SampleCount: 100, Sum: 8_000 } },
  HandlerLatency: { SearchTime: { SampleCount: 100, Sum: 8_000 } },
  RepeatedSearch: { RepeatedSearchTime: { SampleCount: 100, Sum: 1_200 } },
  ValkeyLatency: { ValkeyRoundTrip: { SampleCount: 100, Sum: 1_200 } },
  ValkeyBurnHour: { ValkeyOperations: 10_000, ValkeyFailures: 300 },
  ValkeyBurnFiveMinutes: { ValkeyOperations: 1_000, ValkeyFailures: 30 },
  ValkeyBurnSixHours: { ValkeyOperations: 60_000, ValkeyFailures: 600 },
  ValkeyBurnHalfHour: { ValkeyOperations: 5_000, ValkeyFailures: 50 },
  QueriesSaved: { AnswersFromCache: 500, AnswersFromIndex: 400, AnswersFromDatabase: 100, DatabaseQueries: 600 },
  DatabaseErrors: { DatabaseFailures: 20 },
  Continuity: { SessionsFound: 80, SessionsMissing: 20 },
  Completion: { QuestionsAsked: 100, QuestionsAnswered: 70 },
  Satisfaction: { SatisfactionScore: { SampleCount: 40, Sum: 156 } },
  ApiRefusals: { '4XXError': 1_000, Count: 1_000 },
  Heartbeat: { Invocations: 5 },
  Blocked: { BlockedRequests: 400 },
  AnsweredBurnHour: { '5XXError': 600, Count: 4_000 },
  AnsweredBurnFiveMinutes: { '5XXError': 20, AnswersLate: 20, Count: 400 },
  AnsweredBurnSixHours: { AnswersLate: 1_000, Count: 20_000 },
  AnsweredBurnHalfHour: { AnswersLate: 100, Count: 2_000 },
  ApiErrors: { '5XXError': 100, Count: 400 },
  Failing: { '5XXError': 20, Count: 200 },
  Errors: { Errors: 3 },
  Throttles: { Throttles: 900 },
  WarmUpDuration: { Duration: 170_000 },
  Concurrency: { ConcurrentExecutions: 49 },
  WarmUpMissing: { Invocations: 5 },
  WarmUpFailed: { WarmUpFailed: 5 },
  IndexAge: { IndexAge: 4_000 },
  Freshness: { Freshness: { SampleCount: 4, Sum: 400 } },
  WarmUpDeadLetters: { ApproximateNumberOfMessagesVisible: 1 },
  Memory: { DatabaseMemoryUsagePercentage: 91 },
  Cpu: { CPUUtilization: 70, EngineCPUUtilization: 97 },
  Evictions: { Evictions: 5_000 },
  Connections: { CurrConnections: 5_000 },
  ReplicationLag: { ReplicationLag: 30 },
  Traffic: { TrafficManagementActive: 1 },
  Network: { NetworkBandwidthOutAllowanceExceeded: 50_000 },
  Swap: { SwapUsage: 300_000_000, FreeableMemory: 50_000_000 },
  Credits: { CPUCreditBalance: 5, CPUUtilization: 70 },
  Refused: { AuthenticationFailures: 60 },
};

export function brokenPeriod(kind: string, { metric, statistic }: MetricTerm): number | undefined {
  const value = BROKEN[kind]?.[metric];
  return typeof value === 'object' ? value[statistic] : value;
}
