import type { Demand } from '../../telemetry/demand';
import type { CurrentCatalogue } from '../../catalogue/current-catalogue';
import type { Listing } from '../../rules/listing';
import { questionId } from '../../contract/keys';
import { readPreferences, type Preferences } from '../preferences/preference-store';
import type { Question } from '../../rules/question';
import { PendingPage } from '../../search/index-tier';
import type { Answer } from '../../search/search-service';
import type { RequestContext } from '../../telemetry/request';
import type { ValkeyClient } from '../../valkey/client';
import { PLAIN_REASON, rank, type Ranked } from './ranking';
import type { RecommendationStore } from './recommendation-store';

/** The best listings of the plain order, which preferences reorder. */
export const CANDIDATES = 300;

export interface RecommenderDependencies {
  valkey: ValkeyClient;
  catalogue: CurrentCatalogue;
  kept: RecommendationStore;
  search: (question: Question, context: RequestContext) => Promise<Answer>;
  demand: Demand;
}

/** Recommends listings to a person: the index's best, reordered by what was learned about them. */
export class Recommender {
  constructor(private readonly dependencies: RecommenderDependencies) {}

  /**
   * What can't be personalised now (nothing is known, no index, Valkey away) is the plain search order, and says so.
   * @returns the answer as JSON. @throws Problem 503 if no tier can answer
   */
  async recommend(userId: string, question: Question, request: RequestContext): Promise<string> {
    const { valkey, catalogue, kept } = this.dependencies;
    const { index, bypass } = catalogue;
    // An operator's wish that searches know how to follow.
    if (bypass !== undefined) return this.plain(question, request, null);
    const asked = `${questionId(question)}_${index?.version ?? ''}`;
    const look = catalogue.look();
    const [preferences, stored, seen] = await valkey.wave(request, [
      readPreferences(userId),
      kept.command(userId, asked),
      ...(look === undefined ? [] : [look]),
    ]);
    // A newer catalogue is for the next request: this one has its index.
    if (seen !== undefined) await catalogue.follow(request, seen);
    if (!preferences.ok) return this.plain(question, request, null);
    const { version } = preferences.value;
    if (stored.ok && stored.value?.version === version) return this.counted(question, stored.value.body);
    if (version === 0 || index === undefined) return this.plain(question, request, version);
    const candidates = new PendingPage(index, { ...question, limit: CANDIDATES, offset: 0 });
    candidates.take(await valkey.wave(request, candidates.commands()));
    if (!candidates.complete) return this.plain(question, request, version);
    const body = personal(question, preferences.value, candidates.total, candidates.listings());
    await kept.keep(userId, asked, { version, body }, request);
    return this.counted(question, body);
  }

  /** A plain answer is a search, and counted there. */
  private counted(question: Question, body: string): string {
    const listings = () =>
      (JSON.parse(body) as { recommendations: Ranked[] }).recommendations.map(({ vehicle }) => vehicle);
    const { demand, catalogue } = this.dependencies;
    demand.answered(question, catalogue.index?.version, listings);
    return body;
  }

  private async plain(question: Question, request: RequestContext, version: number | null): Promise<string> {
    const { body } = await this.dependencies.search(question, request);
    const { total, vehicles } = JSON.parse(body) as { total: number; vehicles: Listing[] };
    const recommendations = vehicles.map((vehicle) => ({ vehicle, score: 0, reason: PLAIN_REASON }));
    return answer(total, question.limit, false, version, recommendations);
  }
}

function personal(
  { limit }: Question,
  { version, weights }: Preferences,
  total: number,
  listings: readonly Listing[],
): string {
  return answer(total, limit, true, version, rank(listings, weights, Date.now()).slice(0, limit));
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
