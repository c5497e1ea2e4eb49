import { METRICS, type MetricName } from '../../../../lambda/contract/metrics';
import {
  ofApi,
  ofNode,
  ofSearchApi,
  own,
  type MetricTerm,
  type Statistic,
} from '../../../../lambda/contract/metric-term';

/** What a promise depends on. */
export interface PromisingStage {
  name: string;
  groupId: string;
  nodes: readonly string[];
}

/** What the system promises: the alarms, the dashboard, `npm run ops -- promises` and docs/promises.md all come from these. */
export interface ServicePromise {
  id: string;
  /** What is promised, in a few words. */
  title: string;
  target: number;
  /** Whether the target is the least or the most that is allowed. */
  bound: 'at least' | 'at most';
  unit: '%' | 'ms' | 's' | 'of 5';
  /** Where it is measured. */
  measuredAt: string;
  /** What it is computed from. Each part is summed over time, or its highest taken, as its statistic says. */
  parts: Readonly<Record<string, MetricTerm>>;
  /** CloudWatch metric math over the parts: the value, in the unit. */
  formula: string;
  /** Metric math over the parts: how many events the value is made of; without it every value counts. */
  events?: string;
  /** The alarm that watches it. */
  alarm: string;
  /** It measures what another promise does, at another place. */
  beside?: string;
}

/** Metric math: the sum of parts, without data as 0. */
export const sumOf = (...parts: string[]): string => `(${parts.map((part) => `FILL(${part}, 0)`).join(' + ')})`;
const share = (part: string, whole: string) => `100 * ${part} / ${whole}`;

type Bound = Pick<ServicePromise, 'target' | 'bound' | 'unit'>;
const atLeast = (target: number, unit: Bound['unit']): Bound => ({ target, bound: 'at least', unit });
const atMost = (target: number, unit: Bound['unit']): Bound => ({ target, bound: 'at most', unit });

/** How searches end, by the part's name. */
const WITHOUT_DATABASE = {
  memory: METRICS.answersFromMemory,
  cache: METRICS.answersFromCache,
  index: METRICS.answersFromIndex,
} as const;
const ANSWERED = { ...WITHOUT_DATABASE, database: METRICS.answersFromDatabase } as const;
const SEARCHES = { ...ANSWERED, none: METRICS.answersUnavailable } as const;

/** @returns the parts of every search of a stage, and their sum in metric math. */
export function searchParts(stageName: string): { parts: Record<keyof typeof SEARCHES, MetricTerm>; sum: string } {
  return { parts: ownParts(stageName, SEARCHES), sum: sumOf(...Object.keys(SEARCHES)) };
}

