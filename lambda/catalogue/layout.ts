/**
 * Where listings lie in Valkey: in a few hashes ("buckets"), field = content hash, value = JSON. Their keys were
 * searched so that their slots lie evenly: with 1 or 3 shards each shard holds as many buckets as the others, so a
 * page of 20 listings loads each alike and costs one HMGET a bucket. More buckets mean more commands a page, fewer mean
 * larger keys to move when the cluster is resharded. See `npm run bench` for what a page costs.
 */
export const BUCKET_KEYS = ['listing:74', 'listing:9', 'listing:24'] as const;

/** The bucket of a listing, from its content hash. */
export function bucketOf(hash: Uint8Array, offset = 0): number {
  return (hash[offset + 7] ?? 0) % BUCKET_KEYS.length;
}

/** The field of a listing in its bucket. */
export function fieldOf(hash: Buffer, offset = 0): string {
  return hash.toString('base64url', offset, offset + 8);
}
