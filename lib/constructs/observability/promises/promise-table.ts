import { FIRST_SEARCHES, METRICS, type MetricName } from '../../../../lambda/contract/metrics';
import { ofApi, ofNode, ofSearchApi, own, type MetricTerm } from '../../../../lambda/contract/metric-term';

/** What a promise depends on. */
export interface PromisingStage {
  name: string;
  groupId: string;
  nodes: readonly string[];
  /** How often a warm-up looks whether the table has changed, s. */
  freshnessSeconds: number;
}

/** What the system promises on any stage. */
export interface PromiseRow {
  /** What is promised, in a few words. */
  title: string;
  target: number;
  /** Whether the target is the least or the most that is allowed. */
  bound: 'at least' | 'at most';
  unit: '%' | 'ms' | 's' | 'of 5';
  /** Where it is measured. */
  measuredAt: string;
  /** The alarm that watches it. */
  alarm: string;
  /** It measures what another promise does, at another place. */
  beside?: string;
  /** What it is computed from. Each part is summed over time, or its highest taken, as its statistic says. */
  parts: (stage: PromisingStage) => Readonly<Record<string, MetricTerm>>;
  /** CloudWatch metric math over the parts: the value, in the unit. */
  formula: string | ((parts: readonly string[]) => string);
  /** Metric math over the parts: how many events the value is made of; without it every value counts. */
  events?: string;
  /** Events in a quarter of an hour below which it is not judged; it is judged by any unless given. */
  fewest?: (stage: PromisingStage) => number;
  /** Events in all, however long the time, below which it is not judged: of so few the first ones decide. */
  fewestInAll?: number;
}

/** Searches in a quarter of an hour below which a share of them says nothing. */
export const QUIET_SEARCHES = 50;
/** Warm-ups look at the table all the same: beside fewer searches their queries alone would miss the target. */
const quietBesideLooks = ({ freshnessSeconds }: PromisingStage) => Math.ceil((QUIET_SEARCHES * 60) / freshnessSeconds);

/** How searches end, by the part's name. */
const WITHOUT_DATABASE = {
  memory: METRICS.answersFromMemory,
  cache: METRICS.answersFromCache,
  index: METRICS.answersFromIndex,
} as const;
const ANSWERED = { ...WITHOUT_DATABASE, database: METRICS.answersFromDatabase } as const;
export const SEARCHES = { ...ANSWERED, none: METRICS.answersUnavailable } as const;

/** Metric math: the sum of parts, without data as 0. */
export const sumOf = (...parts: string[]): string => `(${parts.map((part) => `FILL(${part}, 0)`).join(' + ')})`;

const ALL_ANSWERED = sumOf(...Object.keys(ANSWERED));
export const ALL_SEARCHES = sumOf(...Object.keys(SEARCHES));

type Bound = Pick<PromiseRow, 'target' | 'bound' | 'unit'>;
const atLeast = (target: number, unit: Bound['unit']): Bound => ({ target, bound: 'at least', unit });
const atMost = (target: number, unit: Bound['unit']): Bound => ({ target, bound: 'at most', unit });

const AVERAGE = { formula: 'total / count', events: sumOf('count') } as const;
const share = (part: string, whole: string) => ({ formula: `100 * ${part} / ${whole}`, events: whole });

/** Metrics of our own, each summed. */
export const summed =
  <Part extends string>(metrics: Readonly<Record<Part, MetricName>>) =>
  ({ name }: Pick<PromisingStage, 'name'>) =>
    Object.fromEntries(
      Object.entries<MetricName>(metrics).map(([part, metric]) => [part, own(name, metric, 'Sum')]),
    ) as Record<Part, MetricTerm>;

/** The average of a metric of our own. */
const mean = (metric: MetricName) => ({
  parts: ({ name }: PromisingStage) => ({
    total: own(name, metric, 'Sum'),
    count: own(name, metric, 'SampleCount'),
  }),
  ...AVERAGE,
});

/**
 * What the system promises, what people feel first at the top: the alarms, the dashboard, `npm run ops -- promises` and
 * docs/promises.md all come from these.
 */
