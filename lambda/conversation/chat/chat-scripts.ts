import { defineScript } from '../../valkey/script';

/**
 * Appends messages that the chat does not hold, drops the oldest beyond the limits, renews the lives. What it costs
 * does not depend on the length of the chat. KEYS: chat, ids; ARGV: seconds, most messages, most bytes, then id, JSON,
 * ... Returns {appended, repeated, dropped, messages in the chat}.
 */
export const APPEND_CHAT = defineScript<[appended: number, repeated: number, dropped: number, messages: number]>(`
local chat, ids = KEYS[1], KEYS[2]
local mostMessages, mostBytes = tonumber(ARGV[2]), tonumber(ARGV[3])
-- A small one counts for more, so that a large one pushes out few.
local function sizeOf(id, message) return math.max(1024, #id + #message) end
local count = redis.call('XLEN', chat)
-- Memory pressure can evict one of the two keys: what remains decides.
if count == 0 then redis.call('DEL', ids)
elseif redis.call('EXISTS', ids) == 0 then
  local known, held = {}, 0
  for _, entry in ipairs(redis.call('XRANGE', chat, '-', '+')) do
    known[#known + 1] = 'id:' .. entry[2][2]
    known[#known + 1] = entry[1]
    held = held + sizeOf(entry[2][2], entry[2][4])
  end
  for i = 1, #known, 1000 do redis.call('HSET', ids, unpack(known, i, math.min(i + 999, #known))) end
  redis.call('HSET', ids, 'bytes', held)
end
local bytes = tonumber(redis.call('HGET', ids, 'bytes') or '0')
local appended, repeated, dropped = 0, 0, 0
for i = 4, #ARGV, 2 do
  local id, message = ARGV[i], ARGV[i + 1]
  if redis.call('HGET', ids, 'id:' .. id) then repeated = repeated + 1
  else
    redis.call('HSET', ids, 'id:' .. id, redis.call('XADD', chat, '*', 'id', id, 'message', message))
    bytes, count, appended = bytes + sizeOf(id, message), count + 1, appended + 1
  end
end
while count > mostMessages or bytes > mostBytes do
  local old, names = {}, {}
  for _, entry in ipairs(redis.call('XRANGE', chat, '-', '+', 'COUNT', 100)) do
    if count <= mostMessages and bytes <= mostBytes then break end
    old[#old + 1], names[#names + 1] = entry[1], 'id:' .. entry[2][2]
    bytes, count, dropped = bytes - sizeOf(entry[2][2], entry[2][4]), count - 1, dropped + 1
  end
  if #old == 0 then break end
  redis.call('XDEL', chat, unpack(old))
  redis.call('HDEL', ids, unpack(names))
end
-- Also for a repetition, which is to say truly whether a replica has the messages: WAIT waits for writes alone.
redis.call('HSET', ids, 'bytes', bytes)
redis.call('EXPIRE', chat, ARGV[1])
redis.call('EXPIRE', ids, ARGV[1])
return {appended, repeated, dropped, count}`);
