import { randomUUID } from 'node:crypto';
import { deadline } from '../contract/deadlines';
import { waitKeys } from '../contract/keys';
import type { PeopleKey } from '../contract/people-key';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { defineScript, plainScript } from '../valkey/script';

/** Past its end a wait that was not given up, because its environment is gone, counts for so long, ms. */
const GRACE_MS = deadline(2_000);

/**
 * KEYS: all waits, those of the session, those of the caller; ARGV: token, ms that it lasts, then the most of each.
 * Returns 0, or the number of the key that is full. A wait counts in all three or in none.
 */
export const BEGIN_WAIT = defineScript<number>(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if redis.call('ZCARD', key) >= tonumber(ARGV[2 + i]) then return i end
end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, string.format('%d', now + ARGV[2]), ARGV[1])
  -- As long as the longest of them: a short wait must not end the count of the others.
  redis.call('PEXPIRE', key, ARGV[2], 'NX')
  redis.call('PEXPIRE', key, ARGV[2], 'GT')
end
return 0`);

/** KEYS: as above; ARGV: token. */
const END_WAIT = defineScript<number>(`for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end return 1`);

/** Of what there are so many waits at most, in the order of the script's keys. */
const KINDS = ['all', 'session', 'caller'] as const;
export type Full = (typeof KINDS)[number];

/** What may wait at once. */
type WaitLimits = Readonly<Record<Full, number>>;

/** Waits of one session: its three agents, and whoever shows it to the person. */
const OF_SESSION = 4;

/**
 * @param environments that the function may have at once.
 * @returns what may wait in them: a fifth stays free for what needs no wait, and a quarter of the waits for other
 * callers
 */
export function waitLimits(environments: number): WaitLimits {
  const all = Math.max(1, environments - Math.ceil(environments / 5));
  return { all, session: OF_SESSION, caller: Math.ceil((all * 3) / 4) };
}

/**
 * Counts the waits that are under way, in all environments together: a wait holds an environment, and so many stay free
 * that what needs no wait is answered.
 */
export class Waits {
  constructor(
    private readonly valkey: ValkeyClient,
    private readonly people: PeopleKey,
    private readonly limits: WaitLimits,
  ) {}

  /** @returns what ends the wait, or what is full. @throws ValkeyError */
  async begin(
    wait: { sessionId: string; caller: string; waitMs: number },
    request: RequestContext,
  ): Promise<(() => Promise<void>) | Full> {
    const { sessionId, caller, waitMs } = wait;
    const keys = waitKeys(this.people.pseudonym('session', sessionId), this.people.pseudonym('person', caller));
    const token = randomUUID();
    const [full] = await this.valkey.all(request, [
      plainScript(BEGIN_WAIT, keys, [token, waitMs + GRACE_MS, ...KINDS.map((kind) => this.limits[kind])]),
    ]);
    const which = KINDS[full - 1];
    if (which !== undefined) return which;
    return async () => {
      // A wait that can't be given up ends by itself.
      await this.valkey.wave(request, [plainScript(END_WAIT, keys, [token])]);
    };
  }
}