export const PROMISES = {
  search: {
    title: 'search, average, at the gateway',
    ...atMost(50, 'ms'),
    measuredAt: 'API Gateway, Latency of the path of searches',
    alarm: 'SearchLatency',
    parts: ({ groupId }) => ({
      total: ofSearchApi(groupId, 'Latency', 'Sum'),
      count: ofSearchApi(groupId, 'Latency', 'SampleCount'),
    }),
    ...AVERAGE,
    fewestInAll: FIRST_SEARCHES,
  },
  searchHandler: {
    title: 'search, average, in the handler',
    ...atMost(50, 'ms'),
    measuredAt: 'handler',
    alarm: 'HandlerLatency',
    beside: 'search',
    ...mean(METRICS.searchTime),
    fewestInAll: FIRST_SEARCHES,
  },
  answered: {
    title: 'requests answered, and in time',
    ...atLeast(99.5, '%'),
    measuredAt: 'API Gateway, requests without 5xx; handlers, answers later than 500 ms',
    alarm: 'PeopleFeelIt',
    parts: ({ name, groupId }) => ({
      errors: ofApi(groupId, '5XXError', 'Sum'),
      late: own(name, METRICS.answersLate, 'Sum'),
      all: ofApi(groupId, 'Count', 'Sum'),
    }),
    ...share(`(${sumOf('all')} - ${sumOf('errors', 'late')})`, sumOf('all')),
  },
  repeatedSearch: {
    title: 'repeated search, average',
    ...atMost(10, 'ms'),
    measuredAt: 'handler, searches that memory or a stored answer answers',
    alarm: 'RepeatedSearch',
    ...mean(METRICS.repeatedSearchTime),
    fewestInAll: FIRST_SEARCHES,
  },
  hitRate: {
    title: 'searches answered without the database',
    ...atLeast(70, '%'),
    measuredAt: 'handlers, of all answers',
    alarm: 'HitRate',
    parts: summed(ANSWERED),
    ...share(sumOf(...Object.keys(WITHOUT_DATABASE)), ALL_ANSWERED),
  },
  freshness: {
    title: 'a change of the table in every answer, average',
    ...atMost(60, 's'),
    measuredAt: 'handlers, their last answer that did not know it',
    alarm: 'Freshness',
    ...mean(METRICS.freshness),
  },
  queriesSaved: {
    title: 'database queries saved',
    ...atLeast(60, '%'),
    measuredAt: 'handlers and warm-up, against one query for each search',
    alarm: 'QueriesSaved',
    parts: summed({ ...SEARCHES, queries: METRICS.databaseQueries }),
    ...share(`(${ALL_SEARCHES} - FILL(queries, 0))`, ALL_SEARCHES),
    fewest: quietBesideLooks,
  },
  continuity: {
    title: 'sessions and chats found again',
    ...atLeast(95, '%'),
    measuredAt: 'handlers, of those that are within their TTL',
    alarm: 'Continuity',
    parts: summed({ found: METRICS.sessionsFound, missing: METRICS.sessionsMissing }),
    ...share(sumOf('found'), sumOf('found', 'missing')),
  },
  completion: {
    title: 'questions of a session answered',
    ...atLeast(90, '%'),
    measuredAt: 'handlers, of the questions that were valid',
    alarm: 'Completion',
    parts: summed({ answered: METRICS.questionsAnswered, asked: METRICS.questionsAsked }),
    ...share(sumOf('answered'), sumOf('asked')),
  },
  satisfaction: {
    title: 'satisfaction given by people',
    ...atLeast(4.5, 'of 5'),
    measuredAt: 'scores that people give',
    alarm: 'Satisfaction',
    ...mean(METRICS.satisfactionScore),
  },
  valkeyAvailable: {
    title: 'Valkey available',
    ...atLeast(99.9, '%'),
    measuredAt: 'handlers, of the commands that they send',
    alarm: 'ValkeyAvailability',
    parts: summed({ sent: METRICS.valkeyOperations, failed: METRICS.valkeyFailures }),
    ...share(`(${sumOf('sent')} - ${sumOf('failed')})`, sumOf('sent')),
  },
  roundTrip: {
    title: 'round trip to Valkey, average',
    ...atMost(5, 'ms'),
    measuredAt: 'handlers, one wave of commands',
    alarm: 'ValkeyLatency',
    ...mean(METRICS.valkeyRoundTrip),
    fewestInAll: FIRST_SEARCHES,
  },
  memory: {
    title: 'memory of the fullest node',
    ...atMost(80, '%'),
    measuredAt: 'ElastiCache, each node',
    alarm: 'Memory',
    parts: ({ nodes }) =>
      Object.fromEntries(
        nodes.map((node, i) => [`node${i}`, ofNode(node, 'DatabaseMemoryUsagePercentage', 'Maximum')]),
      ),
    formula: (nodes) => `MAX([${nodes.join(', ')}])`,
  },
} satisfies Readonly<Record<string, PromiseRow>>;
