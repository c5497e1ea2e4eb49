import { everyNode, killed, lastNode } from '../breakage/nodes';
import type { Drill } from './drill';

const oneKilled = killed(lastNode);
const allKilled = killed(everyNode);

/** What happens to people who are talking. */
export const CONVERSATION_DRILLS: Readonly<Record<string, Drill>> = {
  'lose-sessions': {
    breaks: 'kills a primary that has no replica and starts it again, while people come back to their sessions',
    rehearses: ['Continuity', 'PeopleFeelIt'],
    causes: ['nodeReturned'],
    begin: async (system) => {
      await system.conversations.begin(60);
      await oneKilled.begin?.(system);
      await oneKilled.end?.(system);
      system.conversations.read();
    },
    // What is lost stays lost: people begin again.
    end: ({ conversations }) => conversations.stop(),
  },
  'lose-valkey': {
    breaks: 'kills every node of Valkey while people ask: searches are answered by the database, sessions are not',
    rehearses: ['Completion', 'ValkeyBurnFast', 'ValkeyBurnSlow', 'ValkeyAvailability', 'HitRate', 'PeopleFeelIt'],
    causes: ['nodeDown'],
    begin: async (system) => {
      await system.conversations.begin(20);
      system.conversations.ask();
      await allKilled.begin?.(system);
    },
    end: async (system) => {
      system.conversations.stop();
      await allKilled.end?.(system);
    },
  },
};
