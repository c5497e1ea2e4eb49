import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { COLUMN_NAMES, COLUMNS, type Listing } from '../../../lambda/rules/listing';
import { TABLE } from '../../../lambda/database/columns';
import { READER } from '../engines/postgres';

/** How a deployment spells the columns: an older one has no underscores. */
export type Spelling = 'underscored' | 'plain';

/** Creates the table with nothing but its key, and fills it. What was there is dropped. */
export async function createVehicles(
  ownerUrl: string,
  listings: Iterable<Listing>,
  spelling: Spelling = 'underscored',
): Promise<void> {
  const name = (column: string) => (spelling === 'plain' ? column.replaceAll('_', '') : column);
  const columns = COLUMN_NAMES.map((column) => `${name(column)} ${COLUMNS[column] === 'number' ? 'integer' : 'text'}`);
  await withClient(ownerUrl, async (client) => {
    await client.query(`DROP TABLE IF EXISTS ${TABLE}`);
    await client.query(`CREATE TABLE ${TABLE} (${columns.join(', ')}, PRIMARY KEY (${name('vehicle_id')}))`);
    await client.query(`GRANT SELECT ON ${TABLE} TO ${READER}`);
    await pipeline(Readable.from(copyLines(listings)), client.query(copyFrom(`COPY ${TABLE} FROM STDIN`)));
    await client.query(`ANALYZE ${TABLE}`);
  });
}

/** The comment on the table tells what filled it. */
export async function tableComment(ownerUrl: string): Promise<string | null> {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ comment: string | null }>(
      `SELECT obj_description(to_regclass('${TABLE}')) AS comment`,
    );
    return rows[0]?.comment ?? null;
  });
}

export async function commentTable(ownerUrl: string, comment: string): Promise<void> {
  await withClient(ownerUrl, (client) => client.query(`COMMENT ON TABLE ${TABLE} IS ${client.escapeLiteral(comment)}`));
}

/** Runs the work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const ROWS_A_CHUNK = 1_000;

function* copyLines(listings: Iterable<Listing>): Generator<string> {
  let lines: string[] = [];
  for (const listing of listings) {
    lines.push(COLUMN_NAMES.map((column) => copyText(listing[column])).join('\t'));
    if (lines.length === ROWS_A_CHUNK) {
      yield `${lines.join('\n')}\n`;
      lines = [];
    }
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyText(value: string | number | null): string {
  if (value === null) return '\\N';
  return typeof value === 'number'
    ? String(value)
    : value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '');
}

/** Gives a listing another price, 만원. */
export async function setPrice(ownerUrl: string, vehicleId: number, price: number): Promise<void> {
  const text = 'UPDATE vehicles SET price = $2 WHERE vehicle_id = $1';
  await withClient(ownerUrl, (client) => client.query(text, [vehicleId, price]));
}
