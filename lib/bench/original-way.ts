import { Client } from 'pg';
import { COLUMN_NAMES } from '../../lambda/catalogue/listing';
import { mapColumns, TABLE } from '../../lambda/database/columns';
import { matching } from '../../lambda/database/search-query';
import { REPEATED } from './questions';

/** What the application did before: the query without a limit, and all that it finds as JSON. */
export async function originalWay(
  databaseUrl: string,
): Promise<{ ask: () => Promise<void>; close: () => Promise<void> }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const column = mapColumns([...COLUMN_NAMES]);
  const { where, orderBy } = matching(REPEATED, column);
  const text = `SELECT ${COLUMN_NAMES.map(column).join(', ')} FROM ${TABLE} WHERE ${where} ORDER BY ${orderBy}`;
  return {
    ask: async () => {
      const { rows } = await client.query(text, [REPEATED.budgetMin, REPEATED.budgetMax]);
      if (JSON.stringify({ vehicles: rows, count: rows.length }).length < 1_000)
        throw new Error('The original found nothing');
    },
    close: () => client.end(),
  };
}
