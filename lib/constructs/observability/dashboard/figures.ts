import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type HorizontalAnnotation, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../../../lambda/contract/metrics';
import { kindOf, type AlarmedStage, type AlarmRow } from '../alarm-table/alarm';
import { own, type MetricTerm, type Statistic } from '../../../../lambda/contract/metric-term';
import { promisesOf, searchParts } from '../promises/promises';

const PERIOD = Duration.minutes(5);

/** A metric as a line of a graph. */
export function line(term: MetricTerm, label: string, period = PERIOD): Metric {
  const { namespace, metric: metricName, dimensions, statistic } = term;
  return new Metric({ namespace, metricName, dimensionsMap: { ...dimensions }, statistic, label, period });
}

/** A metric of our own as a line. */
export const ownLine = (
  stage: AlarmedStage,
  metric: MetricName,
  statistic: Statistic,
  label: string = metric,
): Metric => line(own(stage.name, metric, statistic), label);

/** What the database would be asked without a cache: once for each search. */
export function queriesWithoutCache(stage: AlarmedStage): IMetric {
  const { parts, sum } = searchParts(stage.name);
  return new MathExpression({
    label: 'without a cache',
    expression: sum,
    usingMetrics: linesOf(parts),
    period: PERIOD,
  });
}

/** The thresholds of the kinds of alarms that a graph is about, named by them. */
export function thresholds(alarms: readonly AlarmRow[], ...kinds: string[]): HorizontalAnnotation[] {
  return kinds.flatMap((kind) => {
    const row = alarms.find(({ id }) => kindOf(id) === kind);
    return row === undefined ? [] : [{ value: row.threshold, label: kind, color: '#d62728' }];
  });
}

/** What is promised, as one number over the time that is looked at, with its target. */
export interface PromiseNumber {
  title: string;
  metric: IMetric;
}

/** The promises of a stage, those that people feel first. */
export function promiseNumbers(stage: AlarmedStage): PromiseNumber[] {
  return promisesOf(stage).map(({ title, bound, target, unit, formula, parts }) => ({
    title: `${title}: ${bound} ${target} ${unit}`,
    metric: new MathExpression({ label: unit, expression: formula, usingMetrics: linesOf(parts), period: PERIOD }),
  }));
}

function linesOf(parts: Readonly<Record<string, MetricTerm>>): Record<string, IMetric> {
  return Object.fromEntries(Object.entries(parts).map(([part, term]) => [part, line(term, term.metric)]));
}
