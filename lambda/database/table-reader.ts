import { ToldError } from '../contract/told-error';
import type { Pool } from 'pg';
import Cursor from 'pg-cursor';
import { COLUMN_NAMES, toListing, type Listing } from '../rules/listing';
import { COLUMNS_QUERY, mapColumns, TABLE } from './columns';

const ROWS_A_READ = 5_000;
/** What one read of so many rows may take, ms: tens are usual. */
export const READ_TIMEOUT_MS = 20_000;

/**
 * Reads the whole table as one statement saw it, without holding it in memory.
 * @param readTimeoutMs after which a connection that has fallen silent is given up.
 * @throws TableMismatchError, or what ended the connection
 */
export async function* readTable(pool: Pool, readTimeoutMs = READ_TIMEOUT_MS): AsyncGenerator<Listing[]> {
  const client = await pool.connect();
  let failure: Error | undefined;
  // The pool listens to idle connections only; to this one nobody would, and its end would be the process's.
  const ended = new Promise<never>((_, reject) => client.once('error', reject));
  ended.catch((error: unknown) => (failure ??= error as Error));
  client.on('error', () => undefined);
  try {
    const { rows } = await client.query<[string, string]>({ text: COLUMNS_QUERY, rowMode: 'array' });
    const column = mapColumns(rows);
    const text = `SELECT ${COLUMN_NAMES.map(column).join(', ')} FROM ${TABLE}`;
    const cursor = client.query(new Cursor<unknown[]>(text, [], { rowMode: 'array' }));
    for (;;) {
      const page = await within(readTimeoutMs, Promise.race([cursor.read(ROWS_A_READ), ended]));
      if (page.length === 0) return;
      yield page.map(toListing);
    }
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // A reader that stops early leaves the statement running: such a connection is not used again.
    client.release(failure ?? true);
  }
}

/** @throws Error if the reply has not come by then */
async function within<T>(ms: number, reply: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ToldError(`PostgreSQL has sent nothing for ${ms} ms while the table was read`)),
      ms,
    );
  });
  try {
    return await Promise.race([reply, silence]);
  } finally {
    clearTimeout(timer);
  }
}
