import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Listing } from '../../../lambda/rules/listing';
import type { LocalFunction } from '../local-stage/local-function';
import { apiEvent } from '../local-stage/api-event';
import { REPEATED } from './questions';

/** An answer's listings, and what its request spent on Valkey, ms. */
export interface Shown {
  vehicles: Listing[];
  valkeyMs: number;
}

/** @throws Error unless it is answered well */
export async function answerOf(
  process: LocalFunction,
  event: unknown,
): Promise<[body: Record<string, unknown>, ms: number]> {
  const { statusCode, body, headers } = (await process.invoke(event)) as APIGatewayProxyResult;
  if (statusCode >= 300) throw new Error(`The function answered ${statusCode}: ${body}`);
  const valkeyMs = Number(/valkey;dur=([\d.]+)/.exec(String(headers?.['server-timing']))?.[1] ?? 0);
  return [JSON.parse(body) as Record<string, unknown>, valkeyMs];
}

/** A search, or a question of a session. */
export async function found(process: LocalFunction, event: unknown): Promise<Shown> {
  const [{ vehicles }, valkeyMs] = await answerOf(process, event);
  return { vehicles: vehicles as Listing[], valkeyMs };
}

/** The repeated question, asked in a new session. */
export async function foundInSession(process: LocalFunction, userId: string): Promise<Shown> {
  const begun = { userId, question: '아이와 탈 차' };
  const [{ sessionId }] = await answerOf(process, apiEvent('POST', '/v1/sessions', begun));
  const { budgetMin, budgetMax, persona } = REPEATED;
  const asked = { question: '더 있나요', needs: { budgetMin, budgetMax, persona } };
  return found(process, apiEvent('POST', `/v1/sessions/${String(sessionId)}/questions`, asked));
}

/** What is recommended to somebody for the repeated question. */
export async function recommended(process: LocalFunction, user: string): Promise<Shown> {
  const { budgetMin, budgetMax, persona } = REPEATED;
  const query = `budgetMin=${budgetMin}&budgetMax=${budgetMax}&persona=${persona}`;
  const event = apiEvent('GET', `/v1/users/${user}/recommendations`, undefined, query);
  const [{ recommendations }, valkeyMs] = await answerOf(process, event);
  return { vehicles: (recommendations as { vehicle: Listing }[]).map(({ vehicle }) => vehicle), valkeyMs };
}
