import { ToldError } from '../contract/told-error';
import { logger } from './emitter';
import { reasonOf } from './reason';

/**
 * For functions that no router guards: Lambda writes what is thrown into the log as it is, and an error of a client
 * carries the command with its arguments.
 * @returns the handler, whose errors are told by kind and code alone unless they are this project's own
 */
export function toldErrors<A extends unknown[], R>(handler: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      if (error instanceof ToldError) throw error;
      logger.error('A run failed unexpectedly', error as Error);
      throw new ToldError(reasonOf(error));
    }
  };
}
