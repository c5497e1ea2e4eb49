import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Listing } from '../../lambda/rules/listing';
import type { ValkeyUser } from '../../lambda/contract/access';
import { ENV } from '../../lambda/contract/environment';
import { generateListings } from '../../lib/tools/example-data/listings';
import { startPostgres, type LocalPostgres } from '../../lib/tools/engines/postgres';
import { LocalCluster, type LocalClusterOptions } from '../../lib/tools/engines/valkey-cluster';
import { createVehicles } from '../../lib/tools/example-data/vehicles-table';

/** Real engines for one test file: PostgreSQL with generated listings, and a cluster of three shards. */
export interface Engines {
  postgres: LocalPostgres;
  cluster: LocalCluster;
  listings: Listing[];
  /** The environment of a function that signs in as this Valkey user. */
  env: (user: ValkeyUser) => Record<string, string>;
  stop: () => Promise<void>;
}

export const FEW = 4_000;

export async function startEngines(count = FEW, options: LocalClusterOptions = {}): Promise<Engines> {
  const [postgres, cluster] = await Promise.all([startPostgres(), LocalCluster.start(options)]);
  const listings = [...generateListings(count, 7)];
  await createVehicles(postgres.ownerUrl, listings);
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
    stop: async () => {
      await Promise.all([postgres.stop(), cluster.stop()]);
    },
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
  const values = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(query)) (values[name] ??= []).push(value);
  return {
    resource: '/{proxy+}',
    httpMethod,
    path,
    headers: {},
    multiValueHeaders: {},
    // Through JSON, as Lambda's runtime gets it: `__proto__` is then a name like any other.
    multiValueQueryStringParameters:
      query === '' ? null : (JSON.parse(JSON.stringify(values)) as Record<string, string[]>),
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
}

export const search = (query: string): APIGatewayProxyEvent => get('/v1/vehicles/search', query);
