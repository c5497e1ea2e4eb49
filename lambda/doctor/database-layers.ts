import { ENV, optionalEnv, requireEnv } from '../contract/environment';
import { COLUMNS_QUERY, mapColumns, type PresentColumn } from '../database/columns';
import { createPool } from '../database/pool';
import { CERTIFICATES, onTheWay } from './advice';
import type { Layer } from './check';
import { reach, resolve, type Address } from './network';

const ON_THE_WAY = onTheWay('the instance');
/** What a server that has taken the connection says, or does not say. */
const CONNECTED = {
  ...ON_THE_WAY,
  ...CERTIFICATES,
  ETIMEDOUT: 'The instance takes connections and does not answer: look at its CPU, its locks and its connections.',
  '53300': 'Every connection is taken: look who holds them (pg_stat_activity), or lower concurrency.*.most.',
  '3D000': 'The instance has no database of this name: is it database.name of the stage?',
  '57P01': 'The server is shutting down: a restart or a failover, which takes some minutes.',
  '57P03': 'The server is starting: wait, and ask again.',
};

/** The layers between a function and the database, from the bottom up, with the environment's own login. */
export function databaseLayers(env: NodeJS.ProcessEnv): Layer[] {
  const address = addressOf(env);
  return [
    {
      name: 'DNS',
      look: () => resolve(address),
      advice: 'There is no such name. Is database.endpoint of the stage the endpoint of the instance?',
      adviceOf: ON_THE_WAY,
    },
    {
      name: 'TCP',
      look: () => reach(address),
      advice: 'The database’s security group must admit the clients’ group on this port; is the instance running?',
      adviceOf: ON_THE_WAY,
    },
    {
      name: 'login',
      look: () => query(env, 'SELECT current_user', (rows) => `as ${String(rows[0]?.[0])}`),
      advice:
        'By IAM: GRANT rds_iam to the user, and rds-db:connect on the instance’s resource id. By secret: its ' +
        'username must be the user of the settings.',
      adviceOf: CONNECTED,
    },
    {
      name: 'table',
      look: () =>
        query(env, COLUMNS_QUERY, (rows) => {
          mapColumns(rows as unknown as PresentColumn[]);
          return `${rows.length} columns, none missing, all of the right type`;
        }),
      advice:
        'The table vehicles is gone, not readable by this user, lost a column or has one of another type. Its ' +
        'owner has to say.',
      adviceOf: CONNECTED,
    },
  ];
}

function addressOf(env: NodeJS.ProcessEnv): Address {
  const url = optionalEnv(ENV.databaseUrl, env);
  if (url === undefined)
    return { host: requireEnv(ENV.databaseHost, env), port: Number(requireEnv(ENV.databasePort, env)) };
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port === '' ? 5432 : port) };
}

async function query(env: NodeJS.ProcessEnv, text: string, describe: (rows: unknown[][]) => string): Promise<string> {
  const pool = createPool(env);
  try {
    return describe((await pool.query<unknown[]>({ text, rowMode: 'array' })).rows);
  } finally {
    // A server that hangs would hold up the end too.
    void pool.end();
  }
}
