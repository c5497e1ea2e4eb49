import { AssertionError } from 'node:assert';

/** Errors that only a mistake in this project throws: there the stack helps, nowhere else. */
const MISTAKES = [TypeError, ReferenceError, SyntaxError, AssertionError] as const;

/** @returns what went wrong in words for whoever typed the command, with its causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isMistake = MISTAKES.some((mistake) => error instanceof mistake);
  const causes: string[] = [];
  for (let { cause } = error; cause instanceof Error; cause = cause.cause) {
    const text = messageOf(cause);
    if (!error.message.includes(text)) causes.push(`  because: ${text}`);
  }
  return [isMistake ? (error.stack ?? error.message) : messageOf(error), ...causes].join('\n');
}

/** Node.js gives an error of several addresses no message of its own. */
export function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((each) => (each as Error).message).join(', ');
  return error.message || error.name;
}
