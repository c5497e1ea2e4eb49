import type * as Driver from 'pg';

/**
 * PostgreSQL's driver, evaluated when it is first needed: evaluating it is a tenth of a cold start, and an environment
 * that answers from cache and index never needs it.
 */
export function driver(): typeof Driver {
  // An import would be evaluated with the bundle, or make everything that opens a pool asynchronous.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('pg') as typeof Driver;
}
