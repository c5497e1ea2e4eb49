import type { Cluster } from 'iovalkey';
import type { Catalogue, CurrentCatalogue } from '../catalogue/current-catalogue';
import { LIVE, questionId, searchKey, TTL } from '../contract/keys';
import type { VehicleDatabase } from '../database/vehicle-database';
import type { Question } from '../rules/question';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import type { AnswerRoom } from './answer-room';
import { leasedAnswer, queryAnswer } from './database-tier';
import { PendingListings, PendingPage } from './index-tier';
import type { Popularity } from './popularity';
import { RecentlyStored } from '../valkey/recently-stored';
import type { ListingMemory } from './listing-memory';
import { readAnswer, writeAnswer, writeMissingAnswer } from './stored-answer';

/**
 * Which tier answered: index and listings in this process, a stored answer, the index with listings in Valkey, or the
 * database.
 */
export type Tier = 'memory' | 'hit' | 'index' | 'database';

export interface Answer {
  /** The JSON as it is sent. */
  body: string;
  tier: Tier;
  /** What it is of; none if the database alone answered. */
  catalogue?: Catalogue | undefined;
}

/** What a question finds at first. */
interface Found {
  /** Of the stored answer. */
  key: string;
  catalogue: Catalogue | undefined;
  answer: string | undefined;
  page: PendingPage | undefined;
  /** The body, if all of it was in memory before anything was asked of Valkey. */
  remembered: string | undefined;
}

interface SearchOptions {
  /** Counts what is asked; the warm-up, which repeats what was asked, has none. */
  popularity?: Popularity;
  /** Without it every listing comes from Valkey. */
  memory?: ListingMemory | undefined;
  /** Says which answers may be stored; the warm-up's always may. */
  room?: AnswerRoom;
  /** ms since the epoch. */
  now?: () => number;
}

/** Listings that are fetched ahead: of a hundred pages, which are mostly of the same listings, a few hundred. */
const MOST_REMEMBERED = 1_000;

