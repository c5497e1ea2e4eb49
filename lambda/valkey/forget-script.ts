import { defineScript } from './durable-script';

/**
 * Removes its keys. It writes even if none is there: WAIT waits for writes alone, and a repetition is to say truly whether a
 * replica has forgotten too.
 */
export const FORGET = defineScript(`
redis.call('SET', KEYS[1], '', 'EX', 1)
return redis.call('DEL', unpack(KEYS))`);
