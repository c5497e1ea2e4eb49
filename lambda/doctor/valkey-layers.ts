import { readFileSync } from 'node:fs';
import slotOf from 'cluster-key-slot';
import { Redis } from 'iovalkey';
import { CATALOGUE_KEYS } from '../contract/keys';
import { ENV, optionalEnv } from '../contract/environment';
import { ToldError } from '../contract/told-error';
import { BUCKET_KEYS } from '../catalogue/layout';
import { reasonOf } from '../telemetry/reason';
import { endpoint } from '../valkey/cluster';
import { SLOTS } from '../valkey/connections';
import { valkeyCredentials } from '../valkey/credentials';
import { connectionError } from '../valkey/failure-layer';
import { SteadyConnector } from '../valkey/steady-connector';
import { CERTIFICATES, onTheWay } from './advice';
import type { Layer } from './check';
import { reach, resolve } from './network';

const TIMEOUT_MS = 2_500;

/**
 * What a search must be allowed; none of it changes anything. A redirect comes after the permission check, so it counts
 * as allowed.
 */
const NEEDED: readonly (readonly [command: string, ...args: string[]])[] = [
  ['HMGET', CATALOGUE_KEYS.current, 'version'],
  ...BUCKET_KEYS.map((key) => ['HMGET', key, 'doctor'] as const),
  ['HMGET', 'search:doctor', 'body'],
  ['EXPIRE', 'search:doctor', '60'],
  ['EXPIRE', 'popular:doctor', '60'],
  ['EXPIRE', 'lease:{search:doctor}', '60'],
  ['SET', 'search:doctor', '', 'XX'],
  ['EVAL', 'return 0', '1', 'search:doctor'],
];

const ON_THE_WAY = onTheWay('a node (npm run ops -- status)');
const IF_IT_STAYS = 'If it stays: npm run ops -- status, then the engine log and the events of the group.';
/** What a node that has taken the connection says, or does not say. */
const CONNECTED = {
  ...ON_THE_WAY,
  ...CERTIFICATES,
  ECONNREFUSED: `A node is down or restarting; a failover takes some seconds. ${IF_IT_STAYS}`,
  ETIMEDOUT: 'A node takes connections and does not answer: it hangs, or is busy (npm run ops -- status).',
  OOM: 'Memory is full, and nothing may be evicted. Make room: npm run ops -- purge image:',
  LOADING: 'A node is loading its data, and answers when it has; wait.',
  BUSY: 'A script holds a node: it ends by itself, or by SCRIPT KILL if it has written nothing.',
};

/** The layers between a function and Valkey, from the bottom up, as the environment's own user. */
export function valkeyLayers(env: NodeJS.ProcessEnv): Layer[] {
  const address = endpoint(env);
  const caFile = optionalEnv(ENV.valkeyCaFile, env);
  const tls = caFile === undefined ? {} : { ca: readFileSync(caFile) };
  const signIn = (node: { host: string; port: number }) => signedIn({ ...node, tls }, env);
  return [
    {
      name: 'DNS',
      look: () => resolve(address),
      advice:
        'There is no such name. Is the cluster there (npm run ops -- status)? The name is its configuration endpoint.',
      adviceOf: ON_THE_WAY,
    },
    {
      name: 'TCP',
      look: () => reach(address),
      advice: 'Security groups, network ACLs, routes: the clients’ group must reach the nodes’ group on this port.',
      adviceOf: ON_THE_WAY,
    },
    {
      name: 'TLS',
      look: async () => {
        const error = await connectionError({ ...address, ...tls }, TIMEOUT_MS);
        if (error !== undefined) throw error;
        return 'the certificate is valid and names the host';
      },
      advice: 'The name must be the endpoint itself, no CNAME. Never switch the check off.',
      adviceOf: CONNECTED,
    },
    {
      name: 'authentication',
      look: () => signIn(address)((node) => node.ping()),
      advice:
        `The user of ${ENV.valkeyUser} must be in the group's user group, and the role needs elasticache:Connect ` +
        'on both. A clock that is wrong makes tokens invalid.',
      adviceOf: CONNECTED,
    },
    {
      name: 'cluster',
      look: () => signIn(address)((node) => coverage(node, signIn)),
      advice: `A failover takes some seconds. ${IF_IT_STAYS}`,
      adviceOf: CONNECTED,
    },
    {
      name: 'permission',
      look: () => signIn(address)(permissions),
      advice:
        'The access string of the user in lambda/contract/access.ts is not what the cluster has: deploy the ' +
        'cache stack.',
      adviceOf: CONNECTED,
    },
    {
      name: 'writes',
      look: () => signIn(address)((node) => writable(node, signIn)),
      advice: `A failover is under way, or replicas are missing. ${IF_IT_STAYS}`,
      adviceOf: CONNECTED,
    },
  ];
}

