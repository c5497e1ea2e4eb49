import { ToldError } from '../contract/told-error';
import { reasonOf } from '../telemetry/reason';

/** PostgreSQL could not be asked, or did not answer in time. It never means that nothing matched. */
export class DatabaseUnavailableError extends ToldError {
  constructor(cause: unknown) {
    super(`The database is unavailable: ${reasonOf(cause)}`, { cause });
  }
}

/** @returns what PostgreSQL answers. @throws DatabaseUnavailableError with its error as the cause */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new DatabaseUnavailableError(error);
  }
}

/**
 * How a connection that is gone shows itself: to the driver, or as PostgreSQL's last word on it (57P01 and its kin).
 */
const CONNECTION_LOST = new Set(['ECONNRESET', 'EPIPE', '57P01', '57P02', '08003', '08006']);

/** @returns whether the connection was lost before an answer came. All our statements read, so asking again is safe. */
export function isConnectionLost(error: unknown): boolean {
  const cause = error instanceof DatabaseUnavailableError ? error.cause : error;
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  return CONNECTION_LOST.has(code ?? '') || /^Connection terminated/.test(message ?? '');
}

/** SQLSTATEs of a table that is not what it was: undefined column, cached plan must not change result type. */
const SCHEMA_CHANGED = new Set(['42703', '0A000']);

export function isSchemaChange(error: unknown): boolean {
  return SCHEMA_CHANGED.has((error as { code?: string } | null)?.code ?? '');
}
