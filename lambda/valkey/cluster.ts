import { readFileSync } from 'node:fs';
import { createSecureContext, type ConnectionOptions as TlsOptions } from 'node:tls';
import { Cluster, type Redis, type RedisOptions } from 'iovalkey';
import { deadline } from '../contract/deadlines';
import { ENV, optionalEnv, requireEnv } from '../contract/environment';
import { ToldError } from '../contract/told-error';
import { logger } from '../telemetry/emitter';
import { reasonOf } from '../telemetry/reason';
import { valkeyCredentials, type ValkeyCredentials } from './credentials';
import { connectionError, failureLayer, NoReplyError } from './failure-layer';
import { nowAndThen } from './now-and-then';
import { SteadyConnector } from './steady-connector';

/** What one command waits for its reply at most, ms. */
export const COMMAND_TIMEOUT_MS = deadline(150);
/** What opening a connection may take, ms: TCP, TLS, signing in, and the server's word that it is ready. */
export const CONNECT_TIMEOUT_MS = deadline(700);
/**
 * The same once the cluster was reached: the sooner a connection to a node that is away fails, the sooner it is back.
 */
const RECONNECT_TIMEOUT_MS = deadline(500);
/** ElastiCache closes a connection 12 hours after its last AUTH. */
const REAUTHENTICATE_AFTER_MS = 11 * 3_600_000;
const DISCONNECT_TIMEOUT_MS = 200;
/** How often the slots are read anew, whatever happens, ms. */
const REFRESH_SLOTS_EVERY_MS = 5_000;

export interface ConnectionOptions {
  /**
   * What one command waits for its reply, ms, and for a cluster that can't be reached yet: of those whom no caller of
   * the API waits for. For others the request's share decides, and nobody waits for what was sought in vain.
   */
  commandTimeoutMs?: number;
}

const authenticatedAt = new WeakMap<Redis, number>();

/**
 * Connects to the configuration endpoint. Never queue what can't be sent, never
 * retry what may have been executed, notice a hung socket, and always keep trying to come back.
 */
export function connectCluster(env: NodeJS.ProcessEnv = process.env, options: ConnectionOptions = {}): Cluster {
  const { commandTimeoutMs = COMMAND_TIMEOUT_MS } = options;
  const { host, port } = endpoint(env);
  const credentials = valkeyCredentials(env);
  const caFile = optionalEnv(ENV.valkeyCaFile, env);
  // One for all connections: to make it costs more than a handshake.
  const tls = { secureContext: createSecureContext(caFile === undefined ? {} : { ca: readFileSync(caFile) }) };
  const redisOptions: RedisOptions = {
    username: credentials.username,
    password: credentials.password(),
    // No commandTimeout: it would count the opening of the connection. The waves of ValkeyClient have deadlines.
    socketTimeout: CONNECT_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A socket that does not end by itself is destroyed; its timer would keep a process that has ended its work.
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    tls,
    Connector: SteadyConnector,
  };
  const cluster = new Cluster([{ host, port }], {
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: 4,
    // See refreshNowAndThen.
    slotsRefreshInterval: 0,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    clusterRetryStrategy: () => 50 + Math.random() * 150,
    // ElastiCache's certificates name the host, so the name must reach TLS unresolved.
    dnsLookup: (address, callback) => callback(null, address),
    scaleReads: 'master',
    redisOptions,
  });
  cluster.on('+node', (node: Redis) => {
    signInFreshly(node, credentials);
    surviveAsking(node);
    // Open, it is found dead when it is silent for less long than opening may take.
    node.once('ready', () => (node.options.socketTimeout = 2 * commandTimeoutMs));
  });
  cluster.once('ready', () => {
    cluster.options.slotsRefreshTimeout = RECONNECT_TIMEOUT_MS;
    redisOptions.connectTimeout = redisOptions.socketTimeout = RECONNECT_TIMEOUT_MS;
  });
  refreshNowAndThen(cluster);
  const report = failureReporter({ host, port, ...tls });
  cluster.on('error', (error: Error) => report(error, 'cluster'));
  cluster.on('node error', (error: Error, node: string) => report(error, node));
  return cluster;
}

