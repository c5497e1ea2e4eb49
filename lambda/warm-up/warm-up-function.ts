import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { CurrentCatalogue } from '../catalogue/current-catalogue';
import { METRICS } from '../contract/metrics';
import { ToldError } from '../contract/told-error';
import { isConnectionLost } from '../database/errors';
import { openPool, poolSettings } from '../database/pool';
import { READ_TIMEOUT_MS } from '../database/table-reader';
import { VehicleDatabase } from '../database/vehicle-database';
import { SearchService } from '../search/search-service';
import { Emitter, logger, MetricUnit } from '../telemetry/emitter';
import { reasonOf } from '../telemetry/reason';
import { ValkeyClient } from '../valkey/client';
import { WarmUp, type WarmUpOptions, type WarmUpResult } from './warm-up';

/** What one command of the warm-up waits for its reply, ms; nobody waits for it, and its commands are large. */
const COMMAND_TIMEOUT_MS = 5_000;
/** The next minute's run begins after that. */
const STAY_MS = 58_000;
const PROGRESS_EVERY_MS = 200;

/**
 * The event: what a schedule, a deploy or an operator sends. Fields of other senders (a notification's) are passed
 * over.
 */
const eventSchema = z
  .object({
    force: z.boolean().optional(),
    allowShrink: z.boolean().optional(),
    /** Look again every so many seconds until the next minute's run begins. */
    everySeconds: z.number().min(1).max(60).optional(),
  })
  .catch({});

export interface WarmUpFunction {
  handler: (event: unknown) => Promise<WarmUpResult>;
  close: () => Promise<void>;
}

/**
 * Wires the function from its environment.
 * @param stayMs how long a run that looks again and again does so
 * @throws MissingEnvironmentError
 */
export function createWarmUpFunction(
  env: NodeJS.ProcessEnv = process.env,
  readTimeoutMs = READ_TIMEOUT_MS,
  stayMs = STAY_MS,
): WarmUpFunction {
  const valkey = ValkeyClient.fromEnvironment(env, { commandTimeoutMs: COMMAND_TIMEOUT_MS });
  // No connection is kept for the next minute: it may die in the freeze between, and nobody says so.
  const settings = { ...poolSettings(env, readTimeoutMs), maxUses: 1 };
  const pool = openPool(settings);
  const catalogue = new CurrentCatalogue(valkey);
  const database = new VehicleDatabase(settings);
  const service = new SearchService(valkey, database, catalogue);
  const warmUp = new WarmUp(valkey, pool, catalogue, service, readTimeoutMs, logProgress());
  const emitter = new Emitter(env);

  const once = async (options: WarmUpOptions): Promise<WarmUpResult> => {
    try {
      const result = await warmUp.run(options);
      emitResult(emitter, result);
      logger.info('Warm-up ended', { result });
      return result;
    } catch (error) {
      emitter.count(METRICS.warmUpFailed);
      if (isConnectionLost(error)) emitter.count(METRICS.databaseConnectionsLost);
      logger.error('Warm-up failed; the current catalogue stays', error as Error);
      // Lambda writes what is thrown into the log as it is.
      throw error instanceof ToldError ? error : new ToldError(reasonOf(error));
    } finally {
      emitter.flushNow();
    }
  };

  return {
    handler: async (event) => {
      const { everySeconds, ...options } = eventSchema.parse(event);
      const staysUntil = Date.now() + stayMs;
      let result = await once(options);
      while (everySeconds !== undefined && Date.now() + everySeconds * 1_000 < staysUntil) {
        await sleep(everySeconds * 1_000);
        result = await once({});
      }
      return result;
    },
    close: async () => {
      valkey.close();
      await Promise.all([pool.end(), database.close()]);
    },
  };
}

function emitResult(emitter: Emitter, result: WarmUpResult): void {
  if (result.outcome === 'busy') return;
  emitter.count(METRICS.warmUpSucceeded);
  if (result.outcome === 'published') emitter.count(METRICS.cataloguesPublished);
  emitter.count(METRICS.databaseQueries, result.databaseQueries);
  emitter.record(METRICS.warmUpTime, MetricUnit.Milliseconds, result.seconds * 1_000);
  emitter.record(METRICS.catalogueListings, MetricUnit.Count, result.listings);
  emitter.record(METRICS.catalogueSearchable, MetricUnit.Count, result.searchable);
}

/** Only a run that reads the table logs its progress: it takes seconds, and the local run shows it. */
function logProgress(): (phase: string, listings: number) => void {
  let nextAt = 0;
  return (phase, listings) => {
    if (phase === 'reading' && Date.now() < nextAt) return;
    nextAt = Date.now() + PROGRESS_EVERY_MS;
    logger.info('Warm-up progress', { phase, listings });
  };
}
