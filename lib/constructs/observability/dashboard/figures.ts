import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type HorizontalAnnotation, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../../../lambda/contract/metrics';
import { kindOf, type AlarmedStage, type AlarmRow } from '../alarm-table/alarm';
import { own, type MetricTerm, type Statistic } from '../../../../lambda/contract/metric-term';
import { apart, metricOf } from '../row-metric';
import { promiseOf, promisesOf, searchParts, type PromiseId } from '../promises/promises';

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

/** The promises of a stage as numbers over the time that is looked at, those that people feel first. */
export function promiseNumbers(stage: AlarmedStage): IMetric[] {
  return promisesOf(stage).map(
    ({ title, bound, target, unit, formula, parts }, i) =>
      new MathExpression({
        label: `${title}: ${bound} ${target} ${unit}`,
        ...apart(`p${i}`, formula, linesOf(parts)),
        period: PERIOD,
      }),
  );
}

/** Promises as lines of a graph. */
export function promiseLines(stage: AlarmedStage, ...ids: readonly PromiseId[]): IMetric[] {
  return ids.map((id, i) => {
    const { title, unit, formula, parts } = promiseOf(stage, id);
    return new MathExpression({
      label: `${title}, ${unit}`,
      ...apart(`p${i}`, formula, linesOf(parts)),
      period: PERIOD,
    });
  });
}

/** Each promise as 1 where it is kept and 0 where it is missed; without data it is neither. */
export function promisesKept(stage: AlarmedStage): IMetric[] {
  return promisesOf(stage).map(
    ({ title, bound, target, formula, parts }, i) =>
      new MathExpression({
        label: title,
        ...apart(`p${i}`, `IF(${formula} ${bound === 'at least' ? '>=' : '<='} ${target}, 1, 0)`, linesOf(parts)),
        period: Duration.minutes(15),
      }),
  );
}

/** What alarms compare, with their thresholds: shares, of which a graph of counts would show no threshold. */
export function alarmLines(alarms: readonly AlarmRow[], ...kinds: string[]): IMetric[] {
  return alarms.filter(({ id }) => kinds.includes(kindOf(id))).map((row, i) => metricOf(row, `a${i}`));
}

function linesOf(parts: Readonly<Record<string, MetricTerm>>): Record<string, IMetric> {
  return Object.fromEntries(Object.entries(parts).map(([part, term]) => [part, line(term, term.metric)]));
}
