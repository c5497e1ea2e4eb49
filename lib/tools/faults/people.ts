import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { apiEvent } from '../local-stage/api-event';

/** Asks the conversation function. */
export type Ask = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** Somebody who began a session, wrote a message and liked a car: each of the three is in no other place. */
export interface Person {
  userId: string;
  sessionId: string;
}

export interface Survivors {
  sessions: number;
  chats: number;
  preferences: number;
}

/** How often a request is repeated that could not be carried out now, and after which pause, ms. */
const MOST_REPETITIONS = 50;
const PAUSE_MS = 100;

/** Lets so many people say something. @throws Error if one of them is not heard */
export async function letPeopleSpeak(ask: Ask, count: number): Promise<Person[]> {
  const post = async (path: string, body: unknown) => {
    const event = apiEvent('POST', path, body);
    const answer = await untilKnown(ask, { ...event, headers: { 'idempotency-key': 'said-once' } });
    if (answer.statusCode >= 300) throw new Error(`POST ${path}: ${answer.statusCode} ${answer.body}`);
    return JSON.parse(answer.body) as { sessionId: string };
  };
  const people: Person[] = [];
  for (let i = 0; i < count; i++) {
    const userId = `person-${i}`;
    const { sessionId } = await post('/v1/sessions', { userId, question: '아이와 탈 차' });
    await post(`/v1/users/${userId}/chat`, { messages: [{ id: 'm1', role: 'user', content: '골프도 칩니다' }] });
    const vehicle = { manufacturer: '현대', car_type: 'SUV' };
    await post(`/v1/users/${userId}/signals`, { signals: [{ id: 's1', type: 'liked', vehicle }] });
    people.push({ userId, sessionId });
  }
  return people;
}

/**
 * Reads everything that the people said.
 * @returns how much of each kind is still there.
 * @throws Error if it can't be read
 */
export async function countSurvivors(ask: Ask, people: readonly Person[]): Promise<Survivors> {
  const read = async (path: string) => {
    const { statusCode, body } = await untilKnown(ask, apiEvent('GET', path));
    if (statusCode >= 500) throw new Error(`GET ${path}: ${statusCode}`);
    return { found: statusCode === 200, ...(JSON.parse(body) as { messageCount?: number; signals?: number }) };
  };
  const survivors: Survivors = { sessions: 0, chats: 0, preferences: 0 };
  for (const { userId, sessionId } of people) {
    if ((await read(`/v1/sessions/${sessionId}`)).found) survivors.sessions++;
    if ((await read(`/v1/users/${userId}/chat`)).messageCount === 1) survivors.chats++;
    if ((await read(`/v1/users/${userId}/preferences`)).signals === 1) survivors.preferences++;
  }
  return survivors;
}

/** Repeats the request for as long as the answer is that it can be repeated: a busy machine lets deadlines pass. */
async function untilKnown(ask: Ask, event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  for (let repetition = 0; ; repetition++) {
    const answer = await ask(event);
    if (answer.statusCode !== 503 || repetition === MOST_REPETITIONS) return answer;
    await sleep(PAUSE_MS);
  }
}
