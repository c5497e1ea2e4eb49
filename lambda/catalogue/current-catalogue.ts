import { CATALOGUE_KEYS, chunkKey, manifestKey, TTL } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { Command, Outcome, ValkeyClient } from '../valkey/client';
import type { CatalogueIndex } from './catalogue-index';
import { decodeIndex } from './index-format';
import { digestOf, parseManifest, type Manifest } from './manifest';

/** How often a process looks whether another catalogue is current, ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * The catalogue that this process answers from. It is replaced as a whole, so that an answer is of one version; where
 * another one can't be loaded within the request's time, what has arrived is kept and the next request goes on.
 */
export class CurrentCatalogue {
  private loaded: { index: CatalogueIndex; manifest: Manifest } | undefined;
  private lookAgainAt = 0;
  private confirmedAt = 0;
  private partial: { manifest: Manifest; chunks: (Buffer | undefined)[] } | undefined;

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** The index to answer from; none if none was loaded, or nothing has confirmed it for as long as it would live in Valkey. */
  get index(): CatalogueIndex | undefined {
    if (this.loaded !== undefined && this.now() - this.confirmedAt > TTL.index * 1_000) this.loaded = undefined;
    return this.loaded?.index;
  }

  /** Describes what {@link index} was made of. */
  get manifest(): Manifest | undefined {
    return this.loaded?.manifest;
  }

  /** @returns the command that reads which version is current, if it is time to look again. */
  look(): Command<string | null> | undefined {
    if (this.now() < this.lookAgainAt) return undefined;
    this.lookAgainAt = this.now() + LOOK_EVERY_MS;
    return { key: CATALOGUE_KEYS.current, send: (cluster) => cluster.get(CATALOGUE_KEYS.current) };
  }

  /**
   * Follows what {@link look} found.
   * @returns whether another index was loaded. If it can't be, the one at hand stays.
   */
  async follow(request: RequestContext, seen: Outcome<string | null>): Promise<boolean> {
    if (!seen.ok || seen.value === null) return false;
    if (seen.value === this.loaded?.index.version) {
      this.confirmedAt = this.now();
      return false;
    }
    const changed = await this.load(request, seen.value);
    // Without an index every question costs a query, so the next request tries at once.
    if (this.loaded === undefined) this.lookAgainAt = 0;
    return changed;
  }

  /** Looks and follows at once; for the start of a process. */
  async refresh(request: RequestContext): Promise<void> {
    this.lookAgainAt = 0;
    const command = this.look();
    if (command !== undefined) await this.follow(request, await this.valkey.run(request, command.key, command.send));
  }

  private async load(request: RequestContext, version: string): Promise<boolean> {
    const manifest = await this.manifestOf(request, version);
    if (manifest === undefined) return false;
    if (this.partial?.manifest.digest !== manifest.digest) {
      this.partial = { manifest, chunks: new Array<undefined>(manifest.chunks).fill(undefined) };
    }
    const { chunks } = this.partial;
    const missing = chunks.flatMap((chunk, position) => (chunk === undefined ? [position] : []));
    const outcomes = await this.valkey.wave(
      request,
      missing.map((position) => readChunk(version, position)),
    );
    outcomes.forEach((outcome, i) => {
      if (outcome.ok && outcome.value !== null) chunks[missing[i] ?? 0] = outcome.value;
    });
    if (chunks.some((chunk) => chunk === undefined)) return false;
    this.partial = undefined;
    const bytes = Buffer.concat(chunks as Buffer[]);
    if (digestOf(bytes) !== manifest.digest) return false;
    this.loaded = { index: decodeIndex(bytes), manifest };
    this.confirmedAt = this.now();
    return true;
  }

  private async manifestOf(request: RequestContext, version: string): Promise<Manifest | undefined> {
    if (this.partial?.manifest.version === version) return this.partial.manifest;
    const key = manifestKey(version);
    const fields = await this.valkey.run(request, key, (cluster) => cluster.hgetall(key));
    return fields.ok ? parseManifest(version, fields.value) : undefined;
  }
}

function readChunk(version: string, position: number): Command<Buffer | null> {
  const key = chunkKey(version, position);
  return { key, send: (cluster) => cluster.getBuffer(key) };
}
