import { createHash } from 'node:crypto';
import type { Cluster } from 'iovalkey';
import { manifestKey } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import type { CatalogueIndex } from './catalogue-index';
import { applyDelta, decodeDelta } from './index-delta';
import { decodeIndex, FORMAT_VERSION } from './index-format';
import { digestOf, indexKeys, parseManifest, type Manifest } from './manifest';

/**
 * Pieces asked for at once, 8 MiB at most: the whole index of today's listings. Of a larger one what a deadline cuts
 * off is little, and the next request does not ask for it all again.
 */
const TOGETHER = 16;

/** An index, and the one that is stored as a whole and leads to it: itself where it is stored so. */
export interface LoadedIndex {
  index: CatalogueIndex;
  base: CatalogueIndex;
}

/**
 * Loads the pieces of an index. What has arrived is kept, so that a load that ran out of time goes on where it stopped.
 */
export class IndexLoader {
  /** What is to be fetched: of a version that leads from an index at hand only the way. */
  private readonly keys: readonly string[];
  private readonly pieces: (Buffer | undefined)[];
  /** Of so many pieces in their order, while others are still under way. */
  private hash = createHash('sha256');
  private hashed = 0;

  private constructor(
    private readonly valkey: ValkeyClient,
    readonly manifest: Manifest,
    private readonly base: CatalogueIndex | undefined,
  ) {
    const keys = indexKeys(manifest);
    this.keys = base === undefined ? keys : keys.slice(manifest.chunks);
    this.pieces = this.keys.map(() => undefined);
  }

  /**
   * @param known an index at hand that is stored as a whole.
   * @returns undefined if the version has no manifest, or its index a format that can't be read here.
   */
  static async find(
    valkey: ValkeyClient,
    request: RequestContext,
    version: string,
    known?: CatalogueIndex,
  ): Promise<IndexLoader | undefined> {
    const key = manifestKey(version);
    const fields = await valkey.run(request, key, (cluster) => cluster.hgetall(key));
    const manifest = fields.ok ? parseManifest(version, fields.value) : undefined;
    if (manifest?.format !== FORMAT_VERSION) return undefined;
    const base = known?.version === (manifest.delta?.base ?? version) ? known : undefined;
    return new IndexLoader(valkey, manifest, base);
  }

  /** Pieces that have arrived. */
  get arrived(): number {
    return this.pieces.filter((piece) => piece !== undefined).length;
  }

  /** @returns undefined if a piece is still missing, fails its digest, or its format is another one's. */
  async load(request: RequestContext): Promise<LoadedIndex | undefined> {
    const { pieces } = this;
    const missing = pieces.flatMap((piece, position) => (piece === undefined ? [position] : []));
    let longest = 0;
    for (let i = 0; i < missing.length; i += TOGETHER) {
      const before = request.valkey.remaining;
      // Time that runs out looks like a node that doesn't answer, so what can't come in time isn't asked for.
      if (before < longest) break;
      await this.fetch(request, missing.slice(i, i + TOGETHER));
      longest = Math.max(longest, before - request.valkey.remaining);
    }
    if (pieces.some((piece) => piece === undefined)) return undefined;
    const arrived = pieces.slice() as Buffer[];
    const digest = this.hash.digest('hex');
    // What is damaged is fetched anew.
    pieces.fill(undefined);
    this.hash = createHash('sha256');
    this.hashed = 0;
    return this.assembled(arrived, digest);
  }

  private assembled(pieces: readonly Buffer[], digest: string): LoadedIndex | undefined {
    const { delta, chunks, version } = this.manifest;
    const base = this.base ?? (digest === this.manifest.digest ? decodeIndex(pieces.slice(0, chunks)) : undefined);
    if (base === undefined || delta === undefined) return base && { index: base, base };
    const bytes = pieces.at(-1);
    if (bytes === undefined || digestOf(bytes) !== delta.digest) return undefined;
    const way = decodeDelta(bytes, base.version);
    return way && { index: applyDelta(base, way, version), base };
  }

  /** Keeps those of these pieces that come, each as soon as it comes. */
  private async fetch(request: RequestContext, positions: readonly number[]): Promise<void> {
    await this.valkey.wave(
      request,
      positions.map((position) => {
        const key = this.keys[position] ?? '';
        const send = async (cluster: Cluster) => this.take(position, await cluster.getBuffer(key));
        return { key, send };
      }),
    );
  }

  private take(position: number, piece: Buffer | null): void {
    if (piece === null || this.pieces[position] !== undefined) return;
    this.pieces[position] = piece;
    const whole = this.base === undefined ? this.manifest.chunks : 0;
    for (let next; this.hashed < whole && (next = this.pieces[this.hashed]) !== undefined; this.hashed++)
      this.hash.update(next);
  }
}
