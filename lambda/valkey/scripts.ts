/**
 * Scripts run as one command, so that a key never exists without its TTL and a lease is never given up by a stranger.
 * iovalkey sends EVALSHA and falls back to EVAL.
 */
export const SCRIPTS = {
  /** KEYS: answer; ARGV: body, check, seconds. Whatever is there, of whatever type, is replaced. */
  storeAnswer: {
    numberOfKeys: 1,
    lua: `redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'check', ARGV[2])
return redis.call('EXPIRE', KEYS[1], ARGV[3])`,
  },
  /** KEYS: answer; ARGV: body, check, seconds. What is there with the same check stays as it is, whatever else is replaced. */
  storeMissingAnswer: {
    numberOfKeys: 1,
    lua: `local known = redis.pcall('HMGET', KEYS[1], 'check')
if known[1] == ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'check', ARGV[2])
return redis.call('EXPIRE', KEYS[1], ARGV[3])`,
  },
  /** KEYS: answer, its lease; ARGV: body, check, seconds, token. Stores only while the lease is still this token's, and gives it up. */
  storeLeasedAnswer: {
    numberOfKeys: 2,
    lua: `if redis.call('GET', KEYS[2]) ~= ARGV[4] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'check', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('DEL', KEYS[2])`,
  },
  /** KEYS: lease; ARGV: token. */
  releaseLease: {
    numberOfKeys: 1,
    lua: `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`,
  },
  /** KEYS: zset; ARGV: seconds, then member, increment, ... */
  countPopular: {
    numberOfKeys: 1,
    lua: `for i = 2, #ARGV, 2 do redis.call('ZINCRBY', KEYS[1], ARGV[i + 1], ARGV[i]) end
return redis.call('EXPIRE', KEYS[1], ARGV[1])`,
  },
  /** KEYS: bucket; ARGV: field, JSON. Mends a listing of a bucket that is there; one that is gone would come back without a TTL. */
  mendListing: {
    numberOfKeys: 1,
    lua: `if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])`,
  },
} as const;

declare module 'iovalkey' {
  interface Cluster {
    storeAnswer(key: string, body: Buffer, check: string, seconds: number): Promise<number>;
    storeMissingAnswer(key: string, body: Buffer, check: string, seconds: number): Promise<number>;
    storeLeasedAnswer(
      key: string,
      lease: string,
      body: Buffer,
      check: string,
      seconds: number,
      token: string,
    ): Promise<number>;
    releaseLease(key: string, token: string): Promise<number>;
    mendListing(bucket: string, field: string, json: Buffer): Promise<number>;
    countPopular(key: string, seconds: number, ...counts: (string | number)[]): Promise<number>;
  }
}
