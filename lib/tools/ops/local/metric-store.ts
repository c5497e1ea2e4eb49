import type { MetricTerm, Statistic } from '../../../../lambda/contract/metric-term';
import type { Series, Window } from '../stage/series';

/** CloudWatch's own resolution for metrics like ours. */
const BUCKET_MS = 60_000;
/** A week of minutes: the longest that the command line looks back. */
const MOST_BUCKETS = 10_080;

/** The values of one minute: each with how often it came. */
type Bucket = Map<number, number>;

/** Keeps metrics as CloudWatch would, in memory. */
export class MetricStore {
  private readonly metrics = new Map<string, Map<number, Bucket>>();

  /** @param clock ms; a drill has one that runs faster. */
  constructor(readonly clock: () => number = Date.now) {}

  record(figure: Omit<MetricTerm, 'statistic'>, ...values: number[]): void {
    this.recordAt(this.clock(), figure, ...values);
  }

  /** @param at ms by this store's clock. What was recorded first is forgotten first. */
  recordAt(at: number, figure: Omit<MetricTerm, 'statistic'>, ...values: number[]): void {
    const key = keyOf(figure);
    let buckets = this.metrics.get(key);
    if (buckets === undefined) this.metrics.set(key, (buckets = new Map<number, Bucket>()));
    const minute = Math.floor(at / BUCKET_MS);
    let bucket = buckets.get(minute);
    if (bucket === undefined) buckets.set(minute, (bucket = new Map<number, number>()));
    for (const value of values) bucket.set(value, (bucket.get(value) ?? 0) + 1);
    if (buckets.size > MOST_BUCKETS) buckets.delete(buckets.keys().next().value ?? 0);
  }

  /**
   * Takes a line of a function's standard output, if it is one of metrics.
   * @returns whether it was (CloudWatch Logs, EMF specification).
   */
  takeLine(line: string): boolean {
    if (!line.includes('"_aws"')) return false;
    const entry = JSON.parse(line) as Record<string, unknown> & { _aws: { CloudWatchMetrics: EmfDirective[] } };
    for (const { Namespace, Dimensions, Metrics } of entry._aws.CloudWatchMetrics) {
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(entry[name])]));
        for (const { Name } of Metrics)
          this.record({ namespace: Namespace, metric: Name, dimensions }, ...[entry[Name] as number | number[]].flat());
      }
    }
    return true;
  }

  /** @param end ms; the window ends there, at a whole minute. */
  series(figure: MetricTerm, { seconds, period }: Window, end = this.clock()): Series {
    const buckets = this.metrics.get(keyOf(figure));
    const minutes = Math.max(1, Math.round(period / 60));
    const count = Math.ceil(seconds / period);
    const last = Math.floor(end / BUCKET_MS) + 1;
    return Array.from({ length: count }, (_, i) => {
      const from = last - (count - i) * minutes;
      const all: Bucket = new Map();
      for (let minute = from; minute < from + minutes; minute++) {
        for (const [value, times] of buckets?.get(minute) ?? []) all.set(value, (all.get(value) ?? 0) + times);
      }
      return all.size === 0 ? undefined : statisticOf(figure.statistic, all);
    });
  }
}

interface EmfDirective {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
}

function keyOf({ namespace, metric, dimensions }: Omit<MetricTerm, 'statistic'>): string {
  return JSON.stringify([namespace, metric, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function statisticOf(statistic: Statistic, bucket: Bucket): number {
  const values = [...bucket].sort(([a], [b]) => a - b);
  const count = values.reduce((sum, [, times]) => sum + times, 0);
  const sum = values.reduce((all, [value, times]) => all + value * times, 0);
  if (statistic === 'Sum') return sum;
  if (statistic === 'SampleCount') return count;
  if (statistic === 'Average') return sum / count;
  if (statistic === 'Minimum') return values[0]?.[0] ?? 0;
  const rank = statistic === 'Maximum' ? count : Math.max(1, Math.ceil((count * Number(statistic.slice(1))) / 100));
  let seen = 0;
  return values.find(([, times]) => (seen += times) >= rank)?.[0] ?? 0;
}
