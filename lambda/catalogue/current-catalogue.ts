import { BYPASS_SCOPES, CATALOGUE_KEYS, TTL, type BypassScope } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { Command, Outcome, ValkeyClient } from '../valkey/client';
import type { CatalogueIndex } from './catalogue-index';
import { IndexLoader } from './load-index';
import type { Manifest } from './manifest';

/** What the pointer holds, version and confirmedAt, and what an operator bypasses; null where there is none. */
export type Pointer = (string | null)[];

/** How often a process looks whether another catalogue is current, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * The catalogue that this process answers from. It is replaced as a whole, so that an answer is of one version; where
 * another one can't be loaded within the request's time, what has arrived is kept and the next request goes on.
 */
export class CurrentCatalogue {
  private loaded: { index: CatalogueIndex; manifest: Manifest } | undefined;
  private lookAgainAt = 0;
  private seenAt = 0;
  private confirmedAtMs = 0;
  private bypassed: BypassScope | undefined;
  private loader: IndexLoader | undefined;

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** The index to answer from; none if none was loaded, or nothing has confirmed it for as long as it would live in Valkey. */
  get index(): CatalogueIndex | undefined {
    if (this.loaded !== undefined && this.now() - this.seenAt > TTL.index * 1_000) this.loaded = undefined;
    return this.loaded?.index;
  }

  /** When a warm-up last found this catalogue to be the table's, ms since the epoch. */
  get confirmedAt(): number {
    return this.confirmedAtMs;
  }

  /** What an operator has searches do without, as last seen: while Valkey can't be read, that stays. */
  get bypass(): BypassScope | undefined {
    return this.bypassed;
  }

  /** Describes what {@link index} was made of. */
  get manifest(): Manifest | undefined {
    return this.loaded?.manifest;
  }

  /** Pieces of an index that is being loaded which have arrived. */
  get arrived(): number {
    return this.loader?.arrived ?? 0;
  }

  /** @returns the command that reads which version is current and what is bypassed, if it is time to look again. */
  look(): Command<Pointer> | undefined {
    if (this.now() < this.lookAgainAt) return undefined;
    this.lookAgainAt = this.now() + LOOK_EVERY_MS;
    const key = CATALOGUE_KEYS.current;
    return {
      key,
      // In one slot, so one trip.
      send: async (cluster) => {
        const [pointer, bypass] = await Promise.all([
          cluster.hmget(key, 'version', 'confirmedAt'),
          cluster.get(CATALOGUE_KEYS.bypass),
        ]);
        return [...pointer, bypass];
      },
    };
  }

  /**
   * Follows what {@link look} found.
   * @returns whether another index was loaded. If it can't be, the one at hand stays.
   */
  async follow(request: RequestContext, seen: Outcome<Pointer>): Promise<boolean> {
    const [version, confirmedAt, bypass] = seen.ok ? seen.value : [];
    if (seen.ok) this.bypassed = BYPASS_SCOPES.find((scope) => scope === bypass);
    if (!version) return false;
    // Bypassed, Valkey is spared the load of another catalogue as long as there is one to answer from.
    const spared = this.bypassed === 'valkey' && this.loaded !== undefined;
    const changed = !spared && version !== this.loaded?.index.version && (await this.load(request, version));
    if (version === this.loaded?.index.version) {
      this.seenAt = this.now();
      this.confirmedAtMs = Number(confirmedAt ?? 0);
    }
    // Without an index every question costs a query: a load that only ran out of time goes on with the next request.
    if (this.loaded === undefined && request.valkey.remaining <= 0) this.lookAgainAt = 0;
    return changed;
  }

  /** Looks and follows at once. @throws ValkeyUnavailableError, ValkeyCommandError */
  async refresh(request: RequestContext): Promise<void> {
    this.lookAgainAt = 0;
    const command = this.look();
    if (command === undefined) return;
    const seen = await this.valkey.run(request, command.key, command.send);
    if (!seen.ok) throw seen.error;
    await this.follow(request, seen);
  }

  private async load(request: RequestContext, version: string): Promise<boolean> {
    if (this.loader?.manifest.version !== version) this.loader = await IndexLoader.find(this.valkey, request, version);
    const { loader } = this;
    const index = await loader?.load(request);
    if (loader === undefined || index === undefined) return false;
    this.loaded = { index, manifest: loader.manifest };
    this.loader = undefined;
    return true;
  }
}
