import type { MetricTerm } from '../../../../lambda/contract/metric-term';

/** What is looked at: so many seconds up to now, in periods of so many seconds. */
export interface Window {
  name: string;
  seconds: number;
  period: number;
}

export type Series = readonly (number | undefined)[];

/** CloudWatch keeps one-minute values for 15 days, so each of these is exact. */
export const WINDOWS = [
  { name: 'hour', seconds: 3_600, period: 300 },
  { name: 'day', seconds: 86_400, period: 3_600 },
  { name: 'week', seconds: 604_800, period: 21_600 },
] as const satisfies readonly Window[];

/** @returns what a metric comes to over a whole window, by its statistic; undefined without data. */
export function total(term: MetricTerm, series: Series): number | undefined {
  const values = series.filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  switch (term.statistic) {
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    case 'Sum':
    case 'SampleCount':
      return values.reduce((sum, value) => sum + value, 0);
    default:
      throw new Error(`${term.metric}: the ${term.statistic} of periods does not give that of the whole window.`);
  }
}

const BARS = '▁▂▃▄▅▆▇█';

/** @returns a bar for each value, from the least to the greatest; a blank where there are no data. */
export function sparkline(series: Series): string {
  const known = series.filter((value) => value !== undefined);
  const [least, greatest] = [Math.min(...known), Math.max(...known)];
  const scale = greatest > least ? (BARS.length - 1) / (greatest - least) : 0;
  return series.map((value = NaN) => BARS[Math.round((value - least) * scale)] ?? ' ').join('');
}
