import type { Pool, PoolConfig } from 'pg';
import { within } from '../contract/timer';
import { ToldError } from '../contract/told-error';
import { toListing, type Listing } from '../rules/listing';
import type { Question } from '../rules/question';
import type { ColumnReference } from './rules-sql';
import type { RequestContext } from '../telemetry/request';
import { COLUMNS_QUERY, mapColumns, type PresentColumn } from './columns';
import { DatabaseUnavailableError, isConnectionLost, isSchemaChange } from './errors';
import { openPool } from './pool';
import { listingsQuery, searchQuery, type Query } from './search-query';

/**
 * A connection that was idle for so long is not used again, ms. The pool closes it then too, but by a timer that stands
 * still while the process is frozen: thawed, it would ask on a connection that may have died unnoticed.
 */
const MOST_IDLE_MS = 10_000;

/** The table `vehicles`, read only, within the time of a request. */
export class VehicleDatabase {
  private column: ColumnReference | undefined;

  private pool: Pool | undefined;
  private asking = 0;
  private idleSince = 0;

  /**
   * @param settings of a pool of its own: opened with the first query, and anew with the first one after a long pause.
   * @param now ms since the epoch; a clock that goes on while the process is frozen.
   */
  constructor(
    private readonly settings: PoolConfig,
    private readonly now: () => number = Date.now,
  ) {}

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
    this.asking++;
    const remaining = request.database.remaining;
    try {
      if (remaining <= 0) throw new ToldError('the time of this request is spent');
      // The pool's own limits count from when they begin; the request's deadline bounds waiting, connecting and query
      // together.
      const asked = this.awake().query<unknown[]>({ ...query, rowMode: 'array', query_timeout: remaining } as Query & {
        rowMode: 'array';
      });
      return (await within(remaining, asked, `no answer within ${Math.round(remaining)} ms`)).rows;
    } catch (error) {
      request.databaseFailures++;
      if (isConnectionLost(error)) request.databaseConnectionsLost++;
      throw new DatabaseUnavailableError(error);
    } finally {
      this.asking--;
      this.idleSince = this.now();
    }
  }

  private awake(): Pool {
    if (this.pool !== undefined && this.asking === 1 && this.now() - this.idleSince > MOST_IDLE_MS) {
      // It waits for nobody: to say goodbye on a dead connection takes for ever.
      void this.pool.end().catch(() => undefined);
      this.pool = undefined;
    }
    return (this.pool ??= openPool(this.settings));
  }
}
