import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { CurrentCatalogue } from '../catalogue/current-catalogue';
import { deadline } from '../contract/deadlines';
import { TableMismatchError } from '../database/columns';
import { DatabaseUnavailableError } from '../database/errors';
import { poolSettings } from '../database/pool';
import { VehicleDatabase } from '../database/vehicle-database';
import type { Operation } from '../http/operation';
import { unavailable } from '../http/problem';
import { prepare } from '../http/validate';
import { TYPICAL_QUESTIONS, type Question } from '../rules/question';
import { logger } from '../telemetry/emitter';
import { INIT_BUDGET_MS, INIT_CONNECTION_MS, RequestContext } from '../telemetry/request';
import { ValkeyClient } from '../valkey/client';
import { AnswerRoom } from './answer-room';
import { ListingMemory } from './listing-memory';
import { Popularity } from './popularity';
import { SearchService, type Answer } from './search-service';
import { SearchTelemetry } from './search-telemetry';

/**
 * What a cold start may wait for a large index of which pieces keep coming, ms: without one, each question would cost a
 * query.
 */
export const INIT_MOST_MS = deadline(3_000);

/** What every function that answers searches is made of. */
interface SearchCore {
  valkey: ValkeyClient;
  database: VehicleDatabase;
  catalogue: CurrentCatalogue;
  memory: ListingMemory | undefined;
  room: AnswerRoom;
  service: SearchService;
  telemetry: SearchTelemetry;
  /** @throws Problem 503 if no tier can answer now. */
  search: (question: Question, context: RequestContext) => Promise<Answer>;
  /** Whether it succeeded or not: connected, and the index loaded. */
  primed: Promise<void>;
  close: () => Promise<void>;
}

/**
 * Wires it from the environment and begins to load the index, so that the first question is as fast as the next. If
 * the index can't be loaded now, questions load it later.
 * @param now ms since the epoch
 * @throws MissingEnvironmentError
 */
export function createSearchCore(env: NodeJS.ProcessEnv, now: () => number = Date.now): SearchCore {
  const valkey = ValkeyClient.fromEnvironment(env);
  const database = new VehicleDatabase(poolSettings(env), now);
  const catalogue = new CurrentCatalogue(valkey, now);
  const memory = ListingMemory.fromEnvironment(env);
  const room = new AnswerRoom(valkey, now);
  const service = new SearchService(valkey, database, catalogue, { popularity: new Popularity(), memory, room, now });
  const telemetry = new SearchTelemetry(valkey, catalogue, env, now);
  return {
    valkey,
    database,
    catalogue,
    memory,
    room,
    service,
    telemetry,
    search: async (question, context) => {
      try {
        const answer = await service.answer(question, context);
        telemetry.answered(question, answer, context);
        return answer;
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError || error instanceof TableMismatchError)) throw error;
        telemetry.unavailable(context);
        throw unavailable('Neither the cache nor the database can answer now.', 2, error);
      }
    },
    primed: prime(valkey, catalogue, service),
    close: async () => {
      valkey.close();
      await database.close();
    },
  };
}

/**
 * Connects to every shard, loads the index and what is asked most, and answers one question, so that what the first
 * question would otherwise wait for happens during init. None of it is needed for the function to work.
 */
async function prime(valkey: ValkeyClient, catalogue: CurrentCatalogue, service: SearchService): Promise<void> {
  const giveUpAt = performance.now() + INIT_MOST_MS;
  try {
    await valkey.connect(INIT_CONNECTION_MS);
    let request: RequestContext;
    let before: number;
    do {
      before = catalogue.arrived;
      request = new RequestContext(INIT_BUDGET_MS);
      await catalogue.refresh(request);
    } while (catalogue.index === undefined && catalogue.arrived > before && performance.now() < giveUpAt);
    const { current } = catalogue;
    if (current === undefined) return;
    await service.remember([...TYPICAL_QUESTIONS, ...current.manifest.popular], request);
    const [question] = TYPICAL_QUESTIONS;
    if (question !== undefined) await service.answer(question, request);
  } catch (error) {
    logger.warn('The index could not be loaded during init; questions load it later', error as Error);
  }
}

/** Prepares what a function is asked most, between two steps of opening its connections. */
export async function prepareMeanwhile(operation: Operation): Promise<void> {
  await setImmediate();
  prepare(operation);
  await setImmediate();
}

/** Where the time of a request went, for `Server-Timing`, ms. */
export function serverTiming({ valkey, firstConnections, database, elapsed }: RequestContext): string {
  const ms = (value: number) => value.toFixed(2);
  const inValkey = ms(valkey.spent + firstConnections.spent);
  return `valkey;dur=${inValkey}, database;dur=${ms(database.spent)}, total;dur=${ms(elapsed)}`;
}
