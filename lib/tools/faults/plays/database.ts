import { together } from '../../breakage/breakage';
import { columnsRespelled, noConnectionLeft, sessionsEnded } from '../../breakage/database';
import { network, type ProxiedStores } from '../../breakage/connections';
import type { StoreFault } from '../lab/fault';

/** The database's share of a request, Valkey's, and what measuring takes: how late a 503 may come. */
const UNKNOWN = { errors5xx: true, lateMs: 1_600 };

/** PostgreSQL, alone or with Valkey. */
export const DATABASE_FAULTS: readonly StoreFault[] = [
  {
    name: 'database-down',
    what: 'PostgreSQL refuses connections: cache and index answer all that they know',
    ...network('pass', 'cut'),
  },
  {
    name: 'database-hung',
    what: 'PostgreSQL takes connections and answers nothing',
    ...network('pass', 'black-hole'),
  },
  {
    name: 'database-full',
    what: 'PostgreSQL has no connection left for the function (53300)',
    ...noConnectionLeft,
  },
  {
    name: 'database-ends-connections',
    what: 'without Valkey, PostgreSQL ends idle connections (57P01) between requests',
    ...together<ProxiedStores>(network('cut'), sessionsEnded),
  },
  {
    name: 'schema-drift',
    what: 'without Valkey, the columns are renamed to the older spelling (42703)',
    ...together<ProxiedStores>(columnsRespelled, network('cut')),
  },
  {
    name: 'both-down',
    what: 'neither store can be reached: 503 at once, never an empty answer',
    ...network('cut', 'cut'),
    allows: UNKNOWN,
  },
  {
    name: 'both-hung',
    what: 'neither store answers: 503 within 1.6 s',
    mostRequests: 60,
    ...network('black-hole', 'black-hole'),
    allows: UNKNOWN,
  },
];
