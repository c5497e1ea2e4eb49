import type { CatalogueIndex } from '../catalogue/catalogue-index';
import { encodeIndex, FORMAT_VERSION, lengthOf } from '../catalogue/index-format';
import { BUCKET_KEYS, bucketOf } from '../catalogue/layout';
import { HASH_BYTES } from '../rules/listing';
import { IndexLoader } from '../catalogue/load-index';
import { applyDelta, deltaOf, encodeDelta } from '../catalogue/index-delta';
import { digestOf, indexKeys, manifestFields, parseManifest, type Manifest } from '../catalogue/manifest';
import { CATALOGUE_KEYS, chunkKey, deltaKey, manifestKey, TTL } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { Command, ValkeyClient } from '../valkey/client';
import { send, sendAll } from '../valkey/bulk';
import { fieldNames } from '../valkey/field-names';
import { LeaseLostError, type WarmUpLease } from './lease';
import { plainScript } from '../valkey/script';
import { retained, type PublishedVersion } from './retention';
import { PUBLISH_CATALOGUE, REPLACE_HASH } from './warm-up-scripts';

/** HDEL takes so many fields at once. */
const FIELDS_A_DELETE = 1_000;
/** Listings that no version needs are looked for at most this often, s. */
const SWEEP_EVERY_SECONDS = 600;

/** A change that takes more than this is no small one: the index is written as a whole. About 4,000 listings. */
const MOST_DELTA_BYTES = 256 * 1024;

/** What the pointer's slot says. */
export interface CatalogueState {
  current: string | undefined;
  /** When a warm-up last found `current` to be the table's, ms since the epoch. */
  confirmedAt: number | undefined;
  pinned: string | undefined;
  /** The table's fingerprint when `madeFrom` was made of it. */
  fingerprint: string | undefined;
  madeFrom: string | undefined;
  history: PublishedVersion[];
}

/** How an index was stored, and the bytes written for it. */
type Stored = Pick<Manifest, 'chunks' | 'digest' | 'delta'> & { bytes: number };

/** The catalogues in Valkey, as the warm-up keeps them. Everything here throws ValkeyError. */
export class PublishedCatalogues {
  constructor(private readonly valkey: ValkeyClient) {}

  async state(request: RequestContext): Promise<CatalogueState> {
    const { current, pinned, source, history } = CATALOGUE_KEYS;
    const [{ version, confirmedAt: confirmed }, pin, made, versions] = (await sendAll<unknown>(this.valkey, request, [
      { key: current, send: (cluster) => cluster.hgetall(current) },
      { key: pinned, send: (cluster) => cluster.get(pinned) },
      { key: source, send: (cluster) => cluster.hgetall(source) },
      { key: history, send: (cluster) => cluster.zrevrange(history, 0, -1, 'WITHSCORES') },
    ])) as [Record<string, string>, string | null, Record<string, string>, string[]];
    return {
      current: version ?? undefined,
      confirmedAt: confirmed ? Number(confirmed) : undefined,
      pinned: pin ?? undefined,
      fingerprint: made.fingerprint,
      madeFrom: made.version,
      history: versions.flatMap((name, i) =>
        i % 2 === 0 ? [{ version: name, publishedAt: Number(versions[i + 1]) }] : [],
      ),
    };
  }

  async manifest(request: RequestContext, version: string): Promise<Manifest | undefined> {
    const key = manifestKey(version);
    return parseManifest(version, await send(this.valkey, request, key, (cluster) => cluster.hgetall(key)));
  }

  /**
   * Gives everything that the kept versions are made of its full life again. @returns whether nothing of `version` was
   * missing.
   */
  async renew(request: RequestContext, version: string, state: CatalogueState): Promise<boolean> {
    const manifests = await Promise.all(
      [...new Set([version, ...state.history.map((entry) => entry.version)])].map((each) =>
        this.manifest(request, each),
      ),
    );
    const wanted = new Set<string>(BUCKET_KEYS);
    const others = new Set<string>([CATALOGUE_KEYS.source, CATALOGUE_KEYS.pinned]);
    let whole = false;
    for (const manifest of manifests) {
      if (manifest === undefined) continue;
      if (manifest.version === version) whole = true;
      const keys = manifest.version === version ? wanted : others;
      keys.add(manifestKey(manifest.version));
      for (const key of indexKeys(manifest)) keys.add(key);
    }
    const expire = (key: string): Command<number> => ({ key, send: (cluster) => cluster.expire(key, TTL.index) });
    await sendAll(this.valkey, request, [...others].map(expire));
    const renewed = await sendAll(this.valkey, request, [...wanted].map(expire));
    return whole && renewed.every((answer) => answer === 1);
  }

