import { defineScript } from '../valkey/script';

type Answer = [body: Buffer, check: string, seconds: number];

/** KEYS: answer; ARGV: body, check, seconds. Whatever is there, of whatever type, is replaced. */
export const STORE_ANSWER = defineScript<number, Answer>(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'check', ARGV[2])
return redis.call('EXPIRE', KEYS[1], ARGV[3])`);

/**
 * KEYS: answer; ARGV: body, check, seconds. What is there with the same check stays as it is, whatever else is
 * replaced.
 */
export const STORE_MISSING_ANSWER = defineScript<number, Answer>(`
local known = redis.pcall('HMGET', KEYS[1], 'check')
if known[1] == ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'check', ARGV[2])
return redis.call('EXPIRE', KEYS[1], ARGV[3])`);

/**
 * KEYS: answer, its lease; ARGV: body, check, seconds, token. Stores only while the lease is still this token's, and
 * gives it up.
 */
export const STORE_LEASED_ANSWER = defineScript<number, [...Answer, token: string]>(`
if redis.call('GET', KEYS[2]) ~= ARGV[4] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'check', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('DEL', KEYS[2])`);

/** KEYS: zset; ARGV: seconds, then member, increment, ... */
export const COUNT_POPULAR = defineScript<number, [seconds: number, ...counts: (string | number)[]]>(`
for i = 2, #ARGV, 2 do redis.call('ZINCRBY', KEYS[1], ARGV[i + 1], ARGV[i]) end
return redis.call('EXPIRE', KEYS[1], ARGV[1])`);

/**
 * KEYS: bucket; ARGV: field, JSON. Mends a listing of a bucket that is there; one that is gone would come back without
 * a TTL.
 */
export const MEND_LISTING = defineScript<number, [field: string, json: Buffer]>(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])`);