/** Answers questions from the nearest tier that knows: all give the same bytes for the same question and catalogue. */
export class SearchService {
  private readonly recentlyStored: RecentlyStored;
  private readonly underWay = new Map<string, Promise<Answer>>();

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly database: VehicleDatabase,
    private readonly catalogue: CurrentCatalogue,
    private readonly options: SearchOptions = {},
  ) {
    this.recentlyStored = new RecentlyStored(options.now);
  }

  /** Fetches the listings of these questions' pages at once, the first questions' first, so that they are in memory. */
  async remember(questions: readonly Question[], request: RequestContext): Promise<void> {
    const { index } = this.catalogue;
    const { memory } = this.options;
    if (index === undefined || memory === undefined) return;
    // Pages of like questions are mostly of the same listings.
    const rows = [...new Set(questions.flatMap((question) => memory.select(index, question).rows))];
    const listings = new PendingListings(index, rows.slice(0, MOST_REMEMBERED), memory);
    listings.take(await this.valkey.wave(request, listings.commands()), request);
  }

  /**
   * Concurrent identical questions share one search.
   * @throws DatabaseUnavailableError if no tier can know the answer now.
   */
  async answer(question: Question, request: RequestContext): Promise<Answer> {
    const id = questionId(question);
    this.options.popularity?.count(id);
    const shared = this.underWay.get(id);
    if (shared !== undefined) return shared;
    const search = this.shared(id, question, request);
    this.underWay.set(id, search);
    return search;
  }

  private async shared(id: string, question: Question, request: RequestContext): Promise<Answer> {
    try {
      return await this.search(question, request);
    } finally {
      this.underWay.delete(id);
    }
  }

  private async search(question: Question, request: RequestContext): Promise<Answer> {
    if (this.catalogue.bypass !== undefined) return this.bypassed(question, request);
    let found = await this.find(question, request);
    // The getter is read anew: the wave has just changed it.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
    if (this.catalogue.bypass !== undefined) return this.bypassed(question, request);
    // Of a catalogue that another one has replaced meanwhile nothing is taken.
    if (found.catalogue !== this.catalogue.current) found = await this.find(question, request);
    const { key, catalogue, answer, page, remembered } = found;
    if (catalogue !== undefined && remembered !== undefined) return this.fromMemory(key, catalogue, remembered);
    if (answer !== undefined) return { body: answer, tier: 'hit', catalogue };
    if (catalogue === undefined) return this.withoutIndex(question, request);
    const fetched = page ?? (await this.page(question, catalogue, request, this.options.memory));
    return this.fromIndex(question, catalogue, fetched, request);
  }

  /**
   * Unless memory knows the whole page: the stored answer and, where that may be missing, the page's other listings. A
   * look at the pointer when due, with the counts that wait.
   */
  private async find(question: Question, request: RequestContext): Promise<Found> {
    const { memory, popularity } = this.options;
    const catalogue = this.catalogue.current;
    const key = searchKey(question, catalogue?.index.version ?? LIVE);
    const stored = this.recentlyStored.has(key);
    let remembered = memory?.get(key);
    const selected = remembered === undefined && catalogue !== undefined && (memory !== undefined || !stored);
    const page = selected ? new PendingPage(catalogue.index, question, memory) : undefined;
    if (memory !== undefined && page?.complete === true) {
      remembered = page.body();
      // What is asked once only would take listings' room.
      if (stored) memory.set(key, remembered);
    }
    const look = this.catalogue.look();
    const outcomes = await this.valkey.wave(request, {
      answer: remembered === undefined ? readAnswer(key, request) : undefined,
      look,
      listings: stored ? undefined : page?.commands(),
      counts: look === undefined ? undefined : popularity?.take(),
    });
    if (outcomes.look !== undefined) await this.catalogue.follow(request, outcomes.look);
    if (remembered !== undefined) return { key, catalogue, answer: undefined, page, remembered };
    page?.take(outcomes.listings ?? [], request);
    const answer = outcomes.answer?.ok ? outcomes.answer.value : undefined;
    if (answer === undefined) this.recentlyStored.delete(key);
    else this.recentlyStored.add(key, catalogue === undefined ? TTL.searchLive : TTL.search);
    // Nothing was asked of a page whose answer should be there.
    return { key, catalogue, answer, page: stored ? undefined : page, remembered };
  }

  /** Without a wait: the stored answer is for other processes, and leaves with this one's. */
  private fromMemory(key: string, catalogue: Catalogue, body: string): Answer {
    if (!this.recentlyStored.has(key)) this.leave(key, body, writeMissingAnswer);
    return { body, tier: 'memory', catalogue };
  }

  /** Leaves an answer for other processes, if there is room: who asked does not wait until its bytes are counted. */
  private leave(key: string, body: string, write: typeof writeAnswer): void {
    const { send } = write(key, body, TTL.search);
    const ifRoom = async (cluster: Cluster) => {
      if (this.options.room?.admits(key, Buffer.byteLength(body)) !== false) return send(cluster);
      this.recentlyStored.delete(key);
    };
    if (this.valkey.post({ key, send: ifRoom })) this.recentlyStored.add(key, TTL.search);
  }

  /** A page with what memory and Valkey give of it. */
  private async page(
    question: Question,
    { index }: Catalogue,
    request: RequestContext,
    memory?: ListingMemory,
  ): Promise<PendingPage> {
    const page = new PendingPage(index, question, memory);
    page.take(await this.valkey.wave(request, page.commands()), request);
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
      return { body: await queryAnswer(this.database, question, request), tier: 'database' };
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
      return { body: await queryAnswer(this.database, question, request), tier };
    }
    const body = page.body();
    if (!store) return { body, tier, catalogue };
    const key = searchKey(question, page.index.version);
    this.leave(key, body, writeAnswer);
    const mended = page.mendCommands();
    if (mended.length > 0) await this.valkey.wave(request, mended);
    return { body, tier, catalogue };
  }

  private async withoutIndex(question: Question, request: RequestContext): Promise<Answer> {
    const { body, shared } = await leasedAnswer(this.valkey, this.database, question, request);
    return { body, tier: shared ? 'hit' : 'database' };
  }
}
