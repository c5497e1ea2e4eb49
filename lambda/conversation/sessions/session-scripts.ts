import { defineScript } from '../../valkey/script';
import type { Reply } from './session-write';

/**
 * Writes an event whose id is the session's version, drops the oldest beyond the limits, remembers the request, renews
 * the lives. Shared by the scripts below, which declare `session`, `events`, `requests` and the options `o`.
 */
const RECORD = `
local function lengthOf(entry)
  local length = 0
  for _, text in ipairs(entry[2]) do length = length + #text end
  -- A small one counts for more, so that a large one pushes out few.
  return math.max(1024, length)
end
local function remember(id, outcome)
  local nth = redis.call('HINCRBY', requests, 'writes', 1)
  redis.call('HSET', requests, 'id:' .. id, outcome, 'n:' .. nth, id)
  local old = 'n:' .. (nth - o.mostRequests)
  local forgotten = redis.call('HGET', requests, old)
  if forgotten then redis.call('HDEL', requests, 'id:' .. forgotten, old) end
end
-- Memory pressure can evict the requests alone: each stands beside its event too. There are fewer events than requests
-- that are remembered.
local function recall()
  local bytes, nth, known = 0, 0, {}
  for _, entry in ipairs(redis.call('XRANGE', events, '-', '+')) do
    bytes = bytes + lengthOf(entry)
    local id, outcome = string.match(entry[2][10] or '', '^(%S+) (.*)$')
    if id then
      local last = #known
      nth = nth + 1
      known[last + 1], known[last + 2] = 'id:' .. id, string.match(entry[1], '^%d+') .. ':' .. outcome
      known[last + 3], known[last + 4] = 'n:' .. nth, id
    end
  end
  for i = 1, #known, 1000 do redis.call('HSET', requests, unpack(known, i, math.min(i + 999, #known))) end
  redis.call('HSET', requests, 'eventBytes', bytes, 'writes', nth)
end
local function record(version, n, now, data, search)
  -- What a question asked for, a line each: JSON has no line ends. A repetition gives it again.
  local asked = ''
  for _, json in ipairs(search) do asked = asked .. (json or '') .. '\\n' end
  local outcome = n .. ':' .. o.print .. ':' .. asked
  local at, request = string.format('%d', now), o.id .. ' ' .. outcome
  local entry = {'type', o.type, 'at', at, 'by', o.by, 'data', data, 'request', request}
  redis.call('XADD', events, version .. '-0', unpack(entry))
  local count, bytes = redis.call('XLEN', events), lengthOf({'', entry})
  -- The events can be evicted alone too: then this one is all that is held.
  if count == 1 then redis.call('HSET', requests, 'eventBytes', bytes)
  else bytes = redis.call('HINCRBY', requests, 'eventBytes', bytes) end
  while count > o.mostEvents or bytes > o.mostEventBytes do
    local old, freed = {}, 0
    for _, entry in ipairs(redis.call('XRANGE', events, '-', '+', 'COUNT', 100)) do
      if count <= o.mostEvents and bytes <= o.mostEventBytes then break end
      old[#old + 1] = entry[1]
      count, bytes, freed = count - 1, bytes - lengthOf(entry), freed + lengthOf(entry)
    end
    if #old == 0 then break end
    redis.call('XDEL', events, unpack(old))
    redis.call('HINCRBY', requests, 'eventBytes', -freed)
  end
  remember(o.id, version .. ':' .. outcome)
end
local function renew(start, now)
  local left = math.max(1, math.min(o.ttl, math.floor((start + o.life * 1000 - now) / 1000)))
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, left) end
end
local function nowMs()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
-- Of the data set that this primary goes on with: another one after each failover and restore. Where a service does
-- not tell it, versions go on without it.
local function lineage()
  local info = redis.pcall('INFO', 'replication')
  return type(info) == 'string' and string.match(info, 'master_replid:(%x+)') or ''
end
`;

/**
 * Creates a session, once.
 * KEYS: session, events, requests; ARGV: options (JSON; `again` if the request was seen before), the event's data, then
 * fields and values. Returns its version, the tombstone that it remembers, and whether it was there (1).
 */
