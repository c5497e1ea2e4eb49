import { defineScript } from '../valkey/script';

type Stored = [
  ...[photo: string, value: Buffer, holdsSeconds: number, livesSeconds: number],
  ...[mostBytes: number, mostPhotos: number, token: string],
];

/**
 * A bucket is one key, so that eviction takes it whole and what it says of its own size stays true. A value begins with
 * the time until which it holds (10 digits, seconds by Valkey's clock).
 */
/**
 * KEYS: bucket, lease; ARGV: photo, token, ms of the lease. Returns what is known, or whether the caller is the one to
 * fetch (1) or somebody else is fetching (0).
 */
export const READ_IMAGE = defineScript<Buffer | number, [photo: string, token: string, ms: number]>(
  `
local found = redis.pcall('HGET', KEYS[1], ARGV[1])
if type(found) == 'string' then
  local holds = tonumber(string.sub(found, 1, 10))
  if holds and holds > tonumber(redis.call('TIME')[1]) then return found end
end
return redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) and 1 or 0`,
  true,
);

/**
 * Stores what is known of a photo and makes room for it: the newest stay, as long as they cost no more than a bucket
 * may. What one costs is an upper bound of the memory that it takes: jemalloc rounds up by a quarter at most, and its
 * entry in the hash and in the index is below 256 bytes and twice its name. KEYS: bucket, lease; ARGV: photo, value,
 * seconds that it holds, seconds that the bucket lives, most bytes, most photos, token. Returns the bucket's cost.
 */
export const STORE_IMAGE = defineScript<number, Stored>(`
local photo, mostBytes, mostPhotos = ARGV[1], tonumber(ARGV[5]), tonumber(ARGV[6])
local index = redis.pcall('HGET', KEYS[1], '*index')
if type(index) == 'table' then
  redis.call('DEL', KEYS[1])
  index = false
end
local value = string.format('%010d', redis.call('TIME')[1] + ARGV[3]) .. ARGV[2]
local total = math.ceil(#value * 1.25) + 2 * #photo + 256
local kept = {total .. ' ' .. photo}
for cost, name in string.gmatch(index or '', '(%d+) (%S+)') do
  if name ~= photo then
    if #kept < mostPhotos and total + cost <= mostBytes then
      total = total + cost
      kept[#kept + 1] = cost .. ' ' .. name
    else redis.call('HDEL', KEYS[1], name) end
  end
end
redis.call('HSET', KEYS[1], photo, value, '*index', table.concat(kept, '\\n'))
redis.call('EXPIRE', KEYS[1], ARGV[4])
if redis.call('GET', KEYS[2]) == ARGV[7] then redis.call('DEL', KEYS[2]) end
return total`);
