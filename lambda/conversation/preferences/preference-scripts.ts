import { defineScript } from '../../valkey/script';
import { HALF_LIFE_MS, HALF_LIVES_PER_EPOCH, MICRO } from './decay';

/** Both scripts declare `pref`, `signals` and the options `o`. See decay.ts for the arithmetic. */
const SHARED = `
local pref, signals = KEYS[1], KEYS[2]
local o = cjson.decode(ARGV[1])
local halfLife, halfLives = ${HALF_LIFE_MS}, ${HALF_LIVES_PER_EPOCH}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch = math.floor(now / (halfLife * halfLives))
local function whole(number) return string.format('%.0f', math.floor(number + 0.5)) end
local function unitAt(at) return ${MICRO} * 2 ^ (at / halfLife - epoch * halfLives) end
local function weights()
  local found, all = {}, redis.call('HGETALL', pref)
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'w:' then found[#found + 1] = {all[i], tonumber(all[i + 1])} end
  end
  return found
end
-- The time, so that none is given again of what eviction, forgetting or a failover took.
local function nextVersion(version) return whole(math.max(version + 1, now)) end
local function renew()
  redis.call('EXPIRE', pref, o.ttl)
  redis.call('EXPIRE', signals, o.ttl)
end
`;

/**
 * Adds the signals that are new, each to the values of its vehicle.
 * KEYS: preferences, signals; ARGV: JSON {ttl, mostInRequest, mostSignals, mostWeights, signals: [{id, at?, points,
 * fields}]}. Returns {applied, repeated, version}.
 */
export const LEARN = defineScript<[applied: number, repeated: number, version: number], [options: string]>(`${SHARED}
-- Memory pressure can evict one of the two keys: without weights nothing was learned from any signal, and of the newest
-- signals the weights' key tells too.
if redis.call('EXISTS', pref) == 0 then redis.call('DEL', signals)
elseif redis.call('EXISTS', signals) == 0 then
  local newest = redis.call('HGET', pref, 'newest') or ''
  for id in string.gmatch(newest, '%S+') do redis.call('ZADD', signals, whole(now), id) end
end
local stored = tonumber(redis.call('HGET', pref, 'epoch') or epoch)
if stored ~= epoch then
  local moved = {}
  for _, each in ipairs(weights()) do
    moved[#moved + 1] = each[1]
    moved[#moved + 1] = whole(each[2] * 2 ^ ((stored - epoch) * halfLives))
  end
  if #moved > 0 then redis.call('HSET', pref, unpack(moved)) end
end
redis.call('HSET', pref, 'schema', 1, 'epoch', epoch, 'updatedAt', whole(now))
local applied, repeated = 0, 0
for _, signal in ipairs(o.signals) do
  if redis.call('ZADD', signals, 'NX', whole(now), signal.id) == 0 then repeated = repeated + 1
  else
    applied = applied + 1
    local amount = whole(signal.points * unitAt(math.min(signal.at or now, now)))
    -- A sum beyond 64 bits stays as it is.
    for _, field in ipairs(signal.fields) do redis.pcall('HINCRBY', pref, field, amount) end
  end
end
redis.call('ZREMRANGEBYRANK', signals, 0, -o.mostSignals - 1)
local newest = table.concat(redis.call('ZRANGE', signals, -o.mostInRequest, -1), ' ')
redis.call('HSET', pref, 'newest', newest)
-- Never more than a few beyond the limit, so this is seldom and short.
if redis.call('HLEN', pref) > o.mostWeights + 5 then
  local all, weakest = weights(), {}
  table.sort(all, function(a, b) return math.abs(a[2]) > math.abs(b[2]) end)
  for i = o.mostWeights + 1, #all do weakest[#weakest + 1] = all[i][1] end
  if #weakest > 0 then redis.call('HDEL', pref, unpack(weakest)) end
end
redis.call('HINCRBY', pref, 'signals', applied)
local version = redis.call('HGET', pref, 'version') or '0'
if applied > 0 then
  version = nextVersion(tonumber(version))
  redis.call('HSET', pref, 'version', version)
end
renew()
return {applied, repeated, tonumber(version)}`);

/**
 * Replaces all weights. Signals that are known stay known.
 * KEYS: preferences, signals; ARGV: JSON {ttl, ifMatch?, weights: [{field, points}]}.
 * Returns {'set', version}, or {'changed', version} if \`ifMatch\` is another one.
 */
export const SET_PREFERENCES = defineScript<['set' | 'changed', version: number], [options: string]>(`${SHARED}
local version = tonumber(redis.call('HGET', pref, 'version') or '0')
if o.ifMatch and o.ifMatch ~= version then return {'changed', version} end
local old, new = {}, {}
for _, each in ipairs(weights()) do old[#old + 1] = each[1] end
if #old > 0 then redis.call('HDEL', pref, unpack(old)) end
for _, each in ipairs(o.weights) do
  new[#new + 1] = each.field
  new[#new + 1] = whole(each.points * unitAt(now))
end
if #new > 0 then redis.call('HSET', pref, unpack(new)) end
version = nextVersion(version)
redis.call('HSET', pref, 'schema', 1, 'epoch', epoch, 'updatedAt', whole(now), 'version', version)
redis.call('HINCRBY', pref, 'signals', 0)
renew()
return {'set', tonumber(version)}`);

/** KEYS: preferences. Returns {now (ms), seconds left, fields and values}. */
export const READ_PREFERENCES = defineScript<[now: number, seconds: number, fields: string[]], []>(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return {now, redis.call('TTL', KEYS[1]), redis.call('HGETALL', KEYS[1])}`);
