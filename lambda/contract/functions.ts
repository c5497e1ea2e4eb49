/**
 * Crosses the boundary: the one table of Lambda functions. The CDK app deploys them, the local run starts them, the tests
 * load their bundles. A function that is added here is deployed, run and tested.
 */
import type { ValkeyUser } from './access';

export interface FunctionDefinition {
  /** The module that exports `handler`, from the root of the project. */
  entry: string;
  /** The Valkey user that it signs in as. */
  valkeyUser: ValkeyUser;
  description: string;
  /** Seconds; above what the handler allows itself, below what waits for it. */
  timeoutSeconds: number;
  /** 1,769 MB are one vCPU (Lambda developer guide, configuration-memory). */
  memoryMb: number;
  /** Processes of the local run; in AWS each is an environment. */
  localProcesses: number;
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
    localProcesses: 2,
  },
  'warm-up': {
    entry: 'lambda/warm-up/handler.ts',
    valkeyUser: 'warm-up',
    description: 'Brings the catalogue in Valkey to what the table says',
    // A whole table takes seconds; its statement has 60 s and Valkey 100 s.
    timeoutSeconds: 180,
    // The columns of the index and a batch of rows; never the table.
    memoryMb: 1_769,
    localProcesses: 1,
  },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof FUNCTIONS;
export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];
