import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { together, type Stores } from '../breakage/breakage';
import { loginRefused, rowsLost, slower } from '../breakage/database';
import { everyNode, killed } from '../breakage/nodes';
import { userChanged } from '../breakage/refusals';
import type { Drill } from './drill';
import type { DrillSystem } from './drill-system';

const HOURS_AGO = 2;
const SLOWER_SECONDS = 0.06;

const withoutKeys = userChanged('warm-up', 'resetkeys');

const bypass = ({ functions }: DrillSystem, scope?: 'answers') =>
  functions.invoke('operations', { by: 'drill', operation: 'bypass', scope, seconds: scope && 3_600 });

/** What happens to the table, the warm-up and what it publishes. */
export const CATALOGUE_DRILLS: Readonly<Record<string, Drill>> = {
  'database-refuses': {
    breaks: 'takes the login from the database user and ends its sessions',
    rehearses: ['WarmUpMissing'],
    causes: ['databaseRefusesLogin'],
    ...loginRefused,
  },
  'broken-crawl': {
    breaks: 'takes three quarters of the rows from the table, as a crawl that broke off: the warm-up refuses it',
    rehearses: ['WarmUpFailed', 'WarmUpMissing', 'CatalogueAges'],
    causes: ['warmUpFails'],
    ...rowsLost,
  },
  'old-catalogue': {
    breaks:
      `takes all keys from the warm-up's user, and sets back by ${HOURS_AGO} hours when the catalogue was last ` +
      'confirmed',
    rehearses: ['IndexAge', 'WarmUpFailed', 'WarmUpMissing'],
    causes: ['valkeyForbids'],
    ...withoutKeys,
    begin: async (system) => {
      await withoutKeys.begin?.(system);
      const confirmedAt = Date.now() - HOURS_AGO * 3_600_000;
      await system.cluster.onKey('HSET', CATALOGUE_KEYS.current, 'confirmedAt', confirmedAt);
    },
  },
  'slow-database': {
    breaks: `kills every node of Valkey, and has the database take ${SLOWER_SECONDS * 1_000} ms more for each query`,
    rehearses: ['SearchLatency', 'HandlerLatency', 'Latency'],
    causes: ['nodeDown', 'databaseSlow'],
    ...together<Stores>(slower(SLOWER_SECONDS), killed(everyNode)),
  },
  'forgotten-bypass': {
    breaks: 'switches stored answers off, as an operator who forgets it',
    rehearses: ['CacheShare', 'CacheGivesLittle'],
    causes: ['bypass'],
    begin: (system) => bypass(system, 'answers'),
    end: (system) => bypass(system),
  },
};
