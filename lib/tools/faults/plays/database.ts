import { setTimeout as sleep } from 'node:timers/promises';
import { COLUMN_NAMES } from '../../../../lambda/rules/listing';
import { READER } from '../../engines/postgres';
import { withClient } from '../../example-data/vehicles-table';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';
import type { ProxyMode } from '../../breakage/proxy';

const END_CONNECTIONS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${READER}'`;
/** The database's share of a request, Valkey's, and what measuring takes: how late a 503 may come. */
const UNKNOWN = { errors5xx: true, lateMs: 1_600 };

async function asOwner(lab: Lab, ...statements: string[]): Promise<void> {
  await withClient(lab.postgres.ownerUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

/** What lies before PostgreSQL, and before Valkey unless that stays as it is. */
const network =
  (database: ProxyMode, valkey: ProxyMode = 'pass') =>
  (lab: Lab) => {
    lab.databaseProxy.set(database);
    lab.eachProxy((proxy) => proxy.set(valkey));
    return Promise.resolve();
  };

const pass = async (lab: Lab) => {
  await network('pass')(lab);
  await lab.cluster.untilOk();
};

/** The columns as an older deployment spells them, and back. */
const respell = (back: boolean) =>
  COLUMN_NAMES.filter((name) => name.includes('_')).map((name) => {
    const plain = name.replaceAll('_', '');
    return `ALTER TABLE vehicles RENAME ${back ? plain : name} TO ${back ? name : plain}`;
  });

/** PostgreSQL, alone or with Valkey. */
export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'database-down',
    what: 'PostgreSQL refuses connections: cache and index answer all that they know',
    begin: network('cut'),
    end: pass,
  },
  {
    name: 'database-hung',
    what: 'PostgreSQL takes connections and answers nothing',
    begin: network('black-hole'),
    end: pass,
  },
  {
    name: 'database-full',
    what: 'PostgreSQL has no connection left for the function (53300)',
    begin: (lab) => asOwner(lab, `ALTER ROLE ${READER} CONNECTION LIMIT 0`, END_CONNECTIONS),
    end: (lab) => asOwner(lab, `ALTER ROLE ${READER} CONNECTION LIMIT -1`),
  },
  {
    name: 'database-ends-connections',
    what: 'without Valkey, PostgreSQL ends idle connections (57P01) between requests',
    begin: network('pass', 'cut'),
    meanwhile: async (lab, between) => {
      await between(() => asOwner(lab, END_CONNECTIONS));
      await sleep(100);
    },
    end: pass,
  },
  {
    name: 'schema-drift',
    what: 'without Valkey, the columns are renamed to the older spelling (42703)',
    begin: async (lab) => {
      lab.eachProxy((proxy) => proxy.set('cut'));
      await asOwner(lab, 'BEGIN', ...respell(false), 'COMMIT');
    },
    end: async (lab) => {
      await asOwner(lab, 'BEGIN', ...respell(true), 'COMMIT');
      await pass(lab);
    },
  },
  {
    name: 'both-down',
    what: 'neither store can be reached: 503 at once, never an empty answer',
    begin: network('cut', 'cut'),
    end: pass,
    allows: UNKNOWN,
  },
  {
    name: 'both-hung',
    what: 'neither store answers: 503 within 1.6 s',
    mostRequests: 60,
    begin: network('black-hole', 'black-hole'),
    end: pass,
    allows: UNKNOWN,
  },
];
