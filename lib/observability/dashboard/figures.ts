import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type HorizontalAnnotation, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS, type MetricName } from '../../../lambda/contract/metrics';
import { kindOf, own, type AlarmedStage, type AlarmRow, type MetricTerm } from '../alarm-table/alarm';
import { TARGETS } from '../alarm-table/targets';

const PERIOD = Duration.minutes(5);

/** A metric as a line of a graph. */
export function line(term: MetricTerm, label: string, period = PERIOD): Metric {
  const { namespace, metric: metricName, dimensions, statistic } = term;
  return new Metric({ namespace, metricName, dimensionsMap: { ...dimensions }, statistic, label, period });
}

/** A metric of our own as a line. */
export const ownLine = (stage: AlarmedStage, metric: MetricName, statistic: string, label: string = metric): Metric =>
  line(own(stage, metric, statistic), label);

/** What the database would be asked without a cache: once for each search. */
export function queriesWithoutCache(stage: AlarmedStage): IMetric {
  const tiers = {
    cache: ownLine(stage, METRICS.answersFromCache, 'Sum'),
    index: ownLine(stage, METRICS.answersFromIndex, 'Sum'),
    database: ownLine(stage, METRICS.answersFromDatabase, 'Sum'),
    none: ownLine(stage, METRICS.answersUnavailable, 'Sum'),
  };
  const expression = Object.keys(tiers)
    .map((tier) => `FILL(${tier}, 0)`)
    .join(' + ');
  return new MathExpression({ label: 'without a cache', expression, usingMetrics: tiers, period: PERIOD });
}

/** The thresholds of the kinds of alarms that a graph is about, named by them. */
export function thresholds(alarms: readonly AlarmRow[], ...kinds: string[]): HorizontalAnnotation[] {
  return kinds.flatMap((kind) => {
    const row = alarms.find(({ id }) => kindOf(id) === kind);
    return row === undefined ? [] : [{ value: row.threshold, label: kind, color: '#d62728' }];
  });
}

/** What is promised, as one number over the time that is looked at, with its target. */
export interface PromiseFigure {
  title: string;
  metric: IMetric;
}

/** The promises of a stage, those that people feel first. */
export function promiseFigures(stage: AlarmedStage): PromiseFigure[] {
  const metric = (name: MetricName, statistic: string) => line(own(stage, name, statistic), name);
  const share = (label: string, expression: string, usingMetrics: Record<string, IMetric>) =>
    new MathExpression({ label, expression, usingMetrics, period: PERIOD });
  const tiers = {
    cache: metric(METRICS.answersFromCache, 'Sum'),
    index: metric(METRICS.answersFromIndex, 'Sum'),
    database: metric(METRICS.answersFromDatabase, 'Sum'),
  };
  const all = '(FILL(cache, 0) + FILL(index, 0) + FILL(database, 0))';
  return [
    {
      title: `Hit rate, at least ${TARGETS.hitRate} %`,
      metric: share('%', `100 * (FILL(cache, 0) + FILL(index, 0)) / ${all}`, tiers),
    },
    { title: `A search, at most ${TARGETS.searchMs} ms`, metric: ownLine(stage, METRICS.searchTime, 'Average', 'ms') },
    {
      title: `Round trip to Valkey, at most ${TARGETS.roundTripMs} ms`,
      metric: ownLine(stage, METRICS.valkeyRoundTrip, 'Average', 'ms'),
    },
    {
      title: `Valkey available, at least ${TARGETS.valkeyAvailable} %`,
      metric: share('%', '100 * (sent - FILL(failed, 0)) / sent', {
        sent: metric(METRICS.valkeyOperations, 'Sum'),
        failed: metric(METRICS.valkeyFailures, 'Sum'),
      }),
    },
    {
      title: `Queries saved, at least ${TARGETS.queriesSaved} %`,
      metric: share('%', `100 * (${all} - FILL(queries, 0)) / ${all}`, {
        ...tiers,
        queries: metric(METRICS.databaseQueries, 'Sum'),
      }),
    },
    {
      title: `Sessions found, at least ${TARGETS.continuity} %`,
      metric: share('%', '100 * found / (found + FILL(missing, 0))', {
        found: metric(METRICS.sessionsFound, 'Sum'),
        missing: metric(METRICS.sessionsMissing, 'Sum'),
      }),
    },
    {
      title: `Questions answered, at least ${TARGETS.completion} %`,
      metric: share('%', '100 * FILL(answered, 0) / asked', {
        asked: metric(METRICS.questionsAsked, 'Sum'),
        answered: metric(METRICS.questionsAnswered, 'Sum'),
      }),
    },
    {
      title: `Satisfaction, at least ${TARGETS.satisfaction} of 5`,
      metric: ownLine(stage, METRICS.satisfactionScore, 'Average', 'of 5'),
    },
  ];
}
