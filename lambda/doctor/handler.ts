import type { Check } from './check';
import { examine } from './examine';

/** Runs with the search function's role and as its Valkey user, in its subnets and security group. */
export const handler = async (): Promise<Check[]> => examine(process.env);