/** @returns a function that does something on a connection of its own. */
function signedIn(options: { host: string; port: number; tls: object }, env: NodeJS.ProcessEnv) {
  return async <T>(work: (node: Redis) => Promise<T>): Promise<T> => {
    const { username, password } = valkeyCredentials(env);
    const node = new Redis({
      ...options,
      username,
      password: password(),
      lazyConnect: true,
      enableReadyCheck: false,
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      retryStrategy: () => null,
      Connector: SteadyConnector,
    });
    // A refused sign-in comes as an event; the command then only says that the connection is closed.
    let refused: Error | undefined;
    node.on('error', (error: Error) => (refused = error));
    try {
      await node.connect();
      return await work(node);
    } catch (error) {
      throw refused ?? error;
    } finally {
      node.disconnect();
    }
  };
}

type SignIn = (address: { host: string; port: number }) => <T>(work: (node: Redis) => Promise<T>) => Promise<T>;
type SlotRange = [from: number, to: number, primary: [host: string, port: number], ...unknown[]];

/** Every slot has a primary, every primary answers, and they agree that all is well. */
async function coverage(node: Redis, signIn: SignIn): Promise<string> {
  const ranges = (await node.call('CLUSTER', 'SLOTS')) as SlotRange[];
  const covered = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const primaries = new Map(ranges.map(([, , [host, port]]) => [`${host}:${port}`, { host, port }]));
  for (const [name, address] of primaries) {
    await signIn(address)((each) => each.ping()).catch((cause: unknown) => {
      throw new ToldError(`primary ${name} does not answer: ${reasonOf(cause)}`, { cause });
    });
  }
  const info = String(await node.call('CLUSTER', 'INFO'));
  const state = /cluster_state:(\w+)/.exec(info)?.[1] ?? 'unknown';
  if (covered !== SLOTS || state !== 'ok')
    throw new ToldError(`cluster_state is ${state}, ${covered} of ${SLOTS} slots have a primary`);
  return `${primaries.size} primaries answer, ${covered} slots, cluster_state ok`;
}

async function permissions(node: Redis): Promise<string> {
  for (const [command, ...args] of NEEDED) {
    await node.call(command, ...args).catch((error: unknown) => {
      if (!/^(MOVED|ASK|WRONGTYPE)/.test((error as Error).message))
        throw new ToldError(`${command} ${args[0] ?? ''}: ${reasonOf(error)}`, { cause: error });
    });
  }
  return `${NEEDED.length} kinds of access`;
}

/** Every primary takes a write, of a key that is not there, so that nothing is written. */
async function writable(node: Redis, signIn: SignIn): Promise<string> {
  const ranges = (await node.call('CLUSTER', 'SLOTS')) as SlotRange[];
  const primaries = new Map(ranges.map(([from, to, [host, port]]) => [`${host}:${port}`, { from, to, host, port }]));
  for (const [name, { from, to, ...address }] of primaries)
    await signIn(address)((each) => each.set(keyWithin(from, to), '', 'XX')).catch((cause: unknown) => {
      throw new ToldError(`primary ${name} takes no write: ${reasonOf(cause)}`, { cause });
    });
  return `${primaries.size} primaries take writes`;
}

/** A key that is never written, in a slot of the range. */
function keyWithin(from: number, to: number): string {
  for (let i = 0; ; i++) {
    const key = `search:doctor:${i}`;
    const slot = slotOf(key);
    if (slot >= from && slot <= to) return key;
  }
}