export const CREATE_SESSION = defineScript<[version: number, tombstone: string, wasThere: 0 | 1]>(`
local session, events, requests = KEYS[1], KEYS[2], KEYS[3]
local o = cjson.decode(ARGV[1])
${RECORD}
local version = redis.call('HGET', session, 'version')
local now = nowMs()
if version then
  local begun, tombstone = unpack(redis.call('HMGET', session, 'startTime', 'tombstone'))
  renew(tonumber(begun), now)
  return {tonumber(version), tombstone, 1}
end
-- What eviction left of one that had this id.
redis.call('DEL', events, requests)
local bytes = 0
for i = 3, #ARGV, 2 do
  redis.call('HSET', session, ARGV[i], ARGV[i + 1])
  bytes = bytes + #ARGV[i] + #ARGV[i + 1]
end
-- One that had this id may have had any smaller version.
version = o.again and now or 1
redis.call('HSET', session, 'version', version, 'startTime', now, 'bytes', bytes, 'lineage', lineage())
record(version, 0, now, ARGV[2], {})
renew(now, now)
return {version, redis.call('HGET', session, 'tombstone'), 0}`);

/**
 * Applies one write to a session, once and as a whole. Every rule is checked before anything is written.
 * KEYS: session, events, requests; ARGV: options (JSON), the event's data, then steps of three (see merge-patch.ts;
 * \`need\` appends to the needs). Returns {outcome, version, n, replayed, gone, events since \`after\`, search
 * parameters}; what is not applied: {'missing'}, {'reused'}, {'completed', version}, {'changed', version},
 * {'incomplete'}, {'inverted', min, max}, {'full', bytes}, {'crowded', members}.
 */
export const WRITE_SESSION = defineScript<Reply>(`
local session, events, requests = KEYS[1], KEYS[2], KEYS[3]
local o = cjson.decode(ARGV[1])
${RECORD}
local known = redis.call(
  'HMGET', session, 'version', 'collaborationState', 'startTime', 'bytes', 'questionCount', 'needCount', 'lineage')
local version = tonumber(known[1] or '')
if not version then return {'missing'} end
if redis.call('EXISTS', requests) == 0 then
  -- Where the events were evicted too, a repetition of what was applied before counts anew: to give up the session
  -- would lose more.
  recall()
  redis.call('EXPIRE', requests, math.max(1, redis.call('TTL', session)))
end

local latest = version
local function answer(n, replayed, search)
  local since, gone = {}, 0
  if o.after then
    local first = redis.call('XRANGE', events, '-', '+', 'COUNT', 1)[1]
    local oldest = first and tonumber(string.match(first[1], '^%d+')) or latest + 1
    local all = o.after == 0 and first and first[2][2] == 'created'
    -- A version that the session never had, or no longer has, is of what a failover lost.
    if o.after > latest or not all and o.after + 1 ~= oldest
      and #redis.call('XRANGE', events, o.after .. '-0', o.after .. '-0') == 0 then gone = 1
    else since = redis.call('XRANGE', events, '(' .. o.after .. '-0', '+', 'COUNT', o.mostInAnswer) end
  end
  return {'applied', version, n, replayed, gone, since, search}
end

local seen = redis.call('HGET', requests, 'id:' .. o.id)
if seen then
  local before, n, print, asked = string.match(seen, '^(%d+):(%d+):(%x*):?(.*)$')
  if print ~= o.print then return {'reused'} end
  version = tonumber(before)
  -- A repetition writes too, so that its WAIT speaks of what the first one wrote.
  renew(tonumber(known[3]), nowMs())
  local search = {}
  for json in string.gmatch(asked, '([^\\n]*)\\n') do search[#search + 1] = json ~= '' and json end
  return answer(tonumber(n), 1, search)
end
-- A score is often given when all is said.
if known[2] == 'completed' and o.type ~= 'satisfaction' then return {'completed', version} end
if o.ifMatch and o.ifMatch ~= version then return {'changed', version} end

-- Lua keeps each text once, in a table whose hash anybody can compute: a text that was chosen to collide costs a walk
-- past all others of its kind, each time it is made or looked up. So names are met as seldom as can be, values that are
-- there are measured and not read, and limits.ts bounds how many of both there are.
local needs, bytes, members = tonumber(known[6] or '0'), tonumber(known[4]), redis.call('HLEN', session)
local set, gone, asked = {}, {}, {}
-- Objects whose members go with them: found at the end by one look at all names, however many are removed.
local removed
-- A patch names a member once, and sets nothing below what it removes.
for i = 3, #ARGV, 3 do
  local action, field, json = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if action == 'need' then
    needs = needs + 1
    action, field = 'set', 'need/' .. needs
  end
  local old = redis.call('HSTRLEN', session, field)
  local isObject = old == 1 and redis.call('HGET', session, field) == '{'
  if old > 0 then bytes, members = bytes - #field - old, members - 1 end
  if isObject and action ~= 'object' then
    removed = removed or {}
    removed[field] = true
  end
  if action == 'object' then json = '{' end
  if action == 'remove' then gone[#gone + 1] = old > 0 and field or nil
  else
    bytes, members = bytes + #field + #json, members + 1
    set[#set + 1] = field
    set[#set + 1] = json
  end
  if o.search then asked[field] = action ~= 'remove' and json end
end
-- Every object is a field too, so each parent is judged once.
local below = {}
local function isBelowRemoved(field)
  local parent = string.match(field, '^(.*)/')
  if not parent then return false end
  if below[parent] == nil then below[parent] = removed[parent] or isBelowRemoved(parent) end
  return below[parent]
end
if removed then
  for _, field in ipairs(redis.call('HKEYS', session)) do
    if isBelowRemoved(field) then
      bytes, members = bytes - #field - redis.call('HSTRLEN', session, field), members - 1
      gone[#gone + 1] = field
    end
  end
end

local n, search = tonumber(known[5] or '0'), {}
if o.search then
  for i, name in ipairs(o.search) do
    local field = 'search/' .. name
    if asked[field] == nil then asked[field] = redis.call('HGET', session, field) end
    search[i] = asked[field]
  end
  local lowest, highest = tonumber(asked['search/budgetMin'] or ''), tonumber(asked['search/budgetMax'] or '')
  if not lowest or not highest then return {'incomplete'} end
  if lowest > highest then return {'inverted', lowest, highest} end
  n = n + 1
end
if bytes > o.mostBytes then return {'full', bytes} end
if members > o.mostMembers then return {'crowded', members} end

for i = 1, #set, 1000 do redis.call('HSET', session, unpack(set, i, math.min(i + 999, #set))) end
for i = 1, #gone, 1000 do redis.call('HDEL', session, unpack(gone, i, math.min(i + 999, #gone))) end
local now, lineage = nowMs(), lineage()
-- What a primary has lost had the versions that follow: of those that are the time none was given before.
version = (known[7] or lineage) == lineage and version + 1 or math.max(version + 1, now)
redis.call('HSET', session, 'version', version, 'bytes', bytes, 'questionCount', n, 'needCount', needs,
  'lineage', lineage)
if o.state and (not o.stateFrom or o.stateFrom == known[2]) then
  redis.call('HSET', session, 'collaborationState', o.state)
end
record(version, n, now, ARGV[2], search)
renew(tonumber(known[3]), now)
return answer(n, 0, search)`);

