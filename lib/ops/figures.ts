import { METRIC_NAMESPACE, SERVICE, STAGE_DIMENSION, type MetricName } from '../../lambda/contract/metrics';

export type Statistic = 'Sum' | 'SampleCount' | 'Maximum' | 'Minimum' | 'Average' | `p${number}`;

/** One statistic of one CloudWatch metric. */
export interface Figure {
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, string>>;
  statistic: Statistic;
}

/** What is looked at: so many seconds up to now, in periods of so many seconds. */
export interface Window {
  name: string;
  seconds: number;
  period: number;
}

export type Series = readonly (number | undefined)[];

/** CloudWatch keeps one-minute values for 15 days, so each of these is exact. */
export const WINDOWS: readonly Window[] = [
  { name: 'hour', seconds: 3_600, period: 300 },
  { name: 'day', seconds: 86_400, period: 3_600 },
  { name: 'week', seconds: 604_800, period: 21_600 },
];

/** A metric of our own. */
export function own(stage: string, metric: MetricName, statistic: Statistic): Figure {
  return {
    namespace: METRIC_NAMESPACE,
    metric,
    dimensions: { service: SERVICE, [STAGE_DIMENSION]: stage },
    statistic,
  };
}

/** A metric that ElastiCache has for each node. */
export function ofNode(nodeId: string, metric: string, statistic: Statistic): Figure {
  return {
    namespace: 'AWS/ElastiCache',
    metric,
    dimensions: { CacheClusterId: nodeId, CacheNodeId: '0001' },
    statistic,
  };
}

/** A metric that API Gateway has for the stage's API. */
export function ofApi(apiName: string, metric: string, statistic: Statistic): Figure {
  return { namespace: 'AWS/ApiGateway', metric, dimensions: { ApiName: apiName }, statistic };
}

/** @returns the figure of a whole window, undefined without data. */
export function total(figure: Figure, series: Series): number | undefined {
  const values = series.filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  return figure.statistic === 'Maximum' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

const BARS = '▁▂▃▄▅▆▇█';

/** @returns a bar for each value, from the least to the greatest; a blank where there are no data. */
export function sparkline(series: Series): string {
  const known = series.filter((value) => value !== undefined);
  const [least, greatest] = [Math.min(...known), Math.max(...known)];
  const scale = greatest > least ? (BARS.length - 1) / (greatest - least) : 0;
  return series
    .map((value) => (value === undefined ? ' ' : (BARS[Math.round((value - least) * scale)] ?? ' ')))
    .join('');
}
