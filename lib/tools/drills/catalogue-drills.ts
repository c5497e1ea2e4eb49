import { accessString } from '../../../lambda/contract/access';
import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { READER } from '../engines/postgres';
import { withClient } from '../example-data/vehicles-table';
import { admitDatabase, refuseDatabase, restart, type Drill } from './drill';
import type { DrillSystem } from './drill-system';

const HOURS_AGO = 2;
const SLOWER_SECONDS = 0.06;

const bypass = ({ functions }: DrillSystem, scope?: 'answers') =>
  functions.invoke('operations', { by: 'drill', operation: 'bypass', scope, seconds: scope && 3_600 });

const onTable =
  (...statements: string[]) =>
  ({ postgres }: DrillSystem) =>
    withClient(postgres.ownerUrl, async (client) => {
      for (const statement of statements) await client.query(statement);
    });

/** What happens to the table, the warm-up and what it publishes. */
export const CATALOGUE_DRILLS: Readonly<Record<string, Drill>> = {
  'database-refuses': {
    breaks: 'takes the login from the database user and ends its sessions',
    rehearses: ['WarmUpMissing'],
    causes: ['databaseUnreachable'],
    unnoticed: true,
    break: refuseDatabase,
    heal: admitDatabase,
  },
  'broken-crawl': {
    breaks: 'takes three quarters of the rows from the table, as a crawl that broke off: the warm-up refuses it',
    rehearses: ['WarmUpFailed', 'WarmUpMissing', 'CatalogueAges'],
    causes: ['warmUpFails'],
    unnoticed: true,
    break: onTable(
      'CREATE TABLE kept AS SELECT * FROM vehicles WHERE vehicle_id % 4 > 0',
      'DELETE FROM vehicles WHERE vehicle_id % 4 > 0',
    ),
    heal: onTable('INSERT INTO vehicles SELECT * FROM kept', 'DROP TABLE kept'),
  },
  'old-catalogue': {
    breaks: `takes all keys from the warm-up's user, and sets back by ${HOURS_AGO} hours when the catalogue was last confirmed`,
    rehearses: ['IndexAge', 'WarmUpFailed', 'WarmUpMissing'],
    causes: ['valkeyRefuses', 'warmUpFails'],
    unnoticed: true,
    break: async ({ cluster }) => {
      await cluster.everywhere('ACL', 'SETUSER', 'warm-up', 'resetkeys');
      const confirmedAt = Date.now() - HOURS_AGO * 3_600_000;
      // Only the node that has the key takes it.
      await Promise.allSettled(
        cluster.nodes.map((node) => node.ask('HSET', CATALOGUE_KEYS.current, 'confirmedAt', confirmedAt)),
      );
    },
    heal: ({ cluster }) => cluster.everywhere('ACL', 'SETUSER', 'warm-up', ...accessString('warm-up').split(' ')),
  },
  'slow-database': {
    breaks: `kills every node of Valkey, and has the database take ${SLOWER_SECONDS * 1_000} ms more for each query`,
    rehearses: ['SearchLatency', 'HandlerLatency', 'Latency'],
    causes: ['nodeDown', 'databaseSlow', 'valkeyUnreachable'],
    unnoticed: true,
    break: async (system) => {
      await onTable(
        'ALTER TABLE vehicles RENAME TO kept',
        `CREATE VIEW vehicles AS SELECT kept.* FROM kept, pg_sleep(${SLOWER_SECONDS})`,
        `GRANT SELECT ON vehicles TO ${READER}`,
      )(system);
      await Promise.all(system.cluster.nodes.map((node) => node.stop()));
    },
    heal: async (system) => {
      await onTable('DROP VIEW vehicles', 'ALTER TABLE kept RENAME TO vehicles')(system);
      await restart(system, system.cluster.nodes);
    },
  },
  'forgotten-bypass': {
    breaks: 'switches stored answers off, as an operator who forgets it',
    rehearses: ['CacheShare', 'CacheGivesLittle'],
    causes: ['bypass'],
    unnoticed: true,
    break: (system) => bypass(system, 'answers'),
    heal: (system) => bypass(system),
  },
};
