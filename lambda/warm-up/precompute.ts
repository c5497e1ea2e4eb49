import { parseQuestionId, popularKey } from '../contract/keys';
import type { Question } from '../rules/question';
import type { SearchService } from '../search/search-service';
import { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from '../valkey/client';
import { sendAll } from '../valkey/bulk';

/** Questions answered ahead, and question ids kept for each hour. */
const MOST_POPULAR = 100;
const MOST_KEPT = 5_000;
const HOUR_MS = 3_600_000;

/** @returns the questions asked most in this hour and the last. What is no question of ours is passed over. */
export async function popularQuestions(
  valkey: ValkeyClient,
  request: RequestContext,
  now: number,
): Promise<Question[]> {
  const keys = [popularKey(now), popularKey(now - HOUR_MS)];
  const ids = await sendAll(
    valkey,
    request,
    keys.map((key) => ({ key, send: (cluster) => cluster.zrevrange(key, 0, MOST_POPULAR - 1) })),
  );
  // Whoever asks at random must not fill the memory with counts.
  await sendAll(
    valkey,
    request,
    keys.map((key) => ({ key, send: (cluster) => cluster.zremrangebyrank(key, 0, -MOST_KEPT - 1) })),
  );
  const questions = [...new Set(ids.flat())].map(parseQuestionId);
  return questions.filter((question) => question !== undefined).slice(0, MOST_POPULAR);
}

/** Answers the questions, so that their answers are there. @returns how many had to be found. */
export async function precompute(
  valkey: ValkeyClient,
  service: SearchService,
  questions: readonly Question[],
): Promise<number> {
  let found = 0;
  for (const question of questions) {
    const { tier } = await service.answer(question, new RequestContext());
    if (tier !== 'hit') found++;
  }
  await valkey.delivered();
  return found;
}