/**
 * Instead of the client's own `slotsRefreshInterval`: closed in the middle of such a refresh, it goes on for ever
 * (iovalkey 0.4.0) and keeps its process from ending.
 */
function refreshNowAndThen(cluster: Cluster): void {
  const timer = setInterval(() => {
    // A reconnect that meets a refresh under way asks for none itself, and would wait for ever.
    if (['connecting', 'connect', 'ready'].includes(cluster.status)) cluster.refreshSlotsCache();
  }, REFRESH_SLOTS_EVERY_MS);
  timer.unref();
  cluster.once('end', () => clearInterval(timer));
}

/**
 * A connection of its own to the node that one of the cluster client's connections leads to, for commands that block:
 * there they would hold up the others and die of their timeouts. It does not come back by itself; make another one when
 * it has ended.
 */
export function blockingConnection(node: Redis): Redis {
  const connection = node.duplicate({ retryStrategy: () => null, lazyConnect: false, enableOfflineQueue: true });
  delete connection.options.commandTimeout;
  delete connection.options.socketTimeout;
  // What went wrong is told by the command that waits.
  connection.on('error', () => undefined);
  return connection;
}

/** Says which layer failed, now and then: a node that is away fails at every attempt. */
function failureReporter(endpointOptions: TlsOptions): (error: Error, node: string) => void {
  const isTime = nowAndThen();
  return (error, node) => {
    if (!isTime()) return;
    void explain(error, node, endpointOptions).then((cause) => {
      logger.warn('Connecting to Valkey failed', { layer: failureLayer(cause), node, reason: reasonOf(cause) });
    });
  };
}

async function explain(error: Error, node: string, endpointOptions: TlsOptions): Promise<Error> {
  if (failureLayer(error) !== 'unknown') return error;
  // The node itself where the client names one; "cluster" is the configuration endpoint.
  const [, host, port] = /^(.+):(\d+)$/.exec(node) ?? [];
  const asked = host === undefined ? endpointOptions : { ...endpointOptions, host, port: Number(port) };
  return (await connectionError(asked, CONNECT_TIMEOUT_MS)) ?? new NoReplyError(error);
}

/**
 * Connections copy their options when they are made, so each gets a getter of its own: a fresh token for each attempt.
 */
function signInFreshly(node: Redis, credentials: ValkeyCredentials): void {
  Object.defineProperty(node.options, 'password', {
    // Called from timers of the client too, where a throw would end the process; an empty password is refused and tried
    // again.
    get: () => {
      try {
        return credentials.password();
      } catch (error) {
        logger.error('No password for Valkey could be made', error as Error);
        return '';
      }
    },
    enumerable: true,
    configurable: true,
  });
  node.on('ready', () => authenticatedAt.set(node, Date.now()));
}

/**
 * The cluster client sends ASKING before a command that it redirects, and looks at no reply: one that fails must not
 * end the process.
 */
function surviveAsking(node: Redis): void {
  const asking = node.asking.bind(node);
  node.asking = () => {
    const reply = asking();
    reply.catch(() => undefined);
    return reply;
  };
}

/**
 * Signs in again on connections that ElastiCache would soon close. Cheap to call at every request.
 * @param now ms since the epoch.
 */
export async function reauthenticate(
  cluster: Cluster,
  credentials: ValkeyCredentials,
  now = Date.now(),
  afterMs = REAUTHENTICATE_AFTER_MS,
): Promise<void> {
  const due = cluster.nodes().filter((node) => now - (authenticatedAt.get(node) ?? now) >= afterMs);
  await Promise.all(
    due.map(async (node) => {
      await node.auth(credentials.username, credentials.password());
      authenticatedAt.set(node, now);
    }),
  );
}

/** @returns the configuration endpoint. @throws MissingEnvironmentError, Error if it has another form */
export function endpoint(env: NodeJS.ProcessEnv): { host: string; port: number } {
  const value = requireEnv(ENV.valkeyEndpoint, env);
  const match = /^(.+):(\d{1,5})$/.exec(value);
  if (match?.[1] === undefined) {
    throw new ToldError(
      `${ENV.valkeyEndpoint} must be <host>:<port> of the configuration endpoint, received "${value}".`,
    );
  }
  return { host: match[1], port: Number(match[2]) };
}
