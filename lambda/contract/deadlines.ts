import { ENV, optionalEnv } from './environment';

const MOST = 100;

/**
 * By how much the deadlines of this process are longer than production's: 1 unless a test says otherwise. What tests
 * want to know of a function must not depend on how busy their machine is.
 */
const FACTOR = factor(process.env);

/** @returns a deadline of production as this process keeps it, ms. */
export function deadline(productionMs: number): number {
  return productionMs * FACTOR;
}

/** @throws Error if the factor is none, or set in Lambda: there the promises to callers hold. */
function factor(env: NodeJS.ProcessEnv): number {
  const value = optionalEnv(ENV.deadlineFactor, env);
  if (value === undefined) return 1;
  const times = Number(value);
  if (!(times >= 1 && times <= MOST)) {
    throw new Error(
      `${ENV.deadlineFactor} must be a number from 1 to ${MOST}, received "${value}". Correct or unset it.`,
    );
  }
  if (optionalEnv('LAMBDA_TASK_ROOT', env) !== undefined) {
    throw new Error(
      `${ENV.deadlineFactor} is for tests: callers of a deployed function were promised its deadlines. Remove it.`,
    );
  }
  return times;
}
