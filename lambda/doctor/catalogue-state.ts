import { CATALOGUE_KEYS, parseBypass } from '../contract/keys';
import type { Shown } from '../levers/request';
import { RequestContext } from '../telemetry/request';
import { ValkeyClient } from '../valkey/client';

/** What the first command may wait for, ms: nobody waits for a search here. */
const PATIENCE_MS = 3_000;

export type CatalogueState = Pick<Shown, 'current' | 'bypass'>;

/**
 * Which catalogue searches are served, and what they do without, as search's own user reads it.
 * @throws ValkeyUnavailableError, ValkeyCommandError
 */
export async function catalogueState(env: NodeJS.ProcessEnv): Promise<CatalogueState> {
  const valkey = ValkeyClient.fromEnvironment(env, { commandTimeoutMs: PATIENCE_MS });
  try {
    const seen = await valkey.run(new RequestContext(PATIENCE_MS), CATALOGUE_KEYS.current, (cluster) =>
      Promise.all([cluster.hmget(CATALOGUE_KEYS.current, 'version'), cluster.get(CATALOGUE_KEYS.bypass)]),
    );
    if (!seen.ok) throw seen.error;
    const [[version], bypass] = seen.value;
    return { current: version ?? undefined, bypass: parseBypass(bypass, Date.now()) };
  } finally {
    valkey.close();
  }
}
