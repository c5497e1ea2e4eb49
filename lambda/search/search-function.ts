import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { getHealth } from './get-health';
import { getOpenApi } from './get-openapi';
import { searchVehicles } from './search-vehicles';
import { json, route } from '../http/operation';
import { createRouter } from '../http/router';
import type { ValkeyClient } from '../valkey/client';
import { checkHealth } from './health';
import { createSearchCore, prepareMeanwhile, serverTiming } from './search-core';

/** The search function: its handler, and what tests and benchmarks need of it. */
export interface SearchFunction {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  valkey: ValkeyClient;
  close: () => Promise<void>;
}

/** @param now ms since the epoch. @throws MissingEnvironmentError */
export async function createSearchFunction(
  env: NodeJS.ProcessEnv = process.env,
  now: () => number = Date.now,
): Promise<SearchFunction> {
  const { valkey, database, catalogue, telemetry, search, primed, close } = createSearchCore(env, now);
  await prepareMeanwhile(searchVehicles);
  const routes = [
    route(searchVehicles, async ({ query, context }) => {
      const { body, tier } = await search(query, context);
      return json(200, body, { 'x-cache': tier, 'server-timing': serverTiming(context) });
    }),
    route(getHealth, async ({ context }) => {
      const health = await checkHealth(database, catalogue, valkey, context);
      return json(health.status === 'down' ? 503 : 200, health);
    }),
    route(getOpenApi, async ({ context }) => {
      // Only who asks for it pays for reading it.
      const { default: document } = await import('../../docs/openapi.json');
      return json(200, { ...document, servers: [{ url: context.basePath || '/' }] });
    }),
  ];
  const handler = createRouter(routes, telemetry.requested);
  await primed;
  return { handler, valkey, close };
}
