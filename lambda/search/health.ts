import { performance } from 'node:perf_hooks';
import type { CurrentCatalogue } from '../catalogue/current-catalogue';
import type { VehicleDatabase } from '../database/vehicle-database';
import { reasonOf } from '../telemetry/reason';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';

interface Check {
  ok: boolean;
  milliseconds: number;
  error?: string;
}

interface Health {
  status: 'ok' | 'degraded' | 'down';
  valkey: Check;
  database: Check;
  index: { version: string; listings: number; searchable: number; ageSeconds: number } | null;
}

/**
 * Asks both stores now. Searches can be answered while the database is there, or the index with the listings in Valkey.
 */
export async function checkHealth(
  database: VehicleDatabase,
  catalogue: CurrentCatalogue,
  valkey: ValkeyClient,
  request: RequestContext,
): Promise<Health> {
  const [valkeyCheck, databaseCheck] = await Promise.all([
    check(async () => {
      await catalogue.refresh(request);
      // The catalogue's pointer is on one shard: of another that is away it tells nothing.
      await valkey.ping(request);
    }),
    check(() => database.ping(request)),
  ]);
  const { current } = catalogue;
  const answering = databaseCheck.ok || (valkeyCheck.ok && current !== undefined);
  const whole = databaseCheck.ok && valkeyCheck.ok && current !== undefined;
  return {
    status: whole ? 'ok' : answering ? 'degraded' : 'down',
    valkey: valkeyCheck,
    database: databaseCheck,
    index:
      current === undefined
        ? null
        : {
            version: current.index.version,
            listings: current.manifest.listings,
            searchable: current.manifest.searchable,
            ageSeconds: Math.round(catalogue.ageOf(current)),
          },
  };
}

async function check(work: () => Promise<void>): Promise<Check> {
  const start = performance.now();
  const milliseconds = () => Math.round((performance.now() - start) * 10) / 10;
  try {
    await work();
    return { ok: true, milliseconds: milliseconds() };
  } catch (error) {
    return { ok: false, milliseconds: milliseconds(), error: reasonOf(error) };
  }
}
