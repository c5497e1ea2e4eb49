/** PostgreSQL could not be asked, or did not answer in time. It never means that nothing matched. */
export class DatabaseUnavailableError extends Error {
  constructor(cause: unknown) {
    super(`The database is unavailable: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'DatabaseUnavailableError';
  }
}

/** SQLSTATEs of a table that is not what it was: undefined column, cached plan must not change result type. */
const SCHEMA_CHANGED = new Set(['42703', '0A000']);

export function isSchemaChange(error: unknown): boolean {
  return SCHEMA_CHANGED.has((error as { code?: string } | null)?.code ?? '');
}