  /**
   * Writes what readers load; nobody reads it before {@link publish}.
   * @param base an index that is stored as a whole, is whole now, and is likely to be much the same.
   */
  async write(
    request: RequestContext,
    index: CatalogueIndex,
    { listings, popular, changedAt }: Pick<Manifest, 'listings' | 'popular' | 'changedAt'>,
    now: number,
    base?: { index: CatalogueIndex; manifest: Manifest },
  ): Promise<{ manifest: Manifest; bytes: number }> {
    const { bytes, ...stored } = await this.writeIndex(request, index, base);
    const manifest: Manifest = {
      version: index.version,
      format: FORMAT_VERSION,
      ...stored,
      listings,
      searchable: index.size,
      publishedAt: now,
      ...(changedAt === undefined ? {} : { changedAt }),
      popular,
    };
    const fields = Object.entries(manifestFields(manifest)).flat();
    const key = manifestKey(index.version);
    await this.valkey.all(request, [plainScript(REPLACE_HASH, [key], [TTL.index, ...fields])]);
    return { manifest, bytes };
  }

  private async writeIndex(
    request: RequestContext,
    index: CatalogueIndex,
    base: { index: CatalogueIndex; manifest: Manifest } | undefined,
  ): Promise<Stored> {
    if (base !== undefined && base.index.version === index.version) {
      const { chunks, digest } = base.manifest;
      return { chunks, digest, bytes: 0 };
    }
    const whole = encodeIndex(index);
    const change = base && (await this.writeChange(request, index, whole, base));
    return change ?? this.writeWhole(request, index.version, whole);
  }

  private async writeWhole(request: RequestContext, version: string, chunks: readonly Buffer[]): Promise<Stored> {
    await sendAll(
      this.valkey,
      request,
      chunks.map((chunk, i) => {
        const key = chunkKey(version, i);
        return { key, send: (cluster) => cluster.set(key, chunk, 'EX', TTL.index) };
      }),
    );
    return { chunks: chunks.length, digest: digestOf(...chunks), bytes: lengthOf(chunks) };
  }

  /** @returns undefined if the change is no small one. */
  private async writeChange(
    request: RequestContext,
    index: CatalogueIndex,
    whole: readonly Buffer[],
    base: { index: CatalogueIndex; manifest: Manifest },
  ): Promise<Stored | undefined> {
    const { chunks, digest } = base.manifest;
    const delta = deltaOf(base.index, index);
    const bytes = encodeDelta(delta, base.index.version);
    if (bytes.length > Math.min(MOST_DELTA_BYTES, lengthOf(whole) / 4)) return undefined;
    // What readers make of it must be what was built: else the whole is written.
    const made = encodeIndex(applyDelta(base.index, delta, index.version));
    if (made.length !== whole.length || !made.every((piece, i) => whole[i]?.equals(piece))) return undefined;
    const key = deltaKey(index.version);
    await send(this.valkey, request, key, (cluster) => cluster.set(key, bytes, 'EX', TTL.index));
    return { chunks, digest, delta: { base: base.index.version, digest: digestOf(bytes) }, bytes: bytes.length };
  }

  /**
   * Makes the version current, or confirms that it is.
   * @returns false if an operator has pinned another one. @throws LeaseLostError
   */
  async publish(request: RequestContext, lease: WarmUpLease, version: string, now: number): Promise<boolean> {
    const { current, history, pinned, lease: key } = CATALOGUE_KEYS;
    const [published] = await this.valkey.all(request, [
      plainScript(PUBLISH_CATALOGUE, [key, current, history, pinned], [lease.token, version, now, TTL.index]),
    ]);
    if (published === 0) throw new LeaseLostError();
    return published === 1;
  }