/**
 * Adds a session to those of its person before it exists, so that forgetting the person finds it.
 * KEYS: the person's sessions, what this request created, the Idempotency-Keys of what was created; ARGV: session id,
 * seconds of the index, seconds of the creation, ms that a session lives, most sessions, fingerprint of the request,
 * its Idempotency-Key, the person's tombstone. Returns the session id, another one if the request is a repetition;
 * {'reused'} if its key was used for another request; false if the person has too many.
 */
export const REGISTER_SESSION = defineScript<string | ['reused'] | null>(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local tombstone, created, print = string.match(redis.call('GET', KEYS[2]) or '', '^(%d+) (%S+) (%x+)$')
-- What was created before the person was forgotten is no more.
local again = created and tonumber(tombstone) >= tonumber(ARGV[8])
if again and print ~= ARGV[6] then return {'reused'} end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4])
if not again then
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then return false end
  tombstone, created = ARGV[8], ARGV[1]
end
redis.call('ZADD', KEYS[1], 'NX', now, tombstone .. ' ' .. created)
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], tombstone .. ' ' .. created .. ' ' .. ARGV[6], 'EX', ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[3] * 1000)
redis.call('ZADD', KEYS[3], now, ARGV[7])
redis.call('EXPIRE', KEYS[3], ARGV[2])
return created`);

/**
 * Removes what tells which request began which session, of all that began before the person was forgotten.
 * KEYS: the Idempotency-Keys of what was created, then what each created; ARGV: the tombstone, then these keys.
 */
export const FORGET_CREATIONS = defineScript<null>(`
-- It writes even if nothing is to be removed, as FORGET does.
redis.call('ZADD', KEYS[1], 0, '')
redis.call('ZREM', KEYS[1], '')
for i = 2, #ARGV do
  local tombstone = string.match(redis.call('GET', KEYS[i]) or '', '^%d+')
  if not tombstone or tonumber(tombstone) < tonumber(ARGV[1]) then
    redis.call('DEL', KEYS[i])
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end`);
