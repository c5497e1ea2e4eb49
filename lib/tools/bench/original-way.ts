import { Pool } from 'pg';
import { COLUMN_NAMES } from '../../../lambda/rules/listing';
import { COLUMNS_QUERY, mapColumns, TABLE, type PresentColumn } from '../../../lambda/database/columns';
import type { ColumnReference } from '../../../lambda/database/rules-sql';
import { matching } from '../../../lambda/database/search-query';
import type { Question } from '../../../lambda/rules/question';

interface OriginalWay {
  /** @returns the body of the answer. */
  ask: (question: Question) => Promise<string>;
  /** @returns every match, by the names that the table has. */
  find: (question: Question) => Promise<object[]>;
  close: () => Promise<void>;
}

/**
 * What the application did before: the query without a limit, and all that it finds as JSON.
 * @param options connections at once, and what one statement may take, ms; it may only read.
 */
export function originalWay(
  databaseUrl: string,
  { most = 10, statementMs = 0 }: { most?: number; statementMs?: number } = {},
): OriginalWay {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: most,
    statement_timeout: statementMs,
    options: '-c default_transaction_read_only=on',
  });
  // PostgreSQL may end an idle connection; without a listener that would end the process.
  pool.on('error', () => undefined);
  let column: Promise<ColumnReference> | undefined;
  const find = async (question: Question): Promise<object[]> => {
    column ??= readColumns(pool).catch((error: unknown) => {
      column = undefined;
      throw error;
    });
    const named = await column;
    const { where, orderBy } = matching(question, named);
    const text = `SELECT ${COLUMN_NAMES.map(named).join(', ')} FROM ${TABLE} WHERE ${where} ORDER BY ${orderBy}`;
    return (await pool.query<object>(text, [question.budgetMin, question.budgetMax])).rows;
  };
  return {
    find,
    ask: async (question) => {
      const rows = await find(question);
      if (rows.length === 0) throw new Error('The original found nothing');
      return JSON.stringify({ vehicles: rows, count: rows.length });
    },
    close: () => pool.end(),
  };
}

async function readColumns(pool: Pool): Promise<ColumnReference> {
  const { rows } = await pool.query<PresentColumn & unknown[]>({ text: COLUMNS_QUERY, rowMode: 'array' });
  return mapColumns(rows);
}
