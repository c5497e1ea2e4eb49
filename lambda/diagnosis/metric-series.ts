import { GetMetricDataCommand, type CloudWatchClient, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { MetricTerm } from '../contract/metric-term';

type Series = readonly (number | undefined)[];

/** CloudWatch takes so many queries at once (GetMetricData). */
const MOST_QUERIES = 500;

/** @returns where a window that ends now ends, ms: aligned to its period (s), as CloudWatch wants it. */
export function endOf(now: number, period: number): number {
  return Math.ceil(now / (period * 1_000)) * period * 1_000;
}

/** Reads the figures over a window that ends now, aligned to its period as CloudWatch wants it. */
export async function readSeries(
  cloudWatch: CloudWatchClient,
  figures: readonly MetricTerm[],
  { seconds, period }: { seconds: number; period: number },
  now = Date.now(),
): Promise<Series[]> {
  const periodMs = period * 1_000;
  const end = endOf(now, period);
  const start = end - seconds * 1_000;
  const series = figures.map(() => new Array<number | undefined>(Math.ceil(seconds / period)).fill(undefined));
  for (let first = 0; first < figures.length; first += MOST_QUERIES) {
    const queries = figures
      .slice(first, first + MOST_QUERIES)
      .map((figure, i) => query(`m${first + i}`, figure, period));
    let token: string | undefined;
    do {
      const page = await cloudWatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: queries,
          StartTime: new Date(start),
          EndTime: new Date(end),
          ScanBy: 'TimestampAscending',
          NextToken: token,
        }),
      );
      for (const result of page.MetricDataResults ?? []) place(series, result, start, periodMs);
      token = page.NextToken;
    } while (token);
  }
  return series;
}

function query(id: string, { namespace, metric, dimensions, statistic }: MetricTerm, period: number) {
  return {
    Id: id,
    ReturnData: true,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: period,
      Stat: statistic,
    },
  };
}

function place(series: (number | undefined)[][], result: MetricDataResult, start: number, periodMs: number): void {
  const values = series[Number(result.Id?.slice(1))];
  result.Timestamps?.forEach((at, i) => {
    const slot = Math.floor((at.getTime() - start) / periodMs);
    if (values !== undefined && slot >= 0 && slot < values.length) values[slot] = result.Values?.[i];
  });
}
