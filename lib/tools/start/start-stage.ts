import { PeopleKey } from '../../../lambda/contract/people-key';
import { readNumber } from '../text/command-arguments';
import { problem, startGateway, type Beside, type Integration } from '../local-stage/gateway';
import { LISTING_COUNT } from '../example-data/listings';
import { LocalFunctions, startDatabase, type Database, type FunctionListener } from '../local-stage/local-system';
import { startPhotoOrigin } from '../example-data/photo-origin';
import { besideProduction } from '../engines/engine-version';
import { valkeyBinary } from '../engines/valkey-binary';
import { LocalCluster } from '../engines/valkey-cluster';
import { operateLocally } from '../ops/local/local-operations';
import { LocalTelemetry } from '../ops/local/local-telemetry';
import { cacheFolder } from '../engines/cache-folder';
import { thousands } from '../text/thousands';
import { describeGivenDatabase } from '../engines/given-database';
import type { Run } from '../programs/run-program';
import { step, type Tell } from '../programs/steps';
import { warm } from './examples';
import { defineLocally, FRESHNESS_SECONDS, openBoard } from './local-board';
import { StartLog } from './start-log';

const DEFAULT_PORT = 3000;

/** Of each node: a node of ElastiCache has a limit too, and a share of nothing could not be shown. */
const MOST_MEMORY = '1gb';

/**
 * Starts the local stage, step by step: what needs only a look (port, database, folder) first, then the work.
 * @returns its URL; everything is stopped at the end of the run.
 * @throws Error that names what can't be had, and the way out
 */
export async function startStage(run: Run, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const began = Date.now();
  let integration: Integration = starting;
  let board: Beside = () => false;
  const gateway = await run.own(() =>
    startGateway(
      readPort(env.PORT),
      (event, route) => integration(event, route),
      (request, response) => board(request, response),
    ),
  );
  const given = env.DATABASE_URL ? await describeGivenDatabase(env.DATABASE_URL) : undefined;
  cacheFolder();
  if (env.VALKEY_SERVER) await valkeyBinary(env);

  // It takes a second of this process: meanwhile PostgreSQL starts in its own.
  const definitions = defineLocally();
  definitions.catch(() => undefined);
  const database = await step('PostgreSQL', (tell) => openDatabase(run, env.DATABASE_URL, given, tell));
  const cluster = await step('Valkey cluster: three primaries, TLS, ACL users', async () => {
    const value = await run.own(() => LocalCluster.start({ settings: { maxmemory: MOST_MEMORY } }));
    return { value, line: `Valkey ${besideProduction(value.version)}, three primaries, TLS, ACL users` };
  });

  const log = new StartLog(run.signal);
  const telemetry = new LocalTelemetry(Date.now, new PeopleKey(cluster.peopleKey));
  const functions = await log.whileStarting(() =>
    step('Warm-up', (tell) => warmedUp(run, { cluster, url: database.url, log, telemetry }, tell)),
  );

  const url = `http://127.0.0.1:${gateway.port}`;
  await log.whileStarting(() =>
    step('Search', async () => {
      integration = await functions.integration((...answer) => telemetry.answered(...answer));
      const { alarms } = await definitions;
      const system = { cluster, functions, telemetry, url, alarms, freshnessSeconds: FRESHNESS_SECONDS };
      const operated = await run.own(() => operateLocally(system));
      board = await openBoard(run, operated, await definitions);
      await run.own(() => lookAgain(functions));
      await warm(url);
      return { value: undefined, line: `Ready after ${((Date.now() - began) / 1000).toFixed(1)} s: ${url}` };
    }),
  );
  return url;
}

interface Surroundings {
  cluster: LocalCluster;
  /** Of the database. */
  url: string;
  log: StartLog;
  telemetry: LocalTelemetry;
}

/** The functions with photos, after a first warm-up, whose phases are told while it runs. */
async function warmedUp(
  run: Run,
  { cluster, url, log, telemetry }: Surroundings,
  tell: Tell,
): Promise<{ value: LocalFunctions; line: string }> {
  log.onPhase = (phase, listings) =>
    tell(`Warm-up: ${phase}${phase === 'reading' ? `, ${percent(listings)}` : ''} (${thousands(listings)} listings)`);
  const photos = await run.own(startPhotoOrigin);
  const listener: FunctionListener = {
    take: (name, line) => {
      telemetry.take(name, line);
      log.take(name, line);
    },
    invoked: (...invocation) => telemetry.invoked(...invocation),
  };
  const value = await run.own(() => new LocalFunctions(cluster, url, listener, photos));
  const { listings, searchable, version = '', bytesWritten, seconds } = await value.warmUp();
  return {
    value,
    line:
      `Warm-up: ${thousands(listings)} listings read, ${thousands(searchable)} searchable, ` +
      `catalogue ${version}, ${(bytesWritten / 1e6).toFixed(1)} MB written in ${seconds.toFixed(1)} s`,
  };
}

/** Warms up again and again, one run after the other. */
function lookAgain(functions: LocalFunctions): { stop: () => void } {
  let running = false;
  const again = setInterval(() => {
    if (running) return;
    running = true;
    // What it fails of it has logged itself.
    void functions
      .warmUp()
      .catch(() => undefined)
      .finally(() => (running = false));
  }, FRESHNESS_SECONDS * 1_000);
  return { stop: () => clearInterval(again) };
}

async function openDatabase(
  run: Run,
  url: string | undefined,
  given: string | undefined,
  tell: Tell,
): Promise<{ value: Pick<Database, 'url'>; line: string }> {
  if (url && given !== undefined) return { value: { url }, line: given };
  const value = await run.own(() => startDatabase((rows) => tell(`PostgreSQL: generating listings, ${percent(rows)}`)));
  return { value, line: value.description };
}

/** Whoever asks before all is ready. */
const starting: Integration = () =>
  Promise.resolve(problem(503, 'The local stage is starting.', { 'retry-after': '1' }));

/** An empty variable counts as none. @throws Error */
function readPort(value: string | undefined): number {
  try {
    return value ? readNumber(value, 0, 65_535) : DEFAULT_PORT;
  } catch (error) {
    throw new Error(`PORT can't be used. ${(error as Error).message}`, { cause: error });
  }
}

const percent = (rows: number) => `${Math.min(100, Math.round((rows / LISTING_COUNT) * 100))} %`;
