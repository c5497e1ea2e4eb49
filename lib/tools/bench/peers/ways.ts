import { createCache as createDedupeCache } from 'async-cache-dedupe';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { createCache } from 'cache-manager';
import { Cluster as IoRedisCluster } from 'ioredis';
import { Cluster as IoValkeyCluster } from 'iovalkey';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import KeyvValkey from '@keyv/valkey';
import { searchVehicles } from '../../../../lambda/search/search-vehicles';
import { ENV } from '../../../../lambda/contract/environment';
import { questionId, TTL } from '../../../../lambda/contract/keys';
import { poolSettings } from '../../../../lambda/database/pool';
import { VehicleDatabase } from '../../../../lambda/database/vehicle-database';
import { json, route } from '../../../../lambda/http/operation';
import { createRouter } from '../../../../lambda/http/router';
import type { Question } from '../../../../lambda/rules/question';
import { queryAnswer } from '../../../../lambda/search/database-tier';
import { createSearchFunction } from '../../../../lambda/search/search-function';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { COMMAND_TIMEOUT_MS } from '../../../../lambda/valkey/cluster';
import type { WorkerInput } from '../bench-messages';
import { originalWay } from '../original-way';

export type PeerInput = Pick<WorkerInput, 'admin' | 'databaseUrl'> & {
  /** Of the search function. */
  environment: Record<string, string>;
};

/** Answers that a peer keeps in its process. */
const MOST_IN_MEMORY = 2_000;

/** Characters of the original's answers that are handed on: the first dozens of listings. */
const BEGINNING = 20_000;

/** One way to answer searches. */
export interface Way {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  /** Waits until what it stores for later has arrived, if it does not wait for that itself. */
  stored?: () => Promise<void>;
  close: () => Promise<void>;
}

/** What a way does with a valid question. */
interface Answering {
  answer: (question: Question) => Promise<string>;
  close: () => Promise<unknown>;
}

/**
 * The ways that are compared. The peers get this project's router, validation and best query (with LIMIT); only the
 * caching is theirs: set up as their documentation says, 10 minutes to live and this project's command timeout.
 * bentocache has a tier in the process, Valkey, and its bus; cache-manager has both tiers and no bus;
 * async-cache-dedupe has one store, or the other.
 */
const WAYS = {
  'this project': async ({ environment }) => {
    const { handler, valkey, close } = await createSearchFunction(environment);
    return { handler, stored: () => valkey.delivered(), close };
  },
  bentocache: (input) => {
    const connection = new IoRedisCluster(...clusterOptions(input));
    // The bus has a connection of its own to one node: in a cluster each passes on what is published. It subscribes
    // before it is connected, and nobody hears of a timeout.
    const [[node], { redisOptions }] = clusterOptions(input);
    const cache = new BentoCache({
      default: 'both',
      stores: {
        both: bentostore()
          .useL1Layer(memoryDriver({ maxItems: MOST_IN_MEMORY }))
          .useL2Layer(redisDriver({ connection, prefix: 'bentocache' }))
          .useBus(redisBusDriver({ connection: { ...node, ...redisOptions, commandTimeout: undefined } })),
      },
    });
    const query = bestQuery(input);
    return whole({
      answer: (question) =>
        cache.getOrSet({ key: questionId(question), ttl: TTL.search * 1_000, factory: () => query.answer(question) }),
      close: () => Promise.all([cache.disconnectAll(), query.close()]),
    });
  },
  'cache-manager, @keyv/valkey': (input) => {
    const client = new IoValkeyCluster(...clusterOptions(input));
    // Its sets lie in another slot than the key: a cluster refuses them.
    const store = new KeyvValkey(client, { useRedisSets: false });
    store.on('error', () => undefined);
    const memory = new Keyv({ store: new LRUCache({ max: MOST_IN_MEMORY }) });
    const cache = createCache({ stores: [memory, new Keyv({ store, throwOnErrors: false })] });
    const query = bestQuery(input);
    return whole({
      answer: (question) => cache.wrap(questionId(question), () => query.answer(question), TTL.search * 1_000),
      close: () => Promise.all([store.disconnect(), query.close()]),
    });
  },
  'async-cache-dedupe': (input) => {
    // It calls get and set alone, which a cluster's client has too.
    const client = new IoRedisCluster(...clusterOptions(input));
    const query = bestQuery(input);
    const cache = createDedupeCache({
      ttl: TTL.search,
      storage: { type: 'redis', options: { client } },
    }).define('search', { serialize: (question: Question) => questionId(question) }, (question: Question) =>
      query.answer(question),
    );
    return whole({
      answer: (question) => cache.search(question),
      close: () => {
        client.disconnect();
        return query.close();
      },
    });
  },
  'the original': ({ databaseUrl }) => {
    const { ask, close } = originalWay(databaseUrl);
    // Its answers are larger than the router lets through: they are made, and their beginning is handed on.
    return whole({ answer: async (question) => (await ask(question)).slice(0, BEGINNING), close });
  },
} as const satisfies Record<string, (input: PeerInput) => Way | Promise<Way>>;

export type WayName = keyof typeof WAYS;
export const WAY_NAMES = Object.keys(WAYS) as WayName[];
export const openWay = async (name: WayName, input: PeerInput): Promise<Way> => WAYS[name](input);

function whole({ answer, close }: Answering): Way {
  const handler = createRouter(
    [route(searchVehicles, async ({ query }) => json(200, await answer(query)))],
    () => undefined,
  );
  return {
    handler,
    close: async () => {
      await close();
    },
  };
}

function bestQuery({ databaseUrl }: PeerInput): Answering {
  const database = new VehicleDatabase(poolSettings({ [ENV.databaseUrl]: databaseUrl }));
  return {
    answer: (question) => queryAnswer(database, question, new RequestContext()),
    close: () => database.close(),
  };
}

/** As an administrator: the users of production may touch none of the peers' keys. */
function clusterOptions({ admin }: PeerInput): [
  { host: string; port: number }[],
  {
    dnsLookup: (address: string, callback: (error: null, address: string) => void) => void;
    redisOptions: { username: string; password: string; tls: { ca: string }; commandTimeout: number };
  },
] {
  const [first] = admin;
  if (first === undefined) throw new Error('The cluster has no node');
  const { host, port, username, password, ca } = first;
  return [
    [{ host, port }],
    {
      dnsLookup: (address, callback) => callback(null, address),
      redisOptions: { username, password, tls: { ca }, commandTimeout: COMMAND_TIMEOUT_MS },
    },
  ];
}
