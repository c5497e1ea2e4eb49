import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'iovalkey';
import { refilled, together, type Breakage, type Stores } from '../breakage/breakage';
import { loginRefused } from '../breakage/database';
import { fillMemory, overfill } from '../breakage/memory';
import { everyNode, hung, killed, lastNode, paused, type Choice } from '../breakage/nodes';
import { userChanged } from '../breakage/refusals';
import type { Drill } from './drill';
import type { DrillSystem } from './drill-system';

const purgeImages = ({ functions }: DrillSystem) =>
  functions.invoke('operations', { by: 'drill', operation: 'purge', prefix: 'image:', pull: true });

/** More connections than all functions together may hold, as the alarm says; they stay open. */
export function leaking(choose: Choice): Breakage<DrillSystem> {
  let leaked: Redis[] = [];
  return {
    begin: async (system) => {
      const threshold = system.alarms.find(({ name }) => name.startsWith('Connections-'))?.threshold ?? 0;
      const nodes = await choose(system);
      leaked = nodes.flatMap((node) => Array.from({ length: threshold + 20 }, () => node.connect()));
      for (const connection of leaked) await connection.connect();
    },
    end: () => {
      for (const connection of leaked.splice(0)) connection.disconnect();
    },
  };
}

/** What happens to Valkey's nodes, and on the way to them. */
export const NODE_DRILLS: Readonly<Record<string, Drill>> = {
  'kill-node': {
    breaks: 'kills a primary that has no replica (SIGKILL): a third of the keys is gone',
    rehearses: ['HitRate', 'CacheGivesLittle', 'WarmUpMissing', 'CatalogueAges'],
    causes: ['nodeDown'],
    ...killed(lastNode),
  },
  'hang-node': {
    breaks: 'stops a primary in its tracks (SIGSTOP): it accepts connections and never answers',
    rehearses: ['HitRate', 'CacheGivesLittle', 'WarmUpMissing', 'CatalogueAges'],
    causes: ['nodeDown'],
    ...refilled(hung(lastNode)),
  },
  'lose-both-stores': {
    breaks: 'kills every node of Valkey and takes the login from the database user: nothing can answer',
    rehearses: [
      'SearchesUnanswered',
      'DatabaseErrors',
      'ApiErrors',
      'Failing-search',
      'FunctionErrors',
      'AnsweredBurnFast',
      'AnsweredBurnSlow',
      'Heartbeat',
      'PeopleFeelIt',
    ],
    causes: ['nodeDown', 'databaseRefusesLogin'],
    noticed: true,
    ...together<Stores>(loginRefused, killed(everyNode)),
  },
  'fill-memory': {
    breaks: 'fills every node to nine tenths of its memory with images',
    rehearses: ['Memory-*', 'NodeMemory'],
    causes: ['memoryFull'],
    begin: fillMemory,
    end: purgeImages,
  },
  'evict-keys': {
    breaks: 'goes on writing images into nodes that are full: keys are evicted',
    rehearses: ['Evictions-*', 'Memory-*', 'NodeMemory'],
    causes: ['memoryFull'],
    ...refilled({ begin: fillMemory, end: purgeImages }),
    meanwhile: async (system) => {
      await overfill(system);
      await sleep(200);
    },
  },
  'leak-connections': {
    breaks: 'opens more connections to one node than all functions together may hold, and keeps them',
    rehearses: ['Connections-*', 'NodeConnections'],
    causes: ['connectionsLeak'],
    ...leaking(lastNode),
  },
  'slow-valkey': {
    breaks: 'has every node pause for 25 ms again and again (CLIENT PAUSE), as a network that is slow',
    rehearses: ['ValkeyLatency', 'RepeatedSearch', 'Latency'],
    causes: ['valkeySlow'],
    ...paused(25, 30),
  },
  'revoke-permission': {
    breaks: 'takes HMGET from the Valkey user of search: no answer and no listing can be read',
    rehearses: ['HitRate', 'QueriesSaved', 'CacheGivesLittle', 'Refused-*', 'NodeRefusals'],
    causes: ['valkeyForbids'],
    ...userChanged('search', '-hmget'),
  },
};
