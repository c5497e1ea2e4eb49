import { Pool } from 'pg';
import { COLUMN_NAMES, COLUMNS } from '../../../lambda/rules/listing';
import { mapColumns, TABLE } from '../../../lambda/database/columns';
import { matching } from '../../../lambda/database/search-query';
import type { Question } from '../../../lambda/rules/question';

export interface OriginalWay {
  /** @returns the body of the answer. */
  ask: (question: Question) => Promise<string>;
  close: () => Promise<void>;
}

/** What the application did before: the query without a limit, and all that it finds as JSON. */
export function originalWay(databaseUrl: string): OriginalWay {
  const pool = new Pool({ connectionString: databaseUrl });
  const column = mapColumns(COLUMN_NAMES.map((name) => [name, COLUMNS[name] === 'number' ? 'integer' : 'text']));
  const columns = COLUMN_NAMES.map(column).join(', ');
  return {
    ask: async (question) => {
      const { where, orderBy } = matching(question, column);
      const text = `SELECT ${columns} FROM ${TABLE} WHERE ${where} ORDER BY ${orderBy}`;
      const { rows } = await pool.query(text, [question.budgetMin, question.budgetMax]);
      if (rows.length === 0) throw new Error('The original found nothing');
      return JSON.stringify({ vehicles: rows, count: rows.length });
    },
    close: () => pool.end(),
  };
}