/** The promises of a stage, those that people feel first. */
export function promisesOf({ name, groupId, nodes }: PromisingStage): ServicePromise[] {
  const of = (metric: MetricName, statistic: Statistic) => own(name, metric, statistic);
  const searches = searchParts(name);
  const answered = sumOf(...Object.keys(ANSWERED));
  const mean = (metric: MetricName) => ({
    parts: { total: of(metric, 'Sum'), count: of(metric, 'SampleCount') },
    formula: 'total / count',
    events: sumOf('count'),
  });
  return [
    {
      id: 'search',
      title: 'search, average, at the gateway',
      ...atMost(50, 'ms'),
      measuredAt: 'API Gateway, Latency of the path of searches',
      alarm: 'SearchLatency',
      parts: {
        total: ofSearchApi(groupId, 'Latency', 'Sum'),
        count: ofSearchApi(groupId, 'Latency', 'SampleCount'),
      },
      formula: 'total / count',
      events: sumOf('count'),
    },
    {
      id: 'searchHandler',
      title: 'search, average, in the handler',
      ...atMost(50, 'ms'),
      measuredAt: 'handler',
      alarm: 'HandlerLatency',
      beside: 'search',
      ...mean(METRICS.searchTime),
    },
    {
      id: 'answered',
      title: 'requests answered, and in time',
      ...atLeast(99.5, '%'),
      measuredAt: 'API Gateway, requests without 5xx; handlers, answers later than 500 ms',
      alarm: 'PeopleFeelIt',
      parts: {
        errors: ofApi(groupId, '5XXError', 'Sum'),
        late: of(METRICS.answersLate, 'Sum'),
        all: ofApi(groupId, 'Count', 'Sum'),
      },
      formula: share(`(${sumOf('all')} - ${sumOf('errors', 'late')})`, sumOf('all')),
      events: sumOf('all'),
    },
    {
      id: 'repeatedSearch',
      title: 'repeated search, average',
      ...atMost(10, 'ms'),
      measuredAt: 'handler, searches that memory or a stored answer answers',
      alarm: 'RepeatedSearch',
      ...mean(METRICS.repeatedSearchTime),
    },
    {
      id: 'hitRate',
      title: 'searches answered without the database',
      ...atLeast(70, '%'),
      measuredAt: 'handlers, of all answers',
      alarm: 'HitRate',
      parts: ownParts(name, ANSWERED),
      formula: share(sumOf(...Object.keys(WITHOUT_DATABASE)), answered),
      events: answered,
    },
    {
      id: 'freshness',
      title: 'a change of the table in every answer, average',
      ...atMost(60, 's'),
      measuredAt: 'handlers, their last answer that did not know it',
      alarm: 'Freshness',
      ...mean(METRICS.freshness),
    },
    {
      id: 'queriesSaved',
      title: 'database queries saved',
      ...atLeast(60, '%'),
      measuredAt: 'handlers and warm-up, against one query for each search',
      alarm: 'QueriesSaved',
      parts: { ...searches.parts, queries: of(METRICS.databaseQueries, 'Sum') },
      formula: share(`(${searches.sum} - FILL(queries, 0))`, searches.sum),
      events: searches.sum,
    },
    {
      id: 'continuity',
      title: 'sessions and chats found again',
      ...atLeast(95, '%'),
      measuredAt: 'handlers, of those that are within their TTL',
      alarm: 'Continuity',
      parts: { found: of(METRICS.sessionsFound, 'Sum'), missing: of(METRICS.sessionsMissing, 'Sum') },
      formula: share(sumOf('found'), sumOf('found', 'missing')),
      events: sumOf('found', 'missing'),
    },
    {
      id: 'completion',
      title: 'questions of a session answered',
      ...atLeast(90, '%'),
      measuredAt: 'handlers, of the questions that were valid',
      alarm: 'Completion',
      parts: { answered: of(METRICS.questionsAnswered, 'Sum'), asked: of(METRICS.questionsAsked, 'Sum') },
      formula: share(sumOf('answered'), sumOf('asked')),
      events: sumOf('asked'),
    },
    {
      id: 'satisfaction',
      title: 'satisfaction given by people',
      ...atLeast(4.5, 'of 5'),
      measuredAt: 'scores that people give',
      alarm: 'Satisfaction',
      ...mean(METRICS.satisfactionScore),
    },
    {
      id: 'valkeyAvailable',
      title: 'Valkey available',
      ...atLeast(99.9, '%'),
      measuredAt: 'handlers, of the commands that they send',
      alarm: 'ValkeyAvailability',
      parts: { sent: of(METRICS.valkeyOperations, 'Sum'), failed: of(METRICS.valkeyFailures, 'Sum') },
      formula: share(`(${sumOf('sent')} - ${sumOf('failed')})`, sumOf('sent')),
      events: sumOf('sent'),
    },
    {
      id: 'roundTrip',
      title: 'round trip to Valkey, average',
      ...atMost(5, 'ms'),
      measuredAt: 'handlers, one wave of commands',
      alarm: 'ValkeyLatency',
      ...mean(METRICS.valkeyRoundTrip),
    },
    {
      id: 'memory',
      title: 'memory of the fullest node',
      ...atMost(80, '%'),
      measuredAt: 'ElastiCache, each node',
      alarm: 'Memory',
      parts: Object.fromEntries(
        nodes.map((node, i) => [`node${i}`, ofNode(node, 'DatabaseMemoryUsagePercentage', 'Maximum')]),
      ),
      formula: `MAX([${nodes.map((_, i) => `node${i}`).join(', ')}])`,
    },
  ];
}

/** @throws Error if there is no such promise. */
export function promiseOf(stage: PromisingStage, id: string): ServicePromise {
  const found = promisesOf(stage).find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no promise "${id}".`);
  return found;
}

function ownParts<Names extends Readonly<Record<string, MetricName>>>(stageName: string, names: Names) {
  const parts = Object.entries(names).map(([part, metric]) => [part, own(stageName, metric, 'Sum')]);
  return Object.fromEntries(parts) as Record<keyof Names, MetricTerm>;
}
