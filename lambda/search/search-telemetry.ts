import { readJson } from '../contract/outside-json';
import type { Catalogue, CurrentCatalogue } from '../catalogue/current-catalogue';
import { METRICS, STALE_SECONDS, type MetricName } from '../contract/metrics';
import type { Listing } from '../rules/listing';
import type { Question } from '../rules/question';
import { MetricUnit } from '../telemetry/emitter';
import type { RequestContext } from '../telemetry/request';
import { RequestTelemetry } from '../http/request-telemetry';
import type { ValkeyClient } from '../valkey/client';
import { Freshness } from './freshness';
import type { Answer, Tier } from './search-service';

const ANSWERS: Readonly<Record<Tier, MetricName>> = {
  memory: METRICS.answersFromMemory,
  hit: METRICS.answersFromCache,
  index: METRICS.answersFromIndex,
  database: METRICS.answersFromDatabase,
};

/** Turns what requests did into the metrics that the promises are measured by. */
export class SearchTelemetry extends RequestTelemetry {
  private readonly freshness = new Freshness();

  constructor(
    valkey: ValkeyClient,
    private readonly catalogue: CurrentCatalogue,
    env: NodeJS.ProcessEnv,
    private readonly now: () => number = Date.now,
  ) {
    super(valkey, env, true);
  }

  answered(question: Question, answer: Answer, context: RequestContext): void {
    const { body, tier, catalogue } = answer;
    this.emitter.count(ANSWERS[tier]);
    if (tier === 'hit' || tier === 'memory')
      this.emitter.record(METRICS.repeatedSearchTime, MetricUnit.Milliseconds, context.elapsed);
    this.answeredFrom(catalogue);
    const listings = () => (readJson(body, 'The answer of a search') as { vehicles: Listing[] }).vehicles;
    if (!context.probe) this.emitter.demand.answered(question, catalogue?.index.version, listings);
    this.searched(context, catalogue);
  }

  unavailable(context: RequestContext): void {
    this.emitter.count(METRICS.answersUnavailable);
    this.searched(context);
  }

  /** Any answer made of a catalogue: whether that is too old, and how long answers did not know what it knows. */
  answeredFrom(catalogue: Catalogue | undefined): void {
    if (catalogue === undefined) return;
    if (this.catalogue.ageOf(catalogue) > STALE_SECONDS) this.emitter.count(METRICS.answersStale);
    const seconds = this.freshness.answered(catalogue, this.now());
    if (seconds !== undefined) this.emitter.record(METRICS.freshness, MetricUnit.Seconds, seconds);
  }

  private searched(context: RequestContext, catalogue = this.catalogue.current): void {
    this.emitter.record(METRICS.searchTime, MetricUnit.Milliseconds, context.elapsed);
    if (catalogue === undefined) this.emitter.count(METRICS.indexMissing);
    else this.emitter.gauge(METRICS.indexAge, MetricUnit.Seconds, this.catalogue.ageOf(catalogue));
  }
}
