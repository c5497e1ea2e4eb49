import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { getHealth } from '../api/get-health';
import { searchVehicles } from '../api/search-vehicles';
import { CurrentCatalogue } from '../catalogue/current-catalogue';
import { MissingColumnsError } from '../database/columns';
import { DatabaseUnavailableError } from '../database/errors';
import { createPool } from '../database/pool';
import { VehicleDatabase } from '../database/vehicle-database';
import { json, route } from '../http/operation';
import { unavailable } from '../http/problem';
import { createRouter } from '../http/router';
import { TYPICAL_QUESTIONS } from '../rules/question';
import { logger } from '../telemetry/emitter';
import { RequestContext } from '../telemetry/request';
import { ValkeyClient } from '../valkey/client';
import { checkHealth } from './health';
import { Popularity } from './popularity';
import { SearchService } from './search-service';
import { SearchTelemetry } from './search-telemetry';

/** What a cold start may wait for Valkey and the index, ms; API Gateway's caller is waiting too. */
const INIT_BUDGET_MS = 500;

/** The search function: its handler, and what tests and benchmarks need of it. */
export interface SearchFunction {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  valkey: ValkeyClient;
  close: () => Promise<void>;
}

/**
 * Wires the function from its environment and loads the index, so that the first question is as fast as the next. If it
 * can't be loaded now, questions load it later.
 * @throws MissingEnvironmentError
 */
export async function createSearchFunction(env: NodeJS.ProcessEnv = process.env): Promise<SearchFunction> {
  const valkey = ValkeyClient.fromEnvironment(env);
  const pool = createPool(env);
  const database = new VehicleDatabase(pool);
  const catalogue = new CurrentCatalogue(valkey);
  const service = new SearchService(valkey, database, catalogue, new Popularity());
  const telemetry = new SearchTelemetry(valkey, catalogue, env);

  const routes = [
    route(searchVehicles, async ({ query, context }) => {
      try {
        const { body, tier } = await service.answer(query, context);
        telemetry.answered(tier, context);
        return json(200, body, { 'x-cache': tier, 'server-timing': serverTiming(context) });
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError || error instanceof MissingColumnsError)) throw error;
        telemetry.unavailable(context);
        throw unavailable('Neither the cache nor the database can answer now.', 2, error);
      }
    }),
    route(getHealth, async ({ context }) => {
      const health = await checkHealth(database, catalogue, context);
      return json(health.status === 'down' ? 503 : 200, health);
    }),
  ];
  const handler = createRouter(routes, async (context, response) => {
    telemetry.requested(context, response.statusCode);
    await valkey.finish();
  });

  await prime(catalogue, service);
  return {
    handler,
    valkey,
    close: async () => {
      valkey.close();
      await pool.end();
    },
  };
}

/**
 * Loads the index and answers one question, so that what the first question would otherwise wait for (connections to every
 * shard, compiled schemas) happens during init. None of it is needed for the function to work.
 */
async function prime(catalogue: CurrentCatalogue, service: SearchService): Promise<void> {
  const request = new RequestContext(INIT_BUDGET_MS);
  try {
    await catalogue.refresh(request);
    const [question] = TYPICAL_QUESTIONS;
    searchVehicles.query.safeParse({ budgetMin: '0', budgetMax: '0' });
    if (question !== undefined && catalogue.index !== undefined) await service.answer(question, request);
  } catch (error) {
    logger.warn('The index could not be loaded during init; questions load it later', error as Error);
  }
}

function serverTiming(context: RequestContext): string {
  const { valkey, database, elapsed } = context;
  return `valkey;dur=${valkey.spent.toFixed(2)}, database;dur=${database.spent.toFixed(2)}, total;dur=${elapsed.toFixed(2)}`;
}
