import type { Ora } from 'ora';
import type { FunctionName } from '../lambda/contract/functions';
import { showConversation, showSearches } from '../lib/tools/example-data/examples';
import { LISTING_COUNT } from '../lib/tools/example-data/listings';
import { LocalFunctions, startDatabase } from '../lib/tools/local-stage/local-system';
import { startPhotoOrigin } from '../lib/tools/example-data/photo-origin';
import { LocalCluster } from '../lib/tools/engines/valkey-cluster';
import { operateLocally } from '../lib/tools/ops/local/local-operations';
import { LocalTelemetry } from '../lib/tools/ops/local/local-telemetry';
import { thousands } from '../lib/tools/text/thousands';

const DEFAULT_PORT = 3000;

/** What to stop at the end, the last started first. */
const stops: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

async function main(): Promise<void> {
  const { default: ora } = await import('ora');
  const port = readPort(process.env.PORT);
  const began = Date.now();

  const databaseStep = ora('PostgreSQL').start();
  const database = await startDatabase(process.env.DATABASE_URL, (rows) => {
    databaseStep.text = `PostgreSQL: generating listings, ${percent(rows)}`;
  });
  stops.unshift(database.stop);
  databaseStep.succeed(
    `${database.description}, ${process.env.DATABASE_URL ? 'as it is' : `${thousands(LISTING_COUNT)} listings`}`,
  );

  const clusterStep = ora('Valkey cluster: three primaries, TLS, ACL users').start();
  const cluster = await LocalCluster.start();
  stops.unshift(() => cluster.stop());
  clusterStep.succeed(`Valkey ${cluster.version}, three primaries, TLS, ACL users`);

  const warmUpStep = ora('Warm-up').start();
  const telemetry = new LocalTelemetry();
  const photos = await startPhotoOrigin();
  stops.unshift(photos.stop);
  const onLine = (name: FunctionName) => (line: string) => {
    telemetry.take(name, line);
    showLine(name, line, warmUpStep);
  };
  const functions = new LocalFunctions(cluster, database.url, onLine, photos);
  stops.unshift(() => functions.stop());
  const result = await functions.warmUp();
  warmUpStep.succeed(
    `Warm-up: ${thousands(result.listings)} listings read, ${thousands(result.searchable)} searchable, catalogue ${result.version ?? ''}, ` +
      `${(result.bytesWritten / 1e6).toFixed(1)} MB written in ${result.seconds.toFixed(1)} s`,
  );

  const gatewayStep = ora('Search').start();
  const gateway = await functions.serve(port, (...answer) => telemetry.answered(...answer));
  stops.unshift(gateway.stop);
  const url = `http://127.0.0.1:${gateway.port}`;
  stops.unshift(await operateLocally({ cluster, functions, telemetry, url }));
  gatewayStep.succeed(`Ready after ${((Date.now() - began) / 1000).toFixed(1)} s: ${url}`);
  await showSearches(url);
  await showConversation(url);
  console.log('\nnpm run ops -- status --local operates it. Ctrl-C stops everything that was started here.');
}

/** The warm-up's progress becomes a line that changes; what goes wrong is shown; metrics and the rest are not. */
function showLine(name: string, line: string, step: Ora): void {
  let entry: { level?: string; message?: string; phase?: string; listings?: number; _aws?: unknown };
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    console.error(`[${name}] ${line}`);
    return;
  }
  if (entry.phase !== undefined && step.isSpinning) {
    const share = entry.phase === 'reading' ? `, ${percent(entry.listings ?? 0)}` : '';
    step.text = `Warm-up: ${entry.phase}${share} (${thousands(entry.listings ?? 0)} listings)`;
  } else if (entry.level === 'ERROR' || entry.level === 'WARN') console.error(`[${name}] ${line}`);
}

function readPort(value: string | undefined): number {
  const port = Number(value ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`PORT must be an integer from 0 to 65535, received "${value ?? ''}".`);
}

const percent = (rows: number) => `${Math.min(100, Math.round((rows / LISTING_COUNT) * 100))} %`;

/** Stops what was started, once, in the reverse order. */
function stopEverything(): Promise<void> {
  stopping ??= (async () => {
    for (const stop of stops) await stop().catch((error: unknown) => console.error(error));
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    console.log('\nStopping…');
    void stopEverything().then(() => process.exit(0));
  });
}

main().catch(async (error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof Error && error.cause instanceof Error) console.error(`  because: ${error.cause.message}`);
  await stopEverything();
  process.exit(1);
});
