import { bypassValue, CATALOGUE_KEYS, parseBypass, TTL, type BypassScope } from '../contract/keys';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { send, sendAll } from '../valkey/bulk';
import type { Shown } from './request';

const key = CATALOGUE_KEYS.bypass;

/** @returns what is bypassed and for how long it still is. @throws ValkeyError */
export async function shownBypass(valkey: ValkeyClient, request: RequestContext): Promise<Shown['bypass']> {
  const [value] = await sendAll(valkey, request, [{ key, send: (cluster) => cluster.get(key) }]);
  return parseBypass(value, Date.now());
}

/**
 * Searches follow within a second, those of a frozen environment with its next request. It ends by itself: a lever that
 * is forgotten costs money.
 */
export async function bypass(
  valkey: ValkeyClient,
  request: RequestContext,
  scope: BypassScope | undefined,
  seconds: number = TTL.bypass,
): Promise<{ bypass: Shown['bypass'] }> {
  if (scope === undefined) await sendAll(valkey, request, [{ key, send: (cluster) => cluster.del(key) }]);
  else {
    const value = bypassValue(scope, Date.now() + seconds * 1_000);
    // Longer than it counts: what ends soonest is evicted first, and full memory is when it may be wanted.
    await send(valkey, request, key, (cluster) => cluster.set(key, value, 'EX', seconds + TTL.index));
  }
  return { bypass: await shownBypass(valkey, request) };
}
