import { preferenceKeys, recommendationKey, TTL } from '../../contract/keys';
import type { AnswerRoom } from '../../search/answer-room';
import { checkOf } from '../../search/stored-answer';
import type { RequestContext } from '../../telemetry/request';
import type { Command, ValkeyClient } from '../../valkey/client';
import { defineScript, plainScript } from '../../valkey/script';

/** Answers that are kept for one person. */
const MOST_KEPT = 20;

/**
 * Keeps an answer, for the preferences and the question that it was made for; not if these are other ones meanwhile, or
 * forgotten. KEYS: recommendations, preferences; ARGV: seconds, most answers, question, version of the preferences,
 * check, body.
 */
export const KEEP = defineScript<number>(`
if redis.call('HGET', KEYS[2], 'version') ~= ARGV[4] then return 0 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4] .. ' ' .. ARGV[5] .. ' ' .. ARGV[6])
return redis.call('EXPIRE', KEYS[1], ARGV[1])`);

/** An answer that was kept. */
interface Kept {
  /** Of the preferences that it was made for. */
  version: number;
  body: string;
}

/** People's recommendations in Valkey: what is lost is made again. */
export class RecommendationStore {
  constructor(
    private readonly valkey: ValkeyClient,
    private readonly room: AnswerRoom,
  ) {}

  /** @param question what it was asked, and of which catalogue. */
  command(userId: string, question: string, request: Pick<RequestContext, 'damaged'>): Command<Kept | undefined> {
    const key = recommendationKey(userId);
    return {
      key,
      send: async (cluster) => {
        const kept = await cluster.hget(key, question);
        if (kept === null) return undefined;
        const [, version, check, body] = /^(\d+) (\S+) (.*)$/s.exec(kept) ?? [];
        if (body !== undefined && checkOf(Buffer.from(body)) === check) return { version: Number(version), body };
        request.damaged(1);
        return undefined;
      },
    };
  }

  /** Best effort, and only while there is room. */
  async keep(userId: string, question: string, { version, body }: Kept, request: RequestContext): Promise<void> {
    const key = recommendationKey(userId);
    const [preferences] = preferenceKeys(userId);
    const bytes = Buffer.from(body);
    if (!this.room.admits(key, bytes.length)) return;
    const args = [TTL.recommendation, MOST_KEPT, question, version, checkOf(bytes), bytes];
    await this.valkey.wave(request, [plainScript(KEEP, [key, preferences], args)]);
  }
}
