import { createClient } from '@redis/client';
import type { OriginalApplication } from '../../lib/client';
import { originalWay } from '../../lib/tools/bench/original-way';
import { canonical } from '../../lambda/rules/question';

/** node-redis 4, as the application uses it: one server, no cluster mode. */
export async function connectOldRedis(url: string) {
  const redis = createClient({ url, socket: { reconnectStrategy: false } });
  redis.on('error', () => undefined);
  await redis.connect();
  return redis;
}

export type OldRedis = Awaited<ReturnType<typeof connectOldRedis>>;

/**
 * The original's functions on the original's keys and values: `search:`, `a2a:` and `chat:` as JSON, its lives, its
 * reading and rewriting of whole values. What it does wrong it does here too; only its failures reject.
 */
export function originalApplication(
  redis: OldRedis,
  databaseUrl: string,
): OriginalApplication<{ vehicle_id: number }> & { close: () => Promise<void> } {
  const database = originalWay(databaseUrl);
  const read = async <T>(key: string): Promise<T | null> => JSON.parse((await redis.get(key)) ?? 'null') as T | null;
  return {
    async searchVehicles(budget, usage = 'any', familyType = 'any', persona = null, includeLease = false) {
      const personaId = (typeof persona === 'object' ? persona?.id : persona) ?? 'none';
      // Without the family type, as the original has it.
      const key = `search:${budget.min}-${budget.max}_${personaId}_${includeLease ? 'lease' : 'nolease'}_${usage}`;
      const known = await read<{ vehicles: { vehicle_id: number }[] }>(key);
      if (known !== null) return known.vehicles;
      const vehicles = (await database.find(
        canonical({
          budgetMin: budget.min,
          budgetMax: budget.max,
          persona: personaId,
          includeLease,
          usage,
          familyType,
          limit: 100,
          offset: 0,
        }),
      )) as { vehicle_id: number }[];
      await redis.setEx(key, 600, JSON.stringify({ vehicles, timestamp: Date.now(), count: vehicles.length }));
      return vehicles;
    },
    async setA2ASession(sessionId, session) {
      await redis.setEx(`a2a:${sessionId}`, 1_800, JSON.stringify({ startTime: Date.now(), ...session }));
    },
    getA2ASession: (sessionId) => read(`a2a:${sessionId}`),
    async updateAgentState(sessionId, agent, state) {
      const session = await read<{ agentStates?: object }>(`a2a:${sessionId}`);
      const changed = { ...session, agentStates: { ...session?.agentStates, [agent]: state } };
      await redis.setEx(`a2a:${sessionId}`, 1_800, JSON.stringify(changed));
    },
    async saveConversation(userId, messages) {
      const value = { messages, lastUpdated: Date.now(), messageCount: messages.length };
      await redis.setEx(`chat:${userId}`, 86_400, JSON.stringify(value));
    },
    async getConversation(userId) {
      return (await read<{ messages: [] }>(`chat:${userId}`))?.messages ?? null;
    },
    async clearConversation(userId) {
      await redis.del(`chat:${userId}`);
    },
    close: async () => {
      await database.close();
      await redis.disconnect().catch(() => undefined);
    },
  };
}
