import { chunkKey, manifestKey } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import type { CatalogueIndex } from './catalogue-index';
import { decodeIndex } from './index-format';
import { digestOf, parseManifest, type Manifest } from './manifest';

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

  /** @returns the index, or undefined if a piece is still missing, the whole fails its digest, or its format is another one's. */
  async load(request: RequestContext): Promise<CatalogueIndex | undefined> {
    const { chunks, manifest, valkey } = this;
    const missing = chunks.flatMap((chunk, position) => (chunk === undefined ? [position] : []));
    const keys = missing.map((position) => chunkKey(manifest.version, position));
    const outcomes = await valkey.wave(
      request,
      keys.map((key) => ({ key, send: (cluster) => cluster.getBuffer(key) })),
    );
    outcomes.forEach((outcome, i) => {
      if (outcome.ok && outcome.value !== null) chunks[missing[i] ?? 0] = outcome.value;
    });
    if (chunks.some((chunk) => chunk === undefined)) return undefined;
    const bytes = Buffer.concat(chunks as Buffer[]);
    chunks.fill(undefined);
    return digestOf(bytes) === manifest.digest ? decodeIndex(bytes) : undefined;
  }
}
