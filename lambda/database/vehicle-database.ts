import type { Pool } from 'pg';
import { ToldError } from '../contract/told-error';
import { toListing, type Listing } from '../rules/listing';
import type { Question } from '../rules/question';
import type { ColumnReference } from './rules-sql';
import type { RequestContext } from '../telemetry/request';
import { COLUMNS_QUERY, mapColumns, type PresentColumn } from './columns';
import { DatabaseUnavailableError, isConnectionLost, isSchemaChange } from './errors';
import { listingsQuery, searchQuery, type Query } from './search-query';

/** The table `vehicles`, read only, within the time of a request. */
export class VehicleDatabase {
  private column: ColumnReference | undefined;

  private pool: Pool | undefined;

  /** @param open called once, with the first query. */
  constructor(private readonly open: () => Pool) {}

  /** Answers a question with one query. @throws DatabaseUnavailableError, TableMismatchError */
  async search(question: Question, request: RequestContext): Promise<{ total: number; listings: Listing[] }> {
    const rows = await this.ask(request, (column) => searchQuery(question, column));
    const found = rows.filter((row) => row[1] !== null);
    return { total: Number(rows[0]?.[0] ?? 0), listings: found.map((row) => toListing(row.slice(1))) };
  }

  /** The listings with these keys, in any order; those that are gone are left out. @throws DatabaseUnavailableError */
  async listings(vehicleIds: readonly number[], request: RequestContext): Promise<Listing[]> {
    const rows = await this.ask(request, (column) => listingsQuery(vehicleIds, column));
    return rows.map(toListing);
  }

  /** Whether the database answers at all. @throws DatabaseUnavailableError */
  async ping(request: RequestContext): Promise<void> {
    await request.database.spend(() => this.send(request, { text: 'SELECT 1', values: [] }));
  }

  /** Ends its connections. */
  async close(): Promise<void> {
    await this.pool?.end();
  }

  private async ask(request: RequestContext, query: (column: ColumnReference) => Query): Promise<unknown[][]> {
    return request.database.spend(async () => {
      try {
        return await this.send(request, query(await this.columns(request)));
      } catch (error) {
        const { cause } = error as Error;
        if (isSchemaChange(cause)) this.column = undefined;
        else if (!isConnectionLost(cause)) throw error;
        return this.send(request, query(await this.columns(request)));
      }
    });
  }

  private async columns(request: RequestContext): Promise<ColumnReference> {
    if (this.column === undefined) {
      const rows = await this.send(request, { text: COLUMNS_QUERY, values: [] });
      this.column = mapColumns(rows as unknown as PresentColumn[]);
    }
    return this.column;
  }

  private async send(request: RequestContext, query: Query): Promise<unknown[][]> {
    request.databaseQueries++;
    const remaining = request.database.remaining;
    let deadline: NodeJS.Timeout | undefined;
    try {
      if (remaining <= 0) throw new ToldError('the time of this request is spent');
      // The pool's own limits count from when they begin; the request's deadline bounds waiting, connecting and query
      // together.
      const expired = new Promise<never>((_, reject) => {
        deadline = setTimeout(() => reject(new ToldError(`no answer within ${Math.round(remaining)} ms`)), remaining);
      });
      this.pool ??= this.open();
      const asked = this.pool.query<unknown[]>({ ...query, rowMode: 'array', query_timeout: remaining } as Query & {
        rowMode: 'array';
      });
      return (await Promise.race([asked, expired])).rows;
    } catch (error) {
      request.databaseFailures++;
      if (isConnectionLost(error)) request.databaseConnectionsLost++;
      throw new DatabaseUnavailableError(error);
    } finally {
      clearTimeout(deadline);
    }
  }
}
