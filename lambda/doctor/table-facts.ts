import { performance } from 'node:perf_hooks';
import type { Pool } from 'pg';
import { ToldError } from '../contract/told-error';
import { COLUMNS_QUERY, mapColumns, TABLE, TableMismatchError, type PresentColumn } from '../database/columns';
import { createPool } from '../database/pool';
import { toSql, type ColumnReference } from '../database/rules-sql';
import { TableSnapshot } from '../database/table-reader';
import { tableFingerprint } from '../database/table-state';
import { ALWAYS } from '../rules/always';
import { reasonOf } from '../telemetry/reason';

/** What one statement may take, ms: three read the table, and the function has 25 s. */
const STATEMENT_TIMEOUT_MS = 6_000;

/** Something read, and how long that took. */
interface Timed {
  rows: number;
  milliseconds: number;
}

export interface Connections {
  /** `max_connections`. */
  most: number;
  /** Of them, kept for superusers, for roles with a reservation, and for RDS itself. */
  reserved: number;
  /** Held by other roles now. */
  others: number;
  /** `CONNECTION LIMIT` of the functions' own role; -1 is none. */
  limit: number;
}

/** What a table is where it is. */
export interface TableFacts {
  /** `server_version`, such as `16.4`. */
  version: string;
  columns: { name: string; type: string }[];
  connections: Connections;
  /** Why nothing can be published from it; then it was not read either. */
  mismatch?: string;
  contents?: {
    rows: number;
    /** Rows that some question can find. */
    searchable: number;
    /** Whether a change shows without reading the table: not of a view. */
    countable: boolean;
    /** The first rows of the table in the order of its key, as a warm-up reads all of it. */
    read: Timed;
    /** The sums by which a warm-up finds what has changed; undefined if this PostgreSQL has none (13 and older). */
    sums: Timed | undefined;
  };
}

/**
 * Looks at the table with the environment's own login; changes nothing, and tells no value of a row.
 * @throws ToldError
 */
export async function tableFacts(env: NodeJS.ProcessEnv): Promise<TableFacts> {
  const pool = createPool(env, STATEMENT_TIMEOUT_MS);
  try {
    const present = await pool.query<[string, string]>({ text: COLUMNS_QUERY, rowMode: 'array' });
    const { version, ...connections } = await serverFacts(pool);
    const facts = { version, connections, columns: present.rows.map(([name, type]) => ({ name, type })) };
    const mapped = mapOrReason(present.rows);
    return typeof mapped === 'string'
      ? { ...facts, mismatch: mapped }
      : { ...facts, contents: await contents(pool, mapped) };
  } catch (error) {
    throw new ToldError(
      `The table could not be looked at: ${reasonOf(error)}. The layer that fails: npm run ops -- doctor`,
    );
  } finally {
    // A server that hangs would hold up the end too.
    void pool.end();
  }
}

function mapOrReason(present: readonly PresentColumn[]): ColumnReference | string {
  try {
    return mapColumns(present);
  } catch (error) {
    if (error instanceof TableMismatchError) return error.message;
    throw error;
  }
}

async function serverFacts(pool: Pool): Promise<Connections & { version: string }> {
  const setting = (name: string) => `coalesce(nullif(current_setting('${name}', true), ''), '0')::int`;
  const reserved = ['superuser_reserved_connections', 'reserved_connections', 'rds.rds_superuser_reserved_connections'];
  const { rows } = await pool.query<Connections & { version: string }>(`
    SELECT split_part(current_setting('server_version'), ' ', 1) AS version, ${setting('max_connections')} AS most,
      ${reserved.map(setting).join(' + ')} AS reserved,
      (SELECT count(*)::int FROM pg_stat_activity WHERE usename <> current_user) AS others,
      (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS limit`);
  const [row] = rows;
  if (row === undefined) throw new ToldError('a SELECT without FROM has one row');
  return row;
}

async function contents(pool: Pool, column: ColumnReference): Promise<NonNullable<TableFacts['contents']>> {
  const { rows } = await pool.query<{ rows: number; searchable: number }>(
    `SELECT count(*)::int AS rows, count(*) FILTER (WHERE ${toSql(ALWAYS, column)})::int AS searchable FROM ${TABLE}`,
  );
  const counted = rows[0] ?? { rows: 0, searchable: 0 };
  const countable = (await tableFingerprint(pool)) !== undefined;
  return TableSnapshot.use(pool, STATEMENT_TIMEOUT_MS, async (table) => {
    const read = await timed(() => firstPage(table));
    const sums = await timed(async () => (await table.sums())?.size);
    return {
      ...counted,
      countable,
      read: { rows: read.value, milliseconds: read.milliseconds },
      sums: sums.value === undefined ? undefined : { rows: counted.rows, milliseconds: sums.milliseconds },
    };
  });
}

/** @returns how many rows the first of the statements that read the whole table had. */
async function firstPage(table: TableSnapshot): Promise<number> {
  for await (const page of table.listings()) return page.length;
  return 0;
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, milliseconds: Math.round((performance.now() - start) * 10) / 10 };
}
