import { performance } from 'node:perf_hooks';
import type { Pool } from 'pg';
import { CatalogueBuilder } from '../catalogue/build';
import type { CatalogueIndex } from '../catalogue/catalogue-index';
import type { CurrentCatalogue } from '../catalogue/current-catalogue';
import type { Manifest } from '../catalogue/manifest';
import { ToldError } from '../contract/told-error';
import { asked } from '../database/errors';
import { TableSnapshot, type PartSums } from '../database/table-reader';
import { tableFingerprint } from '../database/table-state';
import type { Listing } from '../rules/listing';
import { TYPICAL_QUESTIONS } from '../rules/question';
import type { SearchService } from '../search/search-service';
import { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { KnownTable, type Changes, type Reading } from './known-table';
import { WarmUpLease } from './lease';
import { ListingWriter } from './listing-writer';
import { popularQuestions, precompute } from './precompute';
import { PublishedCatalogues, type CatalogueState } from './published-catalogues';

/** A catalogue with less than this share of the current one's searchable listings is not published unless told so. */
const SHRINK_THRESHOLD = 0.5;
/** What one run may spend on Valkey, and on a store each; below the function's own timeout. */
const BUDGET_MS = 100_000;

export interface WarmUpOptions {
  /** Read the table even if it looks unchanged. */
  force?: boolean;
  /** Publish although the catalogue is empty or has shrunk. */
  allowShrink?: boolean;
}

export interface WarmUpResult {
  /**
   * `published`: another catalogue is current now. `unchanged`: the same one was confirmed. `pinned`: an operator keeps
   * another one current. `busy`: another warm-up is running, and nothing was done.
   */
  outcome: 'published' | 'unchanged' | 'pinned' | 'busy';
  version?: string;
  /** Whether the table was read: as a whole, or what of it has changed. */
  tableRead: boolean;
  listings: number;
  searchable: number;
  listingsWritten: number;
  /** Bytes written for listings and index. */
  bytesWritten: number;
  answersPrecomputed: number;
  databaseQueries: number;
  seconds: number;
}

/** The table is empty, or much smaller than what is served: more likely a broken crawl than the market. */
class SuspiciousCatalogueError extends ToldError {
  constructor(found: number, current: number) {
    super(
      `The table gives ${found} searchable listings where the current catalogue has ${current}; ` +
        `below ${SHRINK_THRESHOLD * 100} % nothing is published and the current catalogue stays. ` +
        'If this is right: npm run ops -- warm --allow-shrink',
    );
  }
}

/** An index that is stored as a whole, and the manifest of a version that it leads to. */
interface Base {
  index: CatalogueIndex;
  manifest: Manifest;
}

/** What was read of the table, and what of it is to be written. */
interface Read {
  reading: Reading;
  writer: ListingWriter;
}

type Progress = (phase: string, listings: number) => void;

/** What a run has found and done so far. */
interface Run {
  request: RequestContext;
  lease: WarmUpLease;
  state: CatalogueState;
  result: WarmUpResult;
}

/** Brings Valkey to what the table says. It can be killed at any point and run again. */
export class WarmUp {
  private readonly catalogues: PublishedCatalogues;
  /** What the table was when this process last published it. */
  private known: KnownTable | undefined;

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly pool: Pool,
    private readonly catalogue: CurrentCatalogue,
    private readonly service: SearchService,
    private readonly readTimeoutMs: number,
    private readonly progress: Progress = () => undefined,
  ) {
    this.catalogues = new PublishedCatalogues(valkey);
  }

  /** @throws SuspiciousCatalogueError, LeaseLostError, TableMismatchError, ValkeyError, DatabaseUnavailableError */
  async run(options: WarmUpOptions = {}): Promise<WarmUpResult> {
    const start = performance.now();
    const request = new RequestContext(BUDGET_MS, BUDGET_MS);
    const result: WarmUpResult = {
      outcome: 'busy',
      tableRead: false,
      listings: 0,
      searchable: 0,
      listingsWritten: 0,
      bytesWritten: 0,
      answersPrecomputed: 0,
      databaseQueries: 0,
      seconds: 0,
    };
    const lease = await WarmUpLease.take(this.valkey, request);
    if (lease === undefined) return result;
    try {
      await this.bringUpToDate({ request, lease, state: await this.catalogues.state(request), result }, options);
      await this.answerAhead(request, result);
    } finally {
      await lease.release(request);
    }
    result.seconds = Math.round(performance.now() - start) / 1_000;
    return result;
  }

  private async bringUpToDate(run: Run, options: WarmUpOptions): Promise<void> {
    const { request, state, result } = run;
    // Taken before the table is read: a change that comes meanwhile is noticed by the next run.
    const lookedAt = Date.now();
    const fingerprint = await asked(tableFingerprint(this.pool));
    result.databaseQueries++;
    const served = state.pinned ?? state.madeFrom;
    const unchanged = fingerprint !== undefined && fingerprint === state.fingerprint && served === state.current;
    if (!options.force && unchanged && served !== undefined && (await this.confirm(run, served))) return;
    const base = options.force ? undefined : await this.wholeBase(run);
    const { index, reading } = await this.readAndWrite(run, options, base === undefined ? undefined : this.known);
    // Only what was published to its end is built upon.
    this.known = undefined;
    const now = Date.now();
    const popular = await popularQuestions(this.valkey, request, now);
    const { listings } = reading.builder;
    const about = { listings, popular, ...changeOf(state, lookedAt) };
    const written = await this.catalogues.write(request, index, about, now, base);
    result.bytesWritten += written.bytes;
    const published = await this.catalogues.publish(request, run.lease, index.version, now);
    await this.catalogues.remember(request, fingerprint, index.version);
    await this.catalogues.renew(request, state.pinned ?? index.version, state);
    await this.catalogues.retire(request, index, now);
    if (published) this.known = KnownTable.of(reading, index.version);
    Object.assign(result, { version: index.version, listings, searchable: index.size });
    result.outcome = published ? (index.version === state.current ? 'unchanged' : 'published') : 'pinned';
  }

  /**
   * @returns the index that readers are likely to have, if everything that the current catalogue is made of is there.
   */
  private async wholeBase({ request, state }: Run): Promise<Base | undefined> {
    if (state.current === undefined || state.pinned !== undefined) return undefined;
    if (!(await this.catalogues.renew(request, state.current, state))) return undefined;
    await this.catalogue.refresh(request);
    const { base: index, current } = this.catalogue;
    return index && current?.index.version === state.current ? { index, manifest: current.manifest } : undefined;
  }

  /** @returns whether the version that is served is whole; then it lives on, and the run is over. */
  private async confirm({ request, lease, state, result }: Run, version: string): Promise<boolean> {
    if (!(await this.catalogues.renew(request, version, state))) return false;
    await this.catalogues.publish(request, lease, version, Date.now());
    const manifest = await this.catalogues.manifest(request, version);
    Object.assign(result, { version, listings: manifest?.listings ?? 0, searchable: manifest?.searchable ?? 0 });
    result.outcome = state.pinned === undefined ? 'unchanged' : 'pinned';
    return true;
  }

  /** @param known what may be built upon: it is in Valkey, whole. */
  private async readAndWrite(
    run: Run,
    options: WarmUpOptions,
    known: KnownTable | undefined,
  ): Promise<{ index: CatalogueIndex; reading: Reading }> {
    const { request, lease, state, result } = run;
    result.tableRead = true;
    result.databaseQueries += 2;
    const { reading, writer } = await TableSnapshot.use(this.pool, this.readTimeoutMs, async (table) => {
      const sums = await table.sums();
      const changed = known?.isOf(state.current) ? known.changes(sums) : undefined;
      return changed === undefined ? this.readAll(run, table, sums) : this.readChanges(table, sums, changed);
    });
    await writer.flush(request, true);
    this.progress('indexing', reading.builder.listings);
    const index = reading.builder.build();
    result.listingsWritten = writer.written;
    result.bytesWritten = writer.bytes;
    await lease.keep(request);
    const current = state.current === undefined ? undefined : await this.catalogues.manifest(request, state.current);
    const expected = current?.searchable ?? 0;
    if (!options.allowShrink && (index.size === 0 || index.size < expected * SHRINK_THRESHOLD)) {
      throw new SuspiciousCatalogueError(index.size, expected);
    }
    return { index, reading };
  }

  private async readAll({ request, lease }: Run, table: TableSnapshot, sums: PartSums | undefined): Promise<Read> {
    const builder = new CatalogueBuilder();
    const writer = await ListingWriter.create(this.valkey, request);
    for await (const page of table.listings()) {
      addAll(page, builder, writer);
      await writer.flush(request);
      await lease.keep(request);
      this.progress('reading', builder.listings);
    }
    return { reading: { builder, sums, wholeAt: Date.now() }, writer };
  }

  private async readChanges(table: TableSnapshot, sums: PartSums | undefined, changed: Changes): Promise<Read> {
    const { builder, gone, parts, wholeAt } = changed;
    const writer = ListingWriter.knowing(this.valkey, gone);
    const seen = builder.listings;
    addAll(await table.listingsOf(parts), builder, writer);
    // They were counted by the sums.
    builder.listings = seen;
    return { reading: { builder, sums, wholeAt }, writer };
  }

  private async answerAhead(request: RequestContext, result: WarmUpResult): Promise<void> {
    await this.catalogue.refresh(request);
    if (this.catalogue.index === undefined) return;
    this.progress('answering', result.listings);
    const popular = await popularQuestions(this.valkey, request, Date.now());
    result.answersPrecomputed = await precompute(this.valkey, this.service, [...TYPICAL_QUESTIONS, ...popular]);
  }
}

function addAll(listings: readonly Listing[], builder: CatalogueBuilder, writer: ListingWriter): void {
  for (const listing of listings) {
    const stored = builder.add(listing);
    if (stored !== undefined) writer.add(stored);
  }
}

/** When the table changed: in the middle between the look that found the catalogue of before and this one. */
function changeOf({ confirmedAt }: CatalogueState, lookedAt: number): { changedAt?: number } {
  return confirmedAt === undefined ? {} : { changedAt: Math.round((confirmedAt + lookedAt) / 2) };
}
