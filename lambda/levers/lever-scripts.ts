import { defineScript } from '../valkey/script';

/**
 * KEYS: current, history, pinned; ARGV: version, now (ms), seconds. Goes back to a version and keeps others from being
 * published, at once: a warm-up that is about to publish finds the pin. Returns 0 if the version is no longer kept.
 */
export const PIN_CATALOGUE = defineScript<number, [version: string, nowMs: number, seconds: number]>(`
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 0 end
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[3])
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'confirmedAt', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`);

/** KEYS: tombstone; ARGV: when (ms), seconds. A later one stays. */
export const BURY_AGAIN = defineScript<unknown, [atMs: number, seconds: number]>(`
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
return redis.call('SET', KEYS[1], string.format('%d', math.max(known, ARGV[1])), 'EX', ARGV[2])`);
