import { climb, type Check } from './check';
import { databaseLayers } from './database-layers';
import { valkeyLayers } from './valkey-layers';

/** Looks at both stores from here, with the user and role of the environment. @throws MissingEnvironmentError */
export async function examine(env: NodeJS.ProcessEnv): Promise<Check[]> {
  const checks = await Promise.all([climb('Valkey', valkeyLayers(env)), climb('database', databaseLayers(env))]);
  return checks.flat();
}
