import { TTL, tombstoneKey } from '../contract/keys';
import type { PeopleKey } from '../contract/people-key';
import type { RequestContext } from '../telemetry/request';
import { defineScript, durableScript } from './script';
import type { ValkeyClient } from './client';

/** KEYS: tombstone; ARGV: seconds. Each is later than the one before, whatever the clock of a new primary says. */
const BURY = defineScript<number, [seconds: number]>(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = tonumber(redis.call('GET', KEYS[1]) or '0')
local later = math.max(now, before + 1)
redis.call('SET', KEYS[1], string.format('%d', later), 'EX', ARGV[1])
return later`);

/**
 * When people were forgotten. The list of a person's sessions can be evicted before the sessions: what began before the
 * person was forgotten is gone for every reader, whether it was found and removed or not. A session remembers the
 * tombstone that stood when it began, and a later one covers it; so no two clocks are compared.
 */
export class Tombstones {
  constructor(
    private readonly valkey: ValkeyClient,
    private readonly people: PeopleKey,
  ) {}

  /**
   * Before anything is removed, so that what is missed can't be read.
   * @returns what stands now, and whether a replica has confirmed.
   */
  async set(userId: string, request: RequestContext): Promise<{ tombstone: number; durable: boolean }> {
    const [{ reply, durable }] = await this.valkey.all(request, [
      durableScript(BURY, [this.keyOf(userId)], [TTL.sessionIndex]),
    ]);
    return { tombstone: reply, durable };
  }

  /**
   * @param remembered the tombstone that stood when a session of the person began
   * @returns whether a later one covers it. @throws ValkeyError
   */
  async covers(userId: string, remembered: string | null | undefined, request: RequestContext): Promise<boolean> {
    return (await this.standing(userId, request)) > Number(remembered ?? 0);
  }

  /** @returns what stands now; 0 if none does. @throws ValkeyError */
  async standing(userId: string, request: RequestContext): Promise<number> {
    const key = this.keyOf(userId);
    const [tombstone] = await this.valkey.all(request, [{ key, send: (valkey) => valkey.get(key) }]);
    return Number(tombstone);
  }

  private keyOf(userId: string): string {
    return tombstoneKey(this.people.pseudonym('person', userId));
  }
}
