import type { Catalogue, CurrentCatalogue } from '../catalogue/current-catalogue';
import { LIVE, questionId, searchKey, TTL } from '../contract/keys';
import type { VehicleDatabase } from '../database/vehicle-database';
import type { Question } from '../rules/question';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
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
  /** What it is of; none if the database alone answered. */
  catalogue?: Catalogue | undefined;
}

/** What a question finds at first. */
interface Found {
  catalogue: Catalogue | undefined;
  answer: Buffer | undefined;
  page: PendingPage | undefined;
}

/** Answers questions from the nearest tier that knows: all give the same bytes for the same question and catalogue. */
export class SearchService {
  private readonly recentlyStored: RecentlyStored;
  private readonly underWay = new Map<string, Promise<Answer>>();

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly database: VehicleDatabase,
    private readonly catalogue: CurrentCatalogue,
    /** Counts what is asked; the warm-up, which repeats what was asked, has none. */
    private readonly popularity?: Popularity,
    now: () => number = Date.now,
  ) {
    this.recentlyStored = new RecentlyStored(now);
  }

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
    if (this.catalogue.bypass !== undefined) return this.bypassed(question, request);
    let found = await this.find(question, request);
    // As of now: the wave has just read it.
    if (this.catalogue.bypass !== undefined) return this.bypassed(question, request);
    // Of a catalogue that another one has replaced meanwhile nothing is taken.
    if (found.catalogue !== this.catalogue.current) found = await this.find(question, request);
    const { catalogue, answer, page } = found;
    if (answer !== undefined) return { body: answer.toString(), tier: 'hit', catalogue };
    if (catalogue === undefined) return this.withoutIndex(question, request);
    return this.fromIndex(question, catalogue, page ?? (await this.page(question, catalogue, request)), request);
  }

  /** The stored answer and, unless it should be there, the page's listings; a look at the pointer when due, with the counts that wait. */
  private async find(question: Question, request: RequestContext): Promise<Found> {
    const catalogue = this.catalogue.current;
    const key = searchKey(question, catalogue?.index.version ?? LIVE);
    const stored = this.recentlyStored.has(key);
    const page = catalogue === undefined || stored ? undefined : new PendingPage(catalogue.index, question);
    const look = this.catalogue.look();
    const counts = look === undefined ? undefined : this.popularity?.take();
    const outcomes = await this.valkey.wave(request, {
      answer: readAnswer(key),
      look,
      listings: page?.commands(),
      counts,
    });
    if (outcomes.look !== undefined) await this.catalogue.follow(request, outcomes.look);
    page?.take(outcomes.listings ?? []);
    const answer = outcomes.answer.ok ? outcomes.answer.value : undefined;
    if (answer === undefined) this.recentlyStored.delete(key);
    else this.recentlyStored.add(key, catalogue === undefined ? TTL.searchLive : TTL.search);
    return { catalogue, answer, page };
  }

  /** A page with what Valkey gives of it. */
  private async page(question: Question, { index }: Catalogue, request: RequestContext): Promise<PendingPage> {
    const page = new PendingPage(index, question);
    page.take(await this.valkey.wave(request, page.commands()));
    return page;
  }

  /** As an operator wishes: no stored answer is read or written and, with scope `valkey`, no listing either. */
  private async bypassed(question: Question, request: RequestContext): Promise<Answer> {
    const look = this.catalogue.look();
    if (look !== undefined) {
      const [seen] = await this.valkey.wave(request, [look]);
      await this.catalogue.follow(request, seen);
    }
    const { current, bypass } = this.catalogue;
    if (current === undefined) {
      const answer = await queryAnswer(this.database, question, request);
      return { body: answer.toString(), tier: 'database' };
    }
    const spared = bypass === 'valkey';
    const page = spared ? new PendingPage(current.index, question) : await this.page(question, current, request);
    return this.fromIndex(question, current, page, request, false);
  }

  private async fromIndex(
    question: Question,
    catalogue: Catalogue,
    page: PendingPage,
    request: RequestContext,
    store = true,
  ): Promise<Answer> {
    const tier = page.complete ? 'index' : 'database';
    if (!page.complete && !(await page.completeFrom(this.database, request))) {
      // The table has changed since its index was made: the page's rows are no longer what the index says.
      const answer = await queryAnswer(this.database, question, request);
      return { body: answer.toString(), tier };
    }
    const bytes = page.body();
    if (!store) return { body: bytes.toString(), tier, catalogue };
    const key = searchKey(question, page.index.version);
    const storing = this.valkey.wave(request, {
      answer: writeAnswer(key, bytes, TTL.search),
      mended: page.mendCommands(),
    });
    // Decoded while the answer is being stored.
    const body = bytes.toString();
    if ((await storing).answer.ok) this.recentlyStored.add(key, TTL.search);
    return { body, tier, catalogue };
  }

  private async withoutIndex(question: Question, request: RequestContext): Promise<Answer> {
    const { body, shared } = await leasedAnswer(this.valkey, this.database, question, request);
    return { body: body.toString(), tier: shared ? 'hit' : 'database' };
  }
}
