import { createHash, randomUUID } from 'node:crypto';
import { ENV, requireEnv } from '../contract/environment';
import { BUCKET_MIB } from '../contract/images';
import { imageKeys, TTL } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import { ValkeyClient } from '../valkey/client';
import { plainScript } from '../valkey/script';
import { RELEASE_LEASE } from '../valkey/shared-scripts';
import { READ_IMAGE, STORE_IMAGE } from './image-scripts';
import { imageType, isOfType } from './image-type';
import { ORIGIN_DEADLINE_MS, type Photo } from './origin';

const MIB = 1_024 * 1_024;
/** For the hash's table and the index, which names every photo of the bucket; the rest is for photos. */
const OVERHEAD_BYTES = 64 * 1_024;
/** Keeps the index short: it is read and written with each photo that is stored. */
const MOST_PHOTOS = 128;
/** Longer than whoever holds it may fetch. */
const LEASE_MS = ORIGIN_DEADLINE_MS + 500;

/** A photo with its entity tag, or why there is none. */
export type Known = { photo: Photo; etag: string } | { absent: string };

/** What is known of a photo, or whether this request is the one to fetch it. `none`: Valkey does not say. */
export type Looked = { known: Known } | { fetch: 'leased' | 'elsewhere' | 'none' };

/** Photos in Valkey, within a share of its memory that no number of photos exceeds: see docs/keys.md. */
export class ImageStore {
  /** Of this process's leases: an environment answers one request at a time. */
  private readonly token = randomUUID();

  /** @param buckets that photos may fill. */
  constructor(
    readonly valkey: ValkeyClient,
    private readonly buckets: number,
  ) {}

  /** @throws MissingEnvironmentError, Error if the share is below one bucket */
  static fromEnvironment(env: NodeJS.ProcessEnv = process.env): ImageStore {
    const share = requireEnv(ENV.imageMemoryMib, env);
    const buckets = Math.floor(Number(share) / BUCKET_MIB);
    if (!(buckets >= 1)) throw new Error(`${ENV.imageMemoryMib} must be ${BUCKET_MIB} or more, received "${share}".`);
    return new ImageStore(ValkeyClient.fromEnvironment(env), buckets);
  }

  async look(photo: string, request: RequestContext): Promise<Looked> {
    const [bucket, lease] = this.keysOf(photo);
    const [found] = await this.valkey.wave(request, [
      plainScript(READ_IMAGE, [bucket, lease], [photo, this.token, LEASE_MS]),
    ]);
    if (!found.ok) return { fetch: 'none' };
    if (typeof found.value === 'number') return { fetch: found.value === 1 ? 'leased' : 'elsewhere' };
    const known = decode(found.value);
    // Damaged bytes are as good as none, and are fetched anew.
    return known === undefined ? { fetch: 'none' } : { known };
  }

  /** Keeps a photo, or that there is none, and gives the lease up. What can't be kept is fetched again. */
  async keep(photo: string, known: Known, request: RequestContext): Promise<void> {
    const [bucket, lease] = this.keysOf(photo);
    const holds = 'absent' in known ? TTL.noImage : TTL.image;
    const most = BUCKET_MIB * MIB - OVERHEAD_BYTES;
    const stored = [photo, encode(known), holds, TTL.image, most, MOST_PHOTOS, this.token] as const;
    await this.valkey.wave(request, [plainScript(STORE_IMAGE, [bucket, lease], [...stored])]);
  }

  /** Lets the next one fetch at once. */
  async giveUp(photo: string, request: RequestContext): Promise<void> {
    const [, lease] = this.keysOf(photo);
    await this.valkey.wave(request, [plainScript(RELEASE_LEASE, [lease], [this.token])]);
  }

  private keysOf(photo: string): [bucket: string, lease: string] {
    return imageKeys(createHash('sha256').update(photo).digest().readUInt32BE() % this.buckets, photo);
  }
}

/** @returns a strong entity tag (RFC 9110). */
export function etagOf(bytes: Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('base64url')}"`;
}

/** After the ten digits: a line that says what follows, and the photo's bytes. */
const DIGITS = 10;

function encode(known: Known): Buffer {
  if ('absent' in known) return Buffer.from(`- ${known.absent}\n`);
  return Buffer.concat([Buffer.from(`${known.photo.type} ${known.etag}\n`), known.photo.bytes]);
}

function decode(value: Buffer): Known | undefined {
  const end = value.indexOf(0x0a, DIGITS);
  const [what = '', rest = ''] = value.toString('utf8', DIGITS, end).split(/ (.*)/s);
  if (what === '-') return { absent: rest };
  const type = imageType(what);
  const bytes = value.subarray(end + 1);
  if (end === -1 || type === undefined || !isOfType(bytes, type) || etagOf(bytes) !== rest) return undefined;
  return { photo: { type, bytes }, etag: rest };
}
