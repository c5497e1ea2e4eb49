import { chunkKey, manifestKey } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import type { CatalogueIndex } from './catalogue-index';
import { decodeIndex } from './index-format';
import { digestOf, parseManifest, type Manifest } from './manifest';

/**
 * Pieces asked for at once, 4 MiB: the whole index of today's listings. Of a larger one what a deadline cuts off is little, and
 * the next request does not ask for it all again.
 */
const TOGETHER = 16;

/** Loads the pieces of an index. What has arrived is kept, so that a load that ran out of time goes on where it stopped. */
export class IndexLoader {
  private readonly chunks: (Buffer | undefined)[];

  private constructor(
    private readonly valkey: ValkeyClient,
    readonly manifest: Manifest,
  ) {
    this.chunks = new Array<undefined>(manifest.chunks).fill(undefined);
  }

  /** @returns undefined if the version has no readable manifest. */
  static async find(valkey: ValkeyClient, request: RequestContext, version: string): Promise<IndexLoader | undefined> {
    const key = manifestKey(version);
    const fields = await valkey.run(request, key, (cluster) => cluster.hgetall(key));
    const manifest = fields.ok ? parseManifest(version, fields.value) : undefined;
    return manifest === undefined ? undefined : new IndexLoader(valkey, manifest);
  }

  /** Pieces that have arrived. */
  get arrived(): number {
    return this.chunks.filter((chunk) => chunk !== undefined).length;
  }

  /** @returns the index, or undefined if a piece is still missing, the whole fails its digest, or its format is another one's. */
  async load(request: RequestContext): Promise<CatalogueIndex | undefined> {
    const { chunks, manifest } = this;
    const missing = chunks.flatMap((chunk, position) => (chunk === undefined ? [position] : []));
    let longest = 0;
    for (let i = 0; i < missing.length; i += TOGETHER) {
      const before = request.valkey.remaining;
      // Time that runs out looks like a node that doesn't answer, so what can't come in time isn't asked for.
      if (before < longest) break;
      await this.fetch(request, missing.slice(i, i + TOGETHER));
      longest = Math.max(longest, before - request.valkey.remaining);
    }
    if (chunks.some((chunk) => chunk === undefined)) return undefined;
    const bytes = Buffer.concat(chunks as Buffer[]);
    chunks.fill(undefined);
    return digestOf(bytes) === manifest.digest ? decodeIndex(bytes) : undefined;
  }

  /** Keeps those of these pieces that come in time. */
  private async fetch(request: RequestContext, positions: readonly number[]): Promise<void> {
    const keys = positions.map((position) => chunkKey(this.manifest.version, position));
    const outcomes = await this.valkey.wave(
      request,
      keys.map((key) => ({ key, send: (cluster) => cluster.getBuffer(key) })),
    );
    outcomes.forEach((outcome, i) => {
      if (outcome.ok && outcome.value !== null) this.chunks[positions[i] ?? 0] = outcome.value;
    });
  }
}