  /**
   * Remembers what the table looked like when the version was made of it, so that the next run can tell that nothing
   * has changed.
   */
  async remember(request: RequestContext, fingerprint: string | undefined, version: string): Promise<void> {
    const key = CATALOGUE_KEYS.source;
    const fields = [...(fingerprint === undefined ? [] : ['fingerprint', fingerprint]), 'version', version];
    await this.valkey.all(request, [plainScript(REPLACE_HASH, [key], [TTL.index, ...fields])]);
  }

  /** Removes versions that nobody reads any more and, now and then, the listings that only they needed. */
  async retire(request: RequestContext, index: CatalogueIndex, now: number): Promise<void> {
    const state = await this.state(request);
    const always = [index.version, state.current, state.pinned].filter((version) => version !== undefined);
    const keep = retained(state.history, always, now);
    const gone = state.history.map(({ version }) => version).filter((version) => !keep.has(version));
    const needed = gone.length > 0 ? await this.keysOf(request, [...keep]) : new Set<string>();
    for (const version of gone) await this.remove(request, version, needed);
    const { swept } = CATALOGUE_KEYS;
    const last = await this.valkey.run(request, swept, (cluster) => cluster.get(swept));
    if (!last.ok || now - Number(last.value ?? 0) < SWEEP_EVERY_SECONDS * 1_000) return;
    // Its key lives longer than it counts: one that ends soon is evicted first.
    await this.valkey.run(request, swept, (cluster) => cluster.set(swept, now, 'EX', TTL.index));
    await this.sweep(request, index, [...keep]);
  }

  /** What these versions are made of: a version may lead from the index of one that is gone. */
  private async keysOf(request: RequestContext, versions: readonly string[]): Promise<ReadonlySet<string>> {
    const manifests = await Promise.all(versions.map((version) => this.manifest(request, version)));
    return new Set(manifests.flatMap((manifest) => (manifest === undefined ? [] : indexKeys(manifest))));
  }

  private async remove(request: RequestContext, version: string, needed: ReadonlySet<string>): Promise<void> {
    const manifest = await this.manifest(request, version);
    const pieces = manifest === undefined ? [] : indexKeys(manifest).filter((key) => !needed.has(key));
    const keys = [manifestKey(version), ...pieces];
    await sendAll(
      this.valkey,
      request,
      keys.map((key) => ({ key, send: (cluster) => cluster.unlink(key) })),
    );
    const { history } = CATALOGUE_KEYS;
    await send(this.valkey, request, history, (cluster) => cluster.zrem(history, version));
  }

  /** Without the index of a version that is kept, nothing can be called unneeded: then nothing is removed. */
  private async sweep(request: RequestContext, current: CatalogueIndex, versions: readonly string[]): Promise<void> {
    const indexes = [current];
    // Most lead from one.
    let base: CatalogueIndex | undefined;
    for (const version of versions.filter((each) => each !== current.version)) {
      const loader = await IndexLoader.find(this.valkey, request, version, base);
      const found = await loader?.load(request);
      if (found === undefined) return;
      base = found.base;
      indexes.push(found.index);
    }
    for (const [bucket, key] of BUCKET_KEYS.entries()) {
      const needed = fieldsOf(indexes, bucket);
      const present = await fieldNames(this.valkey, request, key);
      const unneeded = [...present].filter((field) => !needed.has(field));
      for (let i = 0; i < unneeded.length; i += FIELDS_A_DELETE) {
        await send(this.valkey, request, key, (cluster) =>
          cluster.hdel(key, ...unneeded.slice(i, i + FIELDS_A_DELETE)),
        );
      }
    }
  }
}

/** @returns the fields of a bucket that these indexes need. */
export function fieldsOf(indexes: readonly CatalogueIndex[], bucket: number): Set<string> {
  const fields = new Set<string>();
  for (const index of indexes) {
    for (let row = 0; row < index.size; row++) {
      if (bucketOf(index.columns.hashes, row * HASH_BYTES) === bucket) fields.add(index.field(row));
    }
  }
  return fields;
}
