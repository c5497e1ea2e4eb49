import { readJson } from '../../contract/outside-json';
import type { Catalogue, CurrentCatalogue } from '../../catalogue/current-catalogue';
import { questionId } from '../../contract/keys';
import type { Listing } from '../../rules/listing';
import type { Question } from '../../rules/question';
import { PendingPage } from '../../search/index-tier';
import type { ListingMemory } from '../../search/listing-memory';
import type { Answer } from '../../search/search-service';
import type { SearchTelemetry } from '../../search/search-telemetry';
import type { RequestContext } from '../../telemetry/request';
import type { ValkeyClient } from '../../valkey/client';
import { readPreferences, type Preferences } from '../preferences/preference-store';
import { plainReason } from './needs';
import { rank, type Ranked } from './ranking';
import type { RecommendationStore } from './recommendation-store';

/** The best listings of the plain order, which preferences reorder. */
export const CANDIDATES = 300;

interface RecommenderDependencies {
  valkey: ValkeyClient;
  catalogue: CurrentCatalogue;
  memory: ListingMemory | undefined;
  kept: RecommendationStore;
  search: (question: Question, context: RequestContext) => Promise<Answer>;
  telemetry: SearchTelemetry;
}

/** Recommends listings to a person: the index's best, reordered by what was learned about them. */
export class Recommender {
  constructor(private readonly dependencies: RecommenderDependencies) {}

  /**
   * What can't be personalised now (no preference is known, no index, Valkey away) is the plain search order, and says
   * so.
   * @returns the answer as JSON. @throws Problem 503 if no tier can answer
   */
  async recommend(userId: string, question: Question, request: RequestContext): Promise<string> {
    const { valkey, catalogue, memory, kept } = this.dependencies;
    // An operator's wish that searches know how to follow.
    if (catalogue.bypass !== undefined) return this.plain(question, request, null);
    const before = catalogue.current;
    const outcomes = await valkey.wave(request, {
      preferences: readPreferences(userId),
      kept: kept.command(userId, keptUnder(question, before), request),
      look: catalogue.look(),
    });
    if (outcomes.look !== undefined) await catalogue.follow(request, outcomes.look);
    // The getter is read anew: the wave has just changed it.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
    if (!outcomes.preferences.ok || catalogue.bypass !== undefined) return this.plain(question, request, null);
    const { current } = catalogue;
    const { version, weights } = outcomes.preferences.value;
    // What was kept of a catalogue that another one has replaced is no answer any more.
    const stored = outcomes.kept.ok && current === before ? outcomes.kept.value : undefined;
    if (stored?.version === version) return this.counted(question, stored.body, current);
    if (weights.length === 0 || current === undefined) return this.plain(question, request, version);
    const candidates = new PendingPage(current.index, { ...question, limit: CANDIDATES, offset: 0 }, memory);
    candidates.take(await valkey.wave(request, candidates.commands()), request);
    if (!candidates.complete) return this.plain(question, request, version);
    const body = personal(question, outcomes.preferences.value, candidates.total, candidates.listings());
    await kept.keep(userId, keptUnder(question, current), { version, body }, request);
    return this.counted(question, body, current);
  }

  /** A plain answer is a search, and counted there. */
  private counted(question: Question, body: string, catalogue: Catalogue | undefined): string {
    const listings = () =>
      (readJson(body, 'Recommendations') as { recommendations: Ranked[] }).recommendations.map(
        ({ vehicle }) => vehicle,
      );
    const { telemetry } = this.dependencies;
    telemetry.answeredFrom(catalogue);
    telemetry.emitter.demand.answered(question, catalogue?.index.version, listings);
    return body;
  }

  private async plain(question: Question, request: RequestContext, version: number | null): Promise<string> {
    const { body } = await this.dependencies.search(question, request);
    const { total, vehicles } = readJson(body, 'Recommendations') as { total: number; vehicles: Listing[] };
    const recommendations = vehicles.map((vehicle) => ({ vehicle, score: 0, reason: plainReason(vehicle, question) }));
    return answer(total, question.limit, false, version, recommendations);
  }
}

function keptUnder(question: Question, catalogue: Catalogue | undefined): string {
  return `${questionId(question)}_${catalogue?.index.version ?? ''}`;
}

function personal(
  question: Question,
  { version, weights }: Preferences,
  total: number,
  listings: readonly Listing[],
): string {
  const { limit } = question;
  const ranked = rank(listings, weights, Date.now(), question);
  return answer(total, limit, true, version, ranked);
}

function answer(
  total: number,
  limit: number,
  personalised: boolean,
  preferencesVersion: number | null,
  recommendations: readonly Ranked[],
): string {
  return JSON.stringify({ total, limit, personalised, preferencesVersion, recommendations });
}
