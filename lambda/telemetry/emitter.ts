import { Logger } from '@aws-lambda-powertools/logger';
import { Demand } from './demand';
import { ENV, optionalEnv } from '../contract/environment';
import { METRIC_NAMESPACE, SERVICE, STAGE_DIMENSION, type MetricName } from '../contract/metrics';
import { PrivateLogFormatter } from './log-formatter';

/** Units of CloudWatch that are used here. */
export const MetricUnit = {
  Count: 'Count',
  Milliseconds: 'Milliseconds',
  NoUnit: 'None',
  Seconds: 'Seconds',
} as const;
type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/**
 * Values of one metric in one line (CloudWatch Logs, EMF specification). There are fewer metrics than the 100 that one
 * may hold.
 */
const MOST_VALUES = 100;

/**
 * A line of EMF for each request would cost a hit a quarter of its time, so lines are sent as often as tokens come: one
 * each second, and so many are kept for a burst after a quiet time. So all of a burst of 20 requests is told with its
 * answers. What a busier environment answered in its last second waits for its next request, and is lost if there is
 * none.
 */
const LINE_EVERY_MS = 1_000;
/** What was held for so long, ms, was held by a freeze: it is told with the time at which it was counted. */
const FROZEN_MS = 5_000;
const BURST_LINES = 20;

/** The function's log: one JSON line an event, and none for a request that went well. */
export const logger = new Logger({
  serviceName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'carfin-cache',
  logFormatter: new PrivateLogFormatter(),
});

/**
 * Emits metrics as EMF on standard output, which needs no endpoint in the VPC; on the same lines, what people asked
 * for.
 */
export class Emitter {
  readonly demand = new Demand();
  private readonly stage: string;
  private readonly silent = process.env.METRICS_DISABLED === 'true';
  private counts = new Map<MetricName, number>();
  private values = new Map<MetricName, { unit: Unit; values: number[] }>();
  /** When all tokens are there, ms since the epoch: each line puts it off. */
  private fullAt = 0;
  private full = false;
  /** When what is held was counted, ms since the epoch. */
  private heldAt: number | undefined;

  /** @param now ms since the epoch. */
  constructor(
    env: NodeJS.ProcessEnv = process.env,
    private readonly now: () => number = Date.now,
  ) {
    this.stage = optionalEnv(ENV.stage, env) ?? 'local';
  }

  /** Adds to a sum. */
  count(name: MetricName, value = 1): void {
    if (value <= 0) return;
    this.tellFrozen();
    this.counts.set(name, (this.counts.get(name) ?? 0) + value);
  }

  /** Adds a value to a distribution. */
  record(name: MetricName, unit: Unit, value: number): void {
    this.tellFrozen();
    let metric = this.values.get(name);
    if (metric === undefined) this.values.set(name, (metric = { unit, values: [] }));
    this.full = metric.values.push(value) >= MOST_VALUES || this.full;
  }

  /** Sets what changes slowly: only its last value is sent. */
  gauge(name: MetricName, unit: Unit, value: number): void {
    this.tellFrozen();
    this.values.set(name, { unit, values: [value] });
  }

  /** Sends what has gathered if there is a token. Call it at the end of a request. */
  flush(): void {
    const now = this.now();
    const wait = this.fullAt - now - (BURST_LINES - 1) * LINE_EVERY_MS;
    // A clock that was set back would have it wait for ever.
    if (this.full || wait <= 0 || wait > LINE_EVERY_MS) this.flushNow();
    else this.heldAt = now;
  }

  flushNow(): void {
    this.send(this.now());
  }

  private tellFrozen(): void {
    if (this.heldAt !== undefined && this.now() - this.heldAt > FROZEN_MS) this.send(this.heldAt);
  }

  private send(now: number): void {
    this.heldAt = undefined;
    const limit = now + BURST_LINES * LINE_EVERY_MS;
    this.fullAt = Math.min(Math.max(this.fullAt, now) + LINE_EVERY_MS, limit);
    for (let from = 0, line; (line = this.lineFrom(from, now)) !== undefined; from += MOST_VALUES)
      // Not by the console: Lambda's writes the time before each line.
      if (!this.silent) process.stdout.write(`${line}\n`);
    this.counts = new Map();
    this.values = new Map();
    this.full = false;
  }

  /** @returns what one line may hold of each metric; the first has the counts, and what people asked for. */
  private lineFrom(from: number, now: number): string | undefined {
    const metrics: [name: MetricName, unit: Unit, value: number | number[]][] = [];
    if (from === 0) for (const [name, value] of this.counts) metrics.push([name, MetricUnit.Count, value]);
    for (const [name, { unit, values }] of this.values) {
      // Two decimals: the line of a busy second is long enough.
      const part = values.slice(from, from + MOST_VALUES).map((value) => Math.round(value * 100) / 100);
      const [first] = part;
      if (first !== undefined) metrics.push([name, unit, part.length === 1 ? first : part]);
    }
    if (metrics.length === 0) return undefined;
    const told = {
      Namespace: METRIC_NAMESPACE,
      Dimensions: [['service', STAGE_DIMENSION]],
      Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
    };
    return JSON.stringify({
      // Members that are no metrics stay in the log (EMF specification, properties).
      ...(from === 0 ? this.demand.take() : {}),
      _aws: { Timestamp: now, CloudWatchMetrics: [told] },
      service: SERVICE,
      [STAGE_DIMENSION]: this.stage,
      ...Object.fromEntries(metrics.map(([name, , value]) => [name, value])),
    });
  }
}
