import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricTerm } from '../../../lambda/contract/metric-term';
import type { AlarmRow } from './alarm-table/alarm';

/**
 * What an alarm of the table compares, as CloudWatch computes it: for the alarm itself, and for the graph that shows
 * it.
 */
export function metricOf({ of, period }: Pick<AlarmRow, 'of' | 'period'>, prefix = ''): IMetric {
  const every = Duration.seconds(period);
  const metric = ({ namespace, metric: metricName, dimensions, statistic }: MetricTerm) =>
    new Metric({ namespace, metricName, dimensionsMap: { ...dimensions }, statistic, period: every });
  if (!('expression' in of)) return metric(of);
  const usingMetrics = Object.fromEntries(Object.entries(of.metrics).map(([id, term]) => [id, metric(term)]));
  return new MathExpression({ label: of.label, ...apart(prefix, of.expression, usingMetrics), period: every });
}

/** Expressions of one widget share their ids: each gets its own. @param prefix none where the expression is alone */
export function apart(
  prefix: string,
  expression: string,
  metrics: Readonly<Record<string, IMetric>>,
): { expression: string; usingMetrics: Record<string, IMetric> } {
  return {
    expression: expression.replace(/\b[a-z]\w*/g, (id) => (id in metrics ? prefix + id : id)),
    usingMetrics: Object.fromEntries(Object.entries(metrics).map(([id, each]) => [prefix + id, each])),
  };
}
