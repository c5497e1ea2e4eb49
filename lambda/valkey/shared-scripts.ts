import { defineScript } from './script';

/** KEYS: lease; ARGV: token. A lease is given up by who holds it, and by nobody else. */
export const RELEASE_LEASE = defineScript<number, [token: string]>(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

/**
 * Removes its keys. It writes even if none is there: WAIT waits for writes alone, and a repetition is to say truly
 * whether a replica has forgotten too.
 */
export const FORGET = defineScript<number, []>(`
redis.call('SET', KEYS[1], '', 'EX', 1)
return redis.call('DEL', unpack(KEYS))`);

/**
 * KEYS: hash; ARGV: cursor, fields to look at. Returns the next cursor, then names: HSCAN itself would send the values
 * too.
 */
export const FIELD_PAGE = defineScript<[cursor: string, ...names: string[]], [cursor: string, count: number]>(`
local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local names = {page[1]}
for i = 1, #page[2], 2 do names[#names + 1] = page[2][i] end
return names`);
