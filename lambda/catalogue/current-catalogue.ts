import { CATALOGUE_KEYS, parseBypass, TTL, type BypassScope } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { Command, Outcome, ValkeyClient } from '../valkey/client';
import type { CatalogueIndex } from './catalogue-index';
import { IndexLoader } from './load-index';
import type { Manifest } from './manifest';

/** What Valkey says of which catalogue is current; null where it says nothing. */
interface Pointer {
  /** When it was asked, ms since the epoch. */
  askedAt: number;
  version: string | null;
  /** When a warm-up last found that version to be the table's, ms since the epoch. */
  confirmedAt: string | null;
  /** What an operator has searches do without. */
  bypass: string | null;
}

/** One catalogue in memory. */
export interface Catalogue {
  readonly index: CatalogueIndex;
  /** Describes what the index was made of. */
  readonly manifest: Manifest;
  /**
   * When a warm-up last found it to be the table's, as far as this process has seen, ms since the epoch. It goes on.
   */
  readonly confirmedAt: number;
}

interface Loaded extends Catalogue {
  confirmedAt: number;
  /** When a look last found it to be the current one, ms since the epoch. */
  seenAt: number;
  /**
   * What the next version is likely to be given as a change of; twice in memory costs less than loading it all again.
   */
  base: CatalogueIndex;
}

/** How often a process looks whether another catalogue is current, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * The catalogue that this process answers from. It is replaced as a whole, so that an answer is of one version; where
 * another one can't be loaded within the request's time, what has arrived is kept and the next request goes on.
 */
export class CurrentCatalogue {
  private loaded: Loaded | undefined;
  /** When the last look was sent that left nothing to do. */
  private settledAt = -Infinity;
  private bypassed: BypassScope | undefined;
  private loader: IndexLoader | undefined;
  private loading: { version: string; done: Promise<boolean> } | undefined;

  constructor(
    private readonly valkey: ValkeyClient,
    /** ms since the epoch; a clock that goes on while the process is frozen. */
    private readonly now: () => number = Date.now,
  ) {}

  /** What to answer from; none if none was loaded, or none was confirmed for as long as it would live in Valkey. */
  get current(): Catalogue | undefined {
    if (this.loaded !== undefined && this.now() - this.loaded.seenAt > TTL.index * 1_000) this.loaded = undefined;
    return this.loaded;
  }

  /** The index of {@link current}. */
  get index(): CatalogueIndex | undefined {
    return this.current?.index;
  }

  /** The index that is stored as a whole and leads to {@link index}: itself where it is stored so. */
  get base(): CatalogueIndex | undefined {
    return this.loaded?.base;
  }

  /** Since a warm-up last found this catalogue to be the table's, s. */
  ageOf({ confirmedAt }: Catalogue): number {
    return (this.now() - confirmedAt) / 1_000;
  }

  /** What an operator has searches do without, as last seen: while Valkey can't be read, that stays. */
  get bypass(): BypassScope | undefined {
    return this.bypassed;
  }

  /** Pieces of an index that is being loaded which have arrived. */
  get arrived(): number {
    return this.loader?.arrived ?? 0;
  }

  /** @returns the command that reads which version is current and what is bypassed, if it is time to look again. */
  look(): Command<Pointer> | undefined {
    const since = this.now() - this.settledAt;
    // A clock that was set back does not put it off.
    return since >= 0 && since < LOOK_EVERY_MS ? undefined : this.pointer();
  }

  /**
   * Follows what {@link look} found: afterwards {@link current} is what the pointer named, or the one at hand if that
   * can't be loaded now. A look that failed, or a load that ran out of time, goes on with the next request.
   */
  async follow(request: RequestContext, seen: Outcome<Pointer>): Promise<void> {
    if (!seen.ok) return;
    const { askedAt, version, confirmedAt, bypass } = seen.value;
    this.bypassed = parseBypass(bypass, this.now())?.scope;
    // Bypassed, Valkey is spared the load of another catalogue as long as there is one to answer from.
    const spared = this.bypassed === 'valkey' && this.loaded !== undefined;
    const wanted = version && !spared && version !== this.loaded?.index.version;
    const settled = !wanted || (await this.load(request, version));
    if (this.loaded !== undefined && version === this.loaded.index.version) {
      Object.assign(this.loaded, { seenAt: askedAt, confirmedAt: Number(confirmedAt ?? 0) });
    }
    if (settled) this.settledAt = askedAt;
  }

  /** Looks and follows at once. @throws ValkeyUnavailableError, ValkeyCommandError */
  async refresh(request: RequestContext): Promise<void> {
    const { key, send } = this.pointer();
    const seen = await this.valkey.run(request, key, send);
    if (!seen.ok) throw seen.error;
    await this.follow(request, seen);
  }

  private pointer(): Command<Pointer> {
    const key = CATALOGUE_KEYS.current;
    return {
      key,
      // In one slot, so one trip.
      send: async (cluster) => {
        const askedAt = this.now();
        const [[version = null, confirmedAt = null], bypass] = await Promise.all([
          cluster.hmget(key, 'version', 'confirmedAt'),
          cluster.get(CATALOGUE_KEYS.bypass),
        ]);
        return { askedAt, version, confirmedAt, bypass };
      },
    };
  }

  /**
   * Concurrent requests share one load. @returns whether nothing more can be done now: it is there, or it can't be
   * read.
   */
  private async load(request: RequestContext, version: string): Promise<boolean> {
    if (this.loading?.version !== version) {
      const done = this.fetch(request, version).finally(() => {
        if (this.loading?.done === done) this.loading = undefined;
      });
      this.loading = { version, done };
    }
    const { done } = this.loading;
    return request.valkey.spend(() => done);
  }

  private async fetch(request: RequestContext, version: string): Promise<boolean> {
    if (this.loader?.manifest.version !== version)
      this.loader = await IndexLoader.find(this.valkey, request, version, this.loaded?.base);
    const { loader } = this;
    const before = loader?.arrived ?? 0;
    const found = await loader?.load(request);
    if (loader === undefined || found === undefined) {
      return request.valkey.remaining > 0 && (loader?.arrived ?? 0) <= before;
    }
    const { manifest } = loader;
    this.loaded = { ...found, manifest, confirmedAt: manifest.publishedAt, seenAt: this.now() };
    this.loader = undefined;
    return true;
  }
}
