import { defineScript } from '../valkey/script';

type Lease = [token: string, ms: number, seconds: number];

/**
 * The lease says itself until when it holds (`<token> <ms>`, by Valkey's clock) and its key lives for a day: what ends
 * soonest is evicted first, and a key of 20 s would be gone whenever memory is full. Declares `holder()` and `hold()`.
 */
const HOLDER = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function holder()
  local token, ends = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) ?(%d*)$')
  if token and (tonumber(ends) or now + 1) > now then return token end
end
local function hold()
  redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. string.format('%d', now + ARGV[2]), 'EX', ARGV[3])
  return 1
end`;

/** KEYS: lease; ARGV: token, ms, seconds that the key lives. Returns 0 if somebody else holds it. */
export const TAKE_LEASE = defineScript<number, Lease>(`${HOLDER}
if holder() then return 0 end
return hold()`);

/** As takeLease. Returns 0 if it is no longer this token's. */
export const RENEW_LEASE = defineScript<number, Lease>(`${HOLDER}
if holder() ~= ARGV[1] then return 0 end
return hold()`);

/** KEYS: lease; ARGV: token. */
export const END_LEASE = defineScript<number, [token: string]>(`${HOLDER}
if holder() ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

/**
 * KEYS: lease, current, history, pinned; ARGV: token, version, now (ms), seconds.
 * Makes a version current, or confirms it. Returns 0 if the lease is lost, -1 if an operator has pinned another
 * version.
 */
export const PUBLISH_CATALOGUE = defineScript<
  number,
  [token: string, version: string, nowMs: number, seconds: number]
>(`${HOLDER}
if holder() ~= ARGV[1] then return 0 end
local pinned = redis.call('GET', KEYS[4])
if pinned and pinned ~= ARGV[2] then return -1 end
redis.call('HSET', KEYS[2], 'version', ARGV[2], 'confirmedAt', ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], 'NX', ARGV[3], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[4])
return 1`);

/** KEYS: bucket; ARGV: seconds, then field, JSON, ... A bucket never exists without its TTL. */
export const WRITE_LISTINGS = defineScript<number, [seconds: number, ...fieldsAndJson: (string | Buffer)[]]>(`
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return redis.call('EXPIRE', KEYS[1], ARGV[1])`);

/** KEYS: hash; ARGV: seconds, then field, value, ... Replaces a whole hash. */
export const REPLACE_HASH = defineScript<number, [seconds: number, ...fieldsAndValues: (string | number)[]]>(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return redis.call('EXPIRE', KEYS[1], ARGV[1])`);
