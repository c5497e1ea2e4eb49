import { TTL, tombstoneKey } from '../contract/keys';
import type { PeopleKey } from '../contract/people-key';
import type { RequestContext } from '../telemetry/request';
import { defineScript, durableScript } from './script';
import type { ValkeyClient } from './client';

/** KEYS: tombstone; ARGV: seconds. The time is Valkey's, as that of the sessions. */
const BURY = defineScript<string, [seconds: number]>(`
local time = redis.call('TIME')
return redis.call('SET', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), 'EX', ARGV[1])`);

/**
 * When people were forgotten. The list of a person's sessions can be evicted before the sessions: what began before the
 * person was forgotten is gone for every reader, whether it was found and removed or not.
 */
export class Tombstones {
  constructor(
    private readonly valkey: ValkeyClient,
    private readonly people: PeopleKey,
  ) {}

  /** Before anything is removed, so that what is missed can't be read. @returns whether a replica has confirmed. */
  async set(userId: string, request: RequestContext): Promise<boolean> {
    const [{ durable }] = await this.valkey.all(request, [
      durableScript(BURY, [this.keyOf(userId)], [TTL.sessionIndex]),
    ]);
    return durable;
  }

  /** @param begun when a session of the person began, ms, by Valkey's clock. @throws ValkeyError */
  async covers(userId: string, begun: number, request: RequestContext): Promise<boolean> {
    const key = this.keyOf(userId);
    const [forgotten] = await this.valkey.all(request, [{ key, send: (valkey) => valkey.get(key) }]);
    return forgotten !== null && begun <= Number(forgotten);
  }

  private keyOf(userId: string): string {
    return tombstoneKey(this.people.pseudonym('person', userId));
  }
}
