import type { Listing } from '../../../lambda/rules/listing';
import { startPostgres, type LocalPostgres } from '../engines/postgres';
import { LocalCluster, type LocalClusterOptions } from '../engines/valkey-cluster';
import { createVehicles } from '../example-data/vehicles-table';

/** PostgreSQL with a table of listings, and a Valkey cluster, thrown away at stop. */
export interface Engines {
  postgres: LocalPostgres;
  cluster: LocalCluster;
  stop: () => Promise<void>;
}

/** Starts both at once and fills the table. If one fails, neither is left running. */
export async function startEngines(listings: Iterable<Listing>, options?: LocalClusterOptions): Promise<Engines> {
  const [postgres, cluster] = await Promise.allSettled([startPostgres(), LocalCluster.start(options)]);
  const stop = async () => {
    await Promise.all([postgres, cluster].map(async (each) => each.status === 'fulfilled' && each.value.stop()));
  };
  try {
    if (postgres.status === 'rejected') throw postgres.reason;
    if (cluster.status === 'rejected') throw cluster.reason;
    await createVehicles(postgres.value.ownerUrl, listings);
    return { postgres: postgres.value, cluster: cluster.value, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
