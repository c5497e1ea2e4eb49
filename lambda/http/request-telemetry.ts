import type { APIGatewayProxyResult } from 'aws-lambda';
import { IN_TIME_MS, METRICS } from '../contract/metrics';
import type { ValkeyClient } from '../valkey/client';
import { Emitter, MetricUnit } from '../telemetry/emitter';
import type { RequestContext } from '../telemetry/request';

/** What every function that answers requests tells of them. */
export class RequestTelemetry {
  readonly emitter: Emitter;

  constructor(
    private readonly valkey: ValkeyClient,
    env: NodeJS.ProcessEnv,
    /** Whether people wait for its answers; a wait for events takes its time on purpose. */
    private readonly answersAtOnce = false,
  ) {
    this.emitter = new Emitter(env);
  }

  /** At the end of every request, whatever it was: the router's observer. */
  readonly requested = async (context: RequestContext, { statusCode }: APIGatewayProxyResult): Promise<void> => {
    const { emitter } = this;
    if (statusCode >= 400 && statusCode < 500) emitter.count(METRICS.invalidRequests);
    else if (statusCode < 400 && this.answersAtOnce && context.elapsed > IN_TIME_MS) emitter.count(METRICS.answersLate);
    emitter.count(METRICS.databaseQueries, context.databaseQueries);
    emitter.count(METRICS.databaseFailures, context.databaseFailures);
    emitter.count(METRICS.databaseConnectionsLost, context.databaseConnectionsLost);
    emitter.count(METRICS.valkeyOperations, context.valkeyCommands);
    emitter.count(METRICS.valkeyFailures, context.valkeyFailures);
    emitter.count(METRICS.valkeyConnectionsLost, context.valkeyConnectionsLost);
    emitter.count(METRICS.valuesDamaged, context.valuesDamaged);
    if (context.valkeyRoundTrips > 0) {
      const average = context.valkey.spent / context.valkeyRoundTrips;
      emitter.record(METRICS.valkeyRoundTrip, MetricUnit.Milliseconds, average);
    }
    if (this.valkey.degraded) emitter.count(METRICS.breakerOpen);
    emitter.flush();
    await this.valkey.finish();
  };
}
