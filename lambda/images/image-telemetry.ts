import type { APIGatewayProxyResult } from 'aws-lambda';
import { METRICS, type MetricName } from '../contract/metrics';
import { Emitter } from '../telemetry/emitter';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';

const ANSWERS: Readonly<Record<string, MetricName>> = {
  hit: METRICS.imagesFromCache,
  origin: METRICS.imagesFromOrigin,
  placeholder: METRICS.imagePlaceholders,
};

/**
 * What the images function tells of its requests. Of Valkey how often it was asked and did not answer, but no round
 * trips: half a megabyte takes longer than what the promise of the network's latency speaks of.
 */
export class ImageTelemetry {
  private readonly emitter: Emitter;

  constructor(
    private readonly valkey: ValkeyClient,
    env: NodeJS.ProcessEnv,
  ) {
    this.emitter = new Emitter(env);
  }

  /** At the end of every request: the router's observer. */
  readonly requested = async (
    context: RequestContext,
    { statusCode, headers }: APIGatewayProxyResult,
  ): Promise<void> => {
    const { emitter } = this;
    const answered = ANSWERS[String(headers?.['x-cache'])];
    if (answered !== undefined) emitter.count(answered);
    else if (statusCode < 500) emitter.count(METRICS.invalidRequests);
    emitter.count(METRICS.valkeyOperations, context.valkeyCommands);
    emitter.count(METRICS.valkeyFailures, context.valkeyFailures);
    if (this.valkey.degraded) emitter.count(METRICS.breakerOpen);
    emitter.flush();
    await this.valkey.finish();
  };
}
