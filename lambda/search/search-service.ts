import type { CurrentCatalogue, Pointer } from '../catalogue/current-catalogue';
import { LIVE, questionId, searchKey, TTL } from '../contract/keys';
import type { VehicleDatabase } from '../database/vehicle-database';
import type { Question } from '../rules/question';
import type { RequestContext } from '../telemetry/request';
import type { Command, Outcome, ValkeyClient } from '../valkey/client';
import { leasedAnswer, queryAnswer } from './database-tier';
import { PendingPage } from './index-tier';
import type { Popularity } from './popularity';
import { RecentlyStored } from '../valkey/recently-stored';
import { readAnswer, writeAnswer } from './stored-answer';

/** Which tier answered: a stored answer, the index with the listings in Valkey, or the database. */
export type Tier = 'hit' | 'index' | 'database';

export interface Answer {
  /** The JSON as it is sent. */
  body: string;
  tier: Tier;
}

interface FirstWave {
  answer: Buffer | undefined;
  seen: Outcome<Pointer> | undefined;
}

/** Answers questions from the nearest tier that knows: all give the same bytes for the same question and catalogue. */
export class SearchService {
  private readonly recentlyStored = new RecentlyStored();
  private readonly underWay = new Map<string, Promise<Answer>>();

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly database: VehicleDatabase,
    private readonly catalogue: CurrentCatalogue,
    /** Counts what is asked; the warm-up, which repeats what was asked, has none. */
    private readonly popularity?: Popularity,
  ) {}

  /**
   * Concurrent identical questions share one search.
   * @throws DatabaseUnavailableError if no tier can know the answer now.
   */
  async answer(question: Question, request: RequestContext): Promise<Answer> {
    const id = questionId(question);
    this.popularity?.count(id);
    const shared = this.underWay.get(id);
    if (shared !== undefined) return shared;
    const search = this.search(question, request).finally(() => this.underWay.delete(id));
    this.underWay.set(id, search);
    return search;
  }

  private async search(question: Question, request: RequestContext): Promise<Answer> {
    const { index, bypass } = this.catalogue;
    if (bypass !== undefined) return this.bypassed(question, request);
    const key = searchKey(question, index?.version ?? LIVE);
    const page = index === undefined || this.recentlyStored.has(key) ? undefined : new PendingPage(index, question);
    const { answer, seen } = await this.firstWave(key, page, request);
    const changed = seen !== undefined && (await this.catalogue.follow(request, seen));
    // As of now: follow has just read it.
    if (this.catalogue.bypass !== undefined) return this.bypassed(question, request);
    if (answer !== undefined && (index !== undefined || this.catalogue.index === undefined)) {
      this.recentlyStored.add(key, index === undefined ? TTL.searchLive : TTL.search);
      return { body: answer.toString(), tier: 'hit' };
    }
    this.recentlyStored.delete(key);
    const current = this.catalogue.index;
    if (current === undefined) return this.withoutIndex(question, request);
    if (page !== undefined && (page.complete || !changed)) return this.fromIndex(question, page, request);
    const fresh = new PendingPage(current, question);
    fresh.take(await this.valkey.wave(request, fresh.commands()));
    return this.fromIndex(question, fresh, request);
  }

  /** The stored answer, a look at the pointer when due, the counts that wait and, unless the answer should be there, the page's listings. */
  private async firstWave(key: string, page: PendingPage | undefined, request: RequestContext): Promise<FirstWave> {
    const look = this.catalogue.look();
    const counts = look === undefined ? undefined : this.popularity?.take();
    const listings = page?.commands() ?? [];
    const commands: Command<unknown>[] = [
      readAnswer(key),
      ...(look ? [look] : []),
      ...listings,
      ...(counts ? [counts] : []),
    ];
    const outcomes = await this.valkey.wave(request, commands);
    const [answer] = outcomes as Outcome<Buffer | undefined>[];
    const first = look === undefined ? 1 : 2;
    page?.take(outcomes.slice(first, first + listings.length) as Outcome<(Buffer | null)[]>[]);
    return {
      answer: answer?.ok ? answer.value : undefined,
      seen: look === undefined ? undefined : (outcomes[1] as Outcome<Pointer>),
    };
  }

  /** As an operator wishes: no stored answer is read or written and, with scope `valkey`, no listing either. */
  private async bypassed(question: Question, request: RequestContext): Promise<Answer> {
    const look = this.catalogue.look();
    if (look !== undefined) {
      const [seen] = await this.valkey.wave(request, [look]);
      await this.catalogue.follow(request, seen);
    }
    const { index, bypass } = this.catalogue;
    if (index === undefined) {
      const answer = await queryAnswer(this.database, question, request);
      return { body: answer.toString(), tier: 'database' };
    }
    const page = new PendingPage(index, question);
    if (bypass !== 'valkey') page.take(await this.valkey.wave(request, page.commands()));
    return this.fromIndex(question, page, request, false);
  }

  private async fromIndex(
    question: Question,
    page: PendingPage,
    request: RequestContext,
    store = true,
  ): Promise<Answer> {
    const fromValkey = page.complete;
    if (!fromValkey && !(await page.completeFrom(this.database, request))) {
      // The table has changed since its index was made: the page's rows are no longer what the index says.
      const answer = await queryAnswer(this.database, question, request);
      return { body: answer.toString(), tier: 'database' };
    }
    const bytes = page.body();
    if (!store) return { body: bytes.toString(), tier: fromValkey ? 'index' : 'database' };
    const key = searchKey(question, page.index.version);
    const storing = this.valkey.wave(request, [writeAnswer(key, bytes, TTL.search), ...page.mendCommands()]);
    // Decoded while the answer is being stored.
    const body = bytes.toString();
    const [stored] = await storing;
    if (stored.ok) this.recentlyStored.add(key, TTL.search);
    return { body, tier: fromValkey ? 'index' : 'database' };
  }

  private async withoutIndex(question: Question, request: RequestContext): Promise<Answer> {
    const { body, shared } = await leasedAnswer(this.valkey, this.database, question, request);
    return { body: body.toString(), tier: shared ? 'hit' : 'database' };
  }
}
