import type { Pool, PoolClient, QueryConfig } from 'pg';
import { ToldError } from '../contract/told-error';
import { COLUMN_NAMES, toListing, type Listing } from '../rules/listing';
import { COLUMNS_QUERY, mapColumns, TABLE } from './columns';
import { asked, DatabaseUnavailableError } from './errors';

/** Rows of one statement: what is held at once, and what a statement's time bounds. */
const ROWS_A_READ = 10_000;
/** What one statement may take, ms: tens are usual, and a few hundred for the sums. */
export const READ_TIMEOUT_MS = 20_000;
/** Parts by which changes are found: a changed row costs the reading of its part. */
export const PARTS = 1_024;
/** PostgreSQL 13 and older can't sum rows. */
const UNDEFINED_FUNCTION = '42883';
const NO_REPLY = 'Query read timeout';

/** By part of the table: how many rows it has, and a sum of their contents. */
export type PartSums = ReadonlyMap<number, { rows: number; sum: string }>;

/** @returns the part that a row is of. */
export function partOf(vehicleId: number): number {
  return vehicleId % PARTS;
}

/**
 * The table as it was at one moment: all statements are of one transaction (REPEATABLE READ, read only), so that a
 * change that comes meanwhile is in none of them. While it lasts, PostgreSQL keeps the rows that others replace.
 */
export class TableSnapshot {
  private constructor(
    private readonly client: PoolClient,
    private readonly readTimeoutMs: number,
    private readonly columns: readonly string[],
  ) {}

  /**
   * @param readTimeoutMs after which a connection that has fallen silent is given up.
   * @throws TableMismatchError, DatabaseUnavailableError, or what `work` throws
   */
  static async use<T>(pool: Pool, readTimeoutMs: number, work: (table: TableSnapshot) => Promise<T>): Promise<T> {
    const client = await asked(pool.connect());
    let failure: Error | undefined;
    // The pool listens to idle connections only; to this one nobody would, and its end would be the process's.
    const onError = (error: Error) => (failure ??= error);
    client.on('error', onError);
    try {
      await asked(client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'));
      const { rows } = await asked(client.query<[string, string]>({ text: COLUMNS_QUERY, rowMode: 'array' }));
      const column = mapColumns(rows);
      const result = await work(new TableSnapshot(client, readTimeoutMs, COLUMN_NAMES.map(column)));
      await asked(client.query('COMMIT'));
      return result;
    } catch (error) {
      failure ??= error as Error;
      throw error;
    } finally {
      client.release(failure);
      client.off('error', onError);
    }
  }

  /** All rows, by ranges of the key: no statement takes longer because the table is larger. */
  async *listings(): AsyncGenerator<Listing[]> {
    const [key = ''] = this.columns;
    let after: unknown;
    for (;;) {
      const where = after === undefined ? '' : `WHERE ${key} > $1`;
      const text = `SELECT ${this.columns.join(', ')} FROM ${TABLE} ${where} ORDER BY ${key} LIMIT ${ROWS_A_READ}`;
      const rows = await this.rows({ text, values: after === undefined ? [] : [after] });
      if (rows.length > 0) yield rows.map(toListing);
      if (rows.length < ROWS_A_READ) return;
      after = rows.at(-1)?.[0];
    }
  }

  /** @returns undefined if this PostgreSQL has no such function: then changes can't be found. */
  async sums(): Promise<PartSums | undefined> {
    const [key = ''] = this.columns;
    const text = `SELECT mod(${key}::bigint, ${PARTS})::int, count(*),
      sum(hash_record_extended(ROW(${this.columns.join(', ')}), 0))::text
      FROM ${TABLE} GROUP BY 1`;
    await asked(this.client.query('SAVEPOINT sums'));
    try {
      const rows = (await this.rows({ text })) as [number, string, string][];
      return new Map(rows.map(([part, count, sum]) => [part, { rows: Number(count), sum }]));
    } catch (error) {
      if (((error as Error).cause as { code?: string } | undefined)?.code !== UNDEFINED_FUNCTION) throw error;
      await asked(this.client.query('ROLLBACK TO SAVEPOINT sums'));
      return undefined;
    }
  }

  /** @returns the rows of some parts. */
  async listingsOf(parts: readonly number[]): Promise<Listing[]> {
    const [key = ''] = this.columns;
    const text = `SELECT ${this.columns.join(', ')} FROM ${TABLE} WHERE mod(${key}::bigint, ${PARTS})::int = ANY($1)`;
    return (await this.rows({ text, values: [parts] })).map(toListing);
  }

  private async rows(query: { text: string; values?: unknown[] }): Promise<unknown[][]> {
    try {
      const timed = { ...query, rowMode: 'array', query_timeout: this.readTimeoutMs } as QueryConfig;
      return (await this.client.query<never>(timed)).rows;
    } catch (error) {
      if ((error as Error).message !== NO_REPLY) throw new DatabaseUnavailableError(error);
      throw new ToldError(`PostgreSQL has sent nothing for ${this.readTimeoutMs} ms while the table was read`);
    }
  }
}
