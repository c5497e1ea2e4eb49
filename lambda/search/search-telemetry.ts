import type { CurrentCatalogue } from '../catalogue/current-catalogue';
import type { Listing } from '../rules/listing';
import { METRICS, STALE_SECONDS, type MetricName } from '../contract/metrics';
import type { Question } from '../rules/question';
import { MetricUnit } from '../telemetry/emitter';
import type { RequestContext } from '../telemetry/request';
import { RequestTelemetry } from '../http/request-telemetry';
import type { ValkeyClient } from '../valkey/client';
import type { Answer, Tier } from './search-service';

const ANSWERS: Readonly<Record<Tier, MetricName>> = {
  hit: METRICS.answersFromCache,
  index: METRICS.answersFromIndex,
  database: METRICS.answersFromDatabase,
};

/** Turns what requests did into the metrics that the promises are measured by. */
export class SearchTelemetry extends RequestTelemetry {
  constructor(
    valkey: ValkeyClient,
    private readonly catalogue: CurrentCatalogue,
    env: NodeJS.ProcessEnv,
  ) {
    super(valkey, env);
  }

  answered(question: Question, { body, tier }: Answer, context: RequestContext): void {
    this.emitter.count(ANSWERS[tier]);
    if (tier === 'hit') this.emitter.record(METRICS.repeatedSearchTime, MetricUnit.Milliseconds, context.elapsed);
    const { manifest } = this.catalogue;
    if (tier !== 'database' && manifest !== undefined && this.catalogueAge > STALE_SECONDS)
      this.emitter.count(METRICS.answersStale);
    const listings = () => (JSON.parse(body) as { vehicles: Listing[] }).vehicles;
    this.emitter.demand.answered(question, manifest?.version, listings);
    this.searched(context);
  }

  unavailable(context: RequestContext): void {
    this.emitter.count(METRICS.answersUnavailable);
    this.searched(context);
  }

  private searched(context: RequestContext): void {
    const { manifest } = this.catalogue;
    this.emitter.record(METRICS.searchTime, MetricUnit.Milliseconds, context.elapsed);
    if (manifest === undefined) this.emitter.count(METRICS.indexMissing);
    else this.emitter.gauge(METRICS.indexAge, MetricUnit.Seconds, this.catalogueAge);
  }

  /** Since a warm-up last confirmed it, s. */
  private get catalogueAge(): number {
    return (Date.now() - this.catalogue.confirmedAt) / 1_000;
  }
}
