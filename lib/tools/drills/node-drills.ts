import type { Redis } from 'iovalkey';
import { accessString } from '../../../lambda/contract/access';
import { admitDatabase, refill, refuseDatabase, Repetition, restart, victim, type Drill } from './drill';
import type { DrillSystem } from './drill-system';
import { fillMemory, overfill } from '../breakage/memory';

const pausing = new Repetition();
const writing = new Repetition();
let leaked: Redis[] = [];

const purgeImages = ({ functions }: DrillSystem) =>
  functions.invoke('operations', { by: 'drill', operation: 'purge', prefix: 'image:', pull: true });

/** What happens to Valkey's nodes, and on the way to them. */
export const NODE_DRILLS: Readonly<Record<string, Drill>> = {
  'kill-node': {
    breaks: 'kills a primary that has no replica (SIGKILL): a third of the keys is gone',
    rehearses: ['HitRate', 'CacheGivesLittle', 'WarmUpMissing', 'CatalogueAges'],
    causes: ['nodeDown'],
    unnoticed: true,
    break: (system) => victim(system).stop(),
    heal: (system) => restart(system, [victim(system)]),
  },
  'hang-node': {
    breaks: 'stops a primary in its tracks (SIGSTOP): it accepts connections and never answers',
    rehearses: ['HitRate', 'CacheGivesLittle', 'WarmUpMissing', 'CatalogueAges'],
    causes: ['nodeDown'],
    unnoticed: true,
    break: (system) => Promise.resolve(victim(system).process?.signal('SIGSTOP')),
    heal: async (system) => {
      victim(system).process?.signal('SIGCONT');
      await system.cluster.untilOk();
      await refill(system);
    },
  },
  'lose-both-stores': {
    breaks: 'kills every node of Valkey and takes the login from the database user: nothing can answer',
    rehearses: [
      'SearchesUnanswered',
      'DatabaseErrors',
      'ApiErrors',
      'AnsweredBurnFast',
      'AnsweredBurnSlow',
      'Heartbeat',
      'PeopleFeelIt',
    ],
    causes: ['nodeDown', 'valkeyUnreachable', 'databaseUnreachable'],
    unnoticed: false,
    break: async (system) => {
      await refuseDatabase(system);
      await Promise.all(system.cluster.nodes.map((node) => node.stop()));
    },
    heal: async (system) => {
      await admitDatabase(system);
      await restart(system, system.cluster.nodes);
    },
  },
  'fill-memory': {
    breaks: 'fills every node to nine tenths of its memory with images',
    rehearses: ['Memory-*', 'NodeMemory'],
    causes: ['memoryFull'],
    unnoticed: true,
    break: fillMemory,
    heal: purgeImages,
  },
  'evict-keys': {
    breaks: 'goes on writing images into nodes that are full: keys are evicted',
    rehearses: ['Evictions-*', 'Memory-*', 'NodeMemory'],
    causes: ['memoryFull'],
    unnoticed: true,
    break: async (system) => {
      await fillMemory(system);
      await writing.start(200, () => overfill(system));
    },
    heal: async (system) => {
      writing.stop();
      await purgeImages(system);
      await refill(system);
    },
  },
  'leak-connections': {
    breaks: 'opens more connections to one node than all functions together may hold, and keeps them',
    rehearses: ['Connections-*', 'NodeConnections'],
    causes: ['connectionsLeak'],
    unnoticed: true,
    break: async (system) => {
      const threshold = system.alarms.find(({ name }) => name.startsWith('Connections-'))?.threshold ?? 0;
      leaked = Array.from({ length: threshold + 20 }, () => victim(system).connect());
      for (const connection of leaked) await connection.connect();
    },
    heal: () => {
      for (const connection of leaked.splice(0)) connection.disconnect();
      return Promise.resolve();
    },
  },
  'slow-valkey': {
    breaks: 'has every node pause for 25 ms again and again (CLIENT PAUSE), as a network that is slow',
    rehearses: ['ValkeyLatency', 'RepeatedSearch', 'Latency'],
    causes: ['valkeySlow'],
    unnoticed: true,
    break: ({ cluster }) => pausing.start(30, () => cluster.everywhere('CLIENT', 'PAUSE', 25, 'ALL')),
    heal: async ({ cluster }) => {
      pausing.stop();
      await cluster.everywhere('CLIENT', 'UNPAUSE');
    },
  },
  'revoke-permission': {
    breaks: 'takes HMGET from the Valkey user of search: no answer and no listing can be read',
    rehearses: ['HitRate', 'QueriesSaved', 'CacheGivesLittle', 'Refused-*', 'NodeRefusals'],
    causes: ['valkeyRefuses'],
    unnoticed: true,
    break: ({ cluster }) => cluster.everywhere('ACL', 'SETUSER', 'search', '-hmget'),
    heal: ({ cluster }) => cluster.everywhere('ACL', 'SETUSER', 'search', ...accessString('search').split(' ')),
  },
};
