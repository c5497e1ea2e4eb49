import type { LocalFunctions } from '../../local-stage/local-system';
import type { LocalCluster } from '../../engines/valkey-cluster';
import type { LocalTelemetry } from './local-telemetry';
import { startOperationsServer } from './operations-server';
import { removeRunFile, writeRunFile } from './run-file';

/** As CloudWatch gets the engines' figures, and as the schedule in AWS runs the warm-up, ms. */
const EVERY_MINUTE_MS = 60_000;

/**
 * Makes a local system one that can be operated: its figures are kept, its functions can be invoked, and the warm-up runs every
 * minute as in AWS.
 * @returns what ends all that.
 */
export async function operateLocally(
  system: { cluster: LocalCluster; functions: LocalFunctions; telemetry: LocalTelemetry; url: string },
  everyMs = EVERY_MINUTE_MS,
): Promise<() => Promise<void>> {
  const { cluster, functions, telemetry, url } = system;
  const shards = cluster.nodes.length;
  // Started before it is needed: whoever asks in trouble waits for no start.
  await functions.invoke('operations', { operation: 'nodes' }).catch(() => undefined);
  const server = await startOperationsServer(telemetry, (name, event) => functions.invoke(name, event));
  let turn: Promise<unknown> = telemetry.sample(cluster, shards);
  const timer = setInterval(() => {
    telemetry.scheduled('warm-up');
    turn = Promise.all([
      telemetry.sample(cluster, shards),
      telemetry.beat(url),
      functions.warmUp().catch(() => undefined),
    ]);
  }, everyMs);
  const { url: operationsUrl, token } = server;
  writeRunFile({ pid: process.pid, url, operationsUrl, token, shards, search: functions.environment('search') });
  return async () => {
    clearInterval(timer);
    removeRunFile(process.pid);
    server.stop();
    await turn;
  };
}
