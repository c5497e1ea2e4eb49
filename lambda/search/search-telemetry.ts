import type { CurrentCatalogue } from '../catalogue/current-catalogue';
import { METRICS, type MetricName } from '../contract/metrics';
import { Emitter, MetricUnit } from '../telemetry/emitter';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import type { Tier } from './search-service';

const ANSWERS: Readonly<Record<Tier, MetricName>> = {
  hit: METRICS.answersFromCache,
  index: METRICS.answersFromIndex,
  database: METRICS.answersFromDatabase,
};

/** Turns what requests did into the metrics that the promises are measured by. */
export class SearchTelemetry {
  readonly emitter: Emitter;

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly catalogue: CurrentCatalogue,
    env: NodeJS.ProcessEnv,
  ) {
    this.emitter = new Emitter(env);
  }

  answered(tier: Tier, context: RequestContext): void {
    this.emitter.count(ANSWERS[tier]);
    this.searched(context);
  }

  unavailable(context: RequestContext): void {
    this.emitter.count(METRICS.answersUnavailable);
    this.searched(context);
  }

  /** At the end of every request, whatever it was. */
  requested(context: RequestContext, status: number): void {
    const { emitter } = this;
    if (status >= 400 && status < 500) emitter.count(METRICS.invalidRequests);
    emitter.count(METRICS.databaseQueries, context.databaseQueries);
    emitter.count(METRICS.databaseFailures, context.databaseFailures);
    emitter.count(METRICS.valkeyOperations, context.valkeyCommands);
    emitter.count(METRICS.valkeyFailures, context.valkeyFailures);
    if (context.valkeyWaves > 0) {
      emitter.record(METRICS.valkeyRoundTrip, MetricUnit.Milliseconds, context.valkey.spent / context.valkeyWaves);
    }
    if (this.valkey.degraded) emitter.count(METRICS.breakerOpen);
    emitter.flush();
  }

  private searched(context: RequestContext): void {
    const { manifest } = this.catalogue;
    this.emitter.record(METRICS.searchTime, MetricUnit.Milliseconds, context.elapsed);
    if (manifest === undefined) this.emitter.count(METRICS.indexMissing);
    else this.emitter.gauge(METRICS.indexAge, MetricUnit.Seconds, (Date.now() - this.catalogue.confirmedAt) / 1_000);
  }
}
