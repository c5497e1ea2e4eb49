import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { ENV, optionalEnv } from '../contract/environment';
import { METRIC_NAMESPACE, STAGE_DIMENSION, type MetricName } from '../contract/metrics';

export { MetricUnit };

/**
 * Values are sent at the latest with the first request this long after the last sending, ms: a line of EMF for each request
 * would cost a hit a quarter of its time. What a frozen environment still holds comes with its next request.
 */
const FLUSH_EVERY_MS = 1_000;

/** The function's log: one JSON line an event, and none for a request that went well. */
export const logger = new Logger({ serviceName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'carfin-cache' });

/** Emits metrics as EMF on standard output, which needs no endpoint in the VPC. */
export class Emitter {
  private readonly metrics: Metrics;
  private flushAt = 0;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.metrics = new Metrics({
      namespace: METRIC_NAMESPACE,
      defaultDimensions: { [STAGE_DIMENSION]: optionalEnv(ENV.stage, env) ?? 'local' },
    });
  }

  count(name: MetricName, value = 1): void {
    if (value > 0) this.metrics.addMetric(name, MetricUnit.Count, value);
  }

  record(name: MetricName, unit: (typeof MetricUnit)[keyof typeof MetricUnit], value: number): void {
    this.metrics.addMetric(name, unit, value);
  }

  /** Sends what has gathered if it is time. Call it at the end of a request. */
  flush(now = Date.now()): void {
    if (now >= this.flushAt) this.flushNow(now);
  }

  flushNow(now = Date.now()): void {
    this.flushAt = now + FLUSH_EVERY_MS;
    if (this.metrics.hasStoredMetrics()) this.metrics.publishStoredMetrics();
  }
}
