import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Listing } from '../../lambda/rules/listing';
import type { ValkeyUser } from '../../lambda/contract/access';
import { ENV } from '../../lambda/contract/environment';
import { generateListings } from '../../lib/tools/example-data/listings';
import type { LocalClusterOptions } from '../../lib/tools/engines/valkey-cluster';
import { apiEvent } from '../../lib/tools/local-stage/api-event';
import { startEngines as startBoth, type Engines as Both } from '../../lib/tools/local-stage/start-engines';

/** Real engines for one test file: PostgreSQL with generated listings, and a cluster of three shards. */
export interface Engines extends Both {
  listings: Listing[];
  /** The environment of a function that signs in as this Valkey user. */
  env: (user: ValkeyUser) => Record<string, string>;
}

const FEW = 4_000;

export async function startEngines(count = FEW, options: LocalClusterOptions = {}): Promise<Engines> {
  const listings = [...generateListings(count, 7)];
  const { postgres, cluster, stop } = await startBoth(listings, options);
  return {
    postgres,
    cluster,
    listings,
    env: (user) => ({
      ...cluster.environment(user),
      [ENV.databaseUrl]: postgres.url,
      [ENV.stage]: 'test',
      // What is in memory asks nothing of the engines that a test is about.
      [ENV.listingMemoryBytes]: '0',
    }),
    stop,
  };
}

/** An event as API Gateway builds it. */
export function get(path: string, query = ''): APIGatewayProxyEvent {
  return request('GET', path, query);
}

export function request(
  httpMethod: string,
  path: string,
  query = '',
  body: string | null = null,
): APIGatewayProxyEvent {
  // Through JSON, as Lambda's runtime gets it: `__proto__` is then a name like any other.
  return JSON.parse(JSON.stringify({ ...apiEvent(httpMethod, path, undefined, query), body })) as APIGatewayProxyEvent;
}

export const search = (query: string): APIGatewayProxyEvent => get('/v1/vehicles/search', query);
