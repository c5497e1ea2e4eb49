import { besideProduction } from '../../lib/tools/engines/engine-version';
import { startPostgres } from '../../lib/tools/engines/postgres';
import { valkeyBinary } from '../../lib/tools/engines/valkey-binary';

/** Fetches the engines once, before the workers want them at the same time, and says which they are. */
export default async function globalSetup(): Promise<void> {
  const [postgres, valkey] = await Promise.all([startPostgres(), valkeyBinary()]);
  await postgres.stop();
  console.log(
    `\nEngines: PostgreSQL ${postgres.version}, Valkey ${besideProduction(valkey.version)}, Node.js ` +
      process.versions.node,
  );
}
