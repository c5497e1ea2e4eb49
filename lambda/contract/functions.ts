/**
 * Crosses the boundary: the one table of Lambda functions. The CDK app deploys them, the local run starts them, the
 * tests load their bundles. A function that is added here is deployed, run and tested.
 */
import type { ValkeyUser } from './access';

interface FunctionDefinition {
  /** The module that exports `handler`, from the root of the project. */
  entry: string;
  /** The Valkey user that it signs in as. */
  valkeyUser: ValkeyUser;
  description: string;
  /** Seconds; above what the handler allows itself, below what waits for it. */
  timeoutSeconds: number;
  /** 1,769 MB are one vCPU (Lambda developer guide, configuration-memory). */
  memoryMb: number;
  /** Paths of the API that it answers, as API Gateway writes them; the most specific one wins. */
  paths: readonly string[];
  /** Whether it asks PostgreSQL. */
  database: boolean;
  /** Whether it touches what people said, and so writes audit lines. */
  people?: true;
  /**
   * Environments at once: a number where the work says it, `stage` where traffic does and the stage's settings name it.
   */
  environments: number | 'stage';
  /** Processes of the local run; in AWS each is an environment. */
  localProcesses: number;
  /** It runs with the role of this function instead of one of its own. */
  roleOf?: string;
  /** Deployed only where the settings of the stage have this option. */
  option?: 'images';
}

export const FUNCTIONS = {
  search: {
    entry: 'lambda/search/handler.ts',
    valkeyUser: 'search',
    description: 'Answers searches from stored answers, the index or the database',
    // 150 ms for Valkey and 1.4 s for the database, twice over.
    timeoutSeconds: 4,
    // One vCPU: a question costs CPU, and the index loads during init.
    memoryMb: 1_769,
    paths: ['/{proxy+}', '/v1/{proxy+}'],
    database: true,
    environments: 'stage',
    localProcesses: 2,
  },
  conversation: {
    entry: 'lambda/conversation/handler.ts',
    valkeyUser: 'conversation',
    people: true,
    description: 'Keeps what is said and learned: sessions, questions, chats, preferences',
    timeoutSeconds: 4,
    // As search: a question of a session is a search.
    memoryMb: 1_769,
    paths: ['/v1/sessions', '/v1/sessions/{sessionId}', '/v1/sessions/{sessionId}/{proxy+}', '/v1/users/{proxy+}'],
    database: true,
    environments: 'stage',
    localProcesses: 2,
  },
  events: {
    entry: 'lambda/events/handler.ts',
    valkeyUser: 'events',
    people: true,
    description: 'Waits for the next event of a session',
    // A wait of 5 s, and what finding out takes.
    timeoutSeconds: 7,
    // It waits: a wait is paid by memory and time, and uses no CPU.
    memoryMb: 256,
    paths: ['/v1/sessions/{sessionId}/events'],
    database: false,
    environments: 'stage',
    // Waits are fewer than processes (lambda/events/waits.ts), so whoever meets no free one waits for milliseconds.
    localProcesses: 4,
  },
  images: {
    entry: 'lambda/images/handler.ts',
    valkeyUser: 'images',
    description: 'Serves the photos of listings through the cache',
    // 1.5 s for another's fetch, 3 s for its own, 150 ms for Valkey.
    timeoutSeconds: 6,
    // Half a megabyte is hashed and put into base64.
    memoryMb: 512,
    paths: ['/v1/images/{proxy+}'],
    database: false,
    // Two pages of 20 photos at once. A slow origin can keep these busy, and none that search wants.
    environments: 40,
    localProcesses: 2,
    option: 'images',
  },
  'warm-up': {
    entry: 'lambda/warm-up/handler.ts',
    valkeyUser: 'warm-up',
    description: 'Brings the catalogue in Valkey to what the table says',
    // A whole table takes seconds; each of its statements has 20 s and Valkey 100 s.
    timeoutSeconds: 180,
    // The columns of the index and a batch of rows; never the table.
    memoryMb: 1_769,
    paths: [],
    database: true,
    // One running, one started by a deploy or failover meanwhile: the handler's own lease keeps the work to one.
    environments: 2,
    localProcesses: 1,
  },
  operations: {
    entry: 'lambda/levers/handler.ts',
    valkeyUser: 'operations',
    people: true,
    description: 'Pulls the levers of npm run ops',
    // A purge of many keys; it has 50 s and says so when that was not enough.
    timeoutSeconds: 60,
    memoryMb: 1_024,
    paths: [],
    database: false,
    // Two operators at once.
    environments: 2,
    localProcesses: 1,
  },
  doctor: {
    entry: 'lambda/doctor/handler.ts',
    // What it finds is to be true of search: its user, its role, its network.
    valkeyUser: 'search',
    roleOf: 'search',
    description: 'Says which layer between search and its stores fails',
    // Each store is climbed on its own; 3 s for each of its six layers.
    timeoutSeconds: 25,
    memoryMb: 1_024,
    paths: [],
    database: true,
    environments: 2,
    localProcesses: 1,
  },
} as const satisfies Record<string, FunctionDefinition>;

/** Functions beside the stage's own work: they sign in to no store and answer no path of the API. */
export const WATCHERS = {
  heartbeat: {
    entry: 'lambda/heartbeat/handler.ts',
    description: 'Asks the API for a search once a minute, as callers do',
    // It waits 5 s for an answer.
    timeoutSeconds: 10,
    memoryMb: 256,
    environments: 1,
  },
  'first-message': {
    entry: 'lambda/first-message/handler.ts',
    description: 'Says of an alarm that fires its likeliest cause, and what to type',
    // It waits 30 s for the doctor, and sends within a minute of the alarm.
    timeoutSeconds: 50,
    memoryMb: 512,
    // Alarms that it writes of at once; the others wait for seconds.
    environments: 3,
  },
  'audit-writer': {
    entry: 'lambda/audit/handler.ts',
    description: 'Brings audit lines from the logs of functions to the audit log',
    timeoutSeconds: 30,
    memoryMb: 256,
    // A batch of lines takes tens of ms; the others wait.
    environments: 2,
  },
} as const;
export type WatcherName = keyof typeof WATCHERS;
export const WATCHER_NAMES = Object.keys(WATCHERS) as WatcherName[];

export type FunctionName = keyof typeof FUNCTIONS;
export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];

/** @returns a function's line of the table, without the literal types of its values. */
export const definitionOf = (name: FunctionName): FunctionDefinition => FUNCTIONS[name];

/** What works by itself; the others operators run, and see their errors themselves. */
export const WORKING_NAMES = FUNCTION_NAMES.filter((name) => name !== 'operations' && name !== 'doctor');

/** Functions whose concurrency is a setting of the stage. */
export type ScaledFunctionName = {
  [N in FunctionName]: (typeof FUNCTIONS)[N]['environments'] extends 'stage' ? N : never;
}[FunctionName];

export const SCALED_FUNCTION_NAMES = FUNCTION_NAMES.filter(
  (name): name is ScaledFunctionName => FUNCTIONS[name].environments === 'stage',
);
