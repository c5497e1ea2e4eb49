import { Client } from 'pg';
import { COLUMNS_QUERY, mapColumns, TABLE } from '../../../lambda/database/columns';
import { messageOf } from '../programs/describe-error';
import { thousands } from '../text/thousands';

/** What a person at the keyboard waits for a database that does not answer, ms. */
const PATIENCE_MS = 5_000;

/**
 * Tries the database of `DATABASE_URL` as the functions will use it: connect, read the columns and one row.
 * @returns how many listings it has and what it is, for people.
 * @throws Error that names the variable, where it leads and what is wrong there; never the password.
 */
export async function describeGivenDatabase(url: string): Promise<string> {
  const where = placeOf(url);
  const client = new Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS, query_timeout: 60_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<[string, string]>({ text: COLUMNS_QUERY, rowMode: 'array' });
    mapColumns(rows);
    const counted = await client.query<{ count: string; server_version: string }>(
      `SELECT count(*), current_setting('server_version') AS server_version FROM ${TABLE}`,
    );
    const { count = '0', server_version: version = '' } = counted.rows[0] ?? {};
    return `PostgreSQL ${version.split(' ')[0] ?? ''} of DATABASE_URL (${where}), ${thousands(Number(count))} listings`;
  } catch (cause) {
    throw new Error(`DATABASE_URL leads to ${where}, and that can't be used: ${reasonOf(cause as Error)}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @throws Error if it is no URL of PostgreSQL */
export function databaseUrl(url: string): URL {
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return new URL(url);
  throw new Error('DATABASE_URL is no URL of PostgreSQL. Write postgresql://user:password@host:5432/database');
}

/** Without the password. @throws Error if it is no URL of PostgreSQL */
function placeOf(url: string): string {
  const { username, host, pathname } = databaseUrl(url);
  return `${username === '' ? '' : `${username}@`}${host}${pathname}`;
}

/** What pg says when the server asks for a password and it was given none, or an empty one. */
const NO_PASSWORD = /client password must be a/;

/** PostgreSQL's code for a table that is not there (SQLSTATE 42P01, undefined_table). */
const NO_TABLE = '42P01';

function reasonOf(error: Error): string {
  if ((error as { code?: string }).code === NO_TABLE) return `it has no table ${TABLE}.`;
  if (NO_PASSWORD.test(error.message))
    return 'it wants a password, and the URL has none. Write postgresql://user:password@host:5432/database';
  return messageOf(error);
}
