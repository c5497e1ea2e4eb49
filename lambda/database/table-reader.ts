import type { Pool } from 'pg';
import Cursor from 'pg-cursor';
import { COLUMN_NAMES, toListing, type Listing } from '../rules/listing';
import { COLUMNS_QUERY, mapColumns, TABLE } from './columns';

const ROWS_A_READ = 5_000;

/**
 * Reads the whole table as one statement saw it, without holding it in memory.
 * @throws MissingColumnsError
 */
export async function* readTable(pool: Pool): AsyncGenerator<Listing[]> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    const { rows } = await client.query<{ attname: string }>(COLUMNS_QUERY);
    const column = mapColumns(rows.map(({ attname }) => attname));
    const text = `SELECT ${COLUMN_NAMES.map(column).join(', ')} FROM ${TABLE}`;
    const cursor = client.query(new Cursor<unknown[]>(text, [], { rowMode: 'array' }));
    for (;;) {
      const page = await cursor.read(ROWS_A_READ);
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
