import { restart, victim, type Drill } from './drill';

/** What happens to people who are talking. */
export const CONVERSATION_DRILLS: Readonly<Record<string, Drill>> = {
  'lose-sessions': {
    breaks: 'kills a primary that has no replica and starts it again, while people come back to their sessions',
    rehearses: ['Continuity', 'PeopleFeelIt'],
    causes: ['nodeDown'],
    unnoticed: true,
    break: async (system) => {
      await system.conversations.begin(60);
      await victim(system).stop();
      await restart(system, [victim(system)]);
      system.conversations.read();
    },
    // What is lost stays lost: people begin again.
    heal: ({ conversations }) => {
      conversations.stop();
      return Promise.resolve();
    },
  },
  'lose-valkey': {
    breaks: 'kills every node of Valkey while people ask: searches are answered by the database, sessions are not',
    rehearses: ['Completion', 'ValkeyBurnFast', 'ValkeyBurnSlow', 'ValkeyAvailability', 'HitRate', 'PeopleFeelIt'],
    causes: ['nodeDown', 'valkeyUnreachable'],
    unnoticed: true,
    break: async (system) => {
      await system.conversations.begin(20);
      system.conversations.ask();
      await Promise.all(system.cluster.nodes.map((node) => node.stop()));
    },
    heal: async (system) => {
      system.conversations.stop();
      await restart(system, system.cluster.nodes);
    },
  },
};
