import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { createConversationFunction } from '../../../lambda/conversation/conversation-function';
import { createEventsFunction } from '../../../lambda/events/events-function';
import { apiEvent } from '../local-stage/api-event';
import { handlerTime } from './handler-time';
import { inTurns } from './in-turns';
import type { ConversationSamples, WorkerInput } from './bench-messages';
import { startTiers } from './tiers';
import { answerParent } from './answer-parent';

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/**
 * Search, then what is said and learned, on production's shape: one shard with a replica, for which every write waits.
 */
async function main({ valkey, databaseUrl, rounds }: WorkerInput): Promise<ConversationSamples> {
  const tiers = await startTiers({
    search: { ...valkey.search, DATABASE_URL: databaseUrl },
    'warm-up': { ...valkey['warm-up'], DATABASE_URL: databaseUrl },
  });
  const searches = await inTurns(rounds, tiers.works);
  const conversation = await createConversationFunction({ ...valkey.conversation, DATABASE_URL: databaseUrl });
  const events = createEventsFunction({ ...valkey.events });
  const ask = (method: string, path: string, body?: unknown) => call(conversation.handler, method, path, body);
  const begin = async () => {
    const { sessionId } = await ask('POST', '/v1/sessions', { userId: `u${Date.now()}`, question: '?' });
    return `/v1/sessions/${sessionId}`;
  };

  const asking = await begin();
  const patching = await begin();
  const watched = await begin();
  let asked = 0;
  let patched = 0;
  let said = 0;
  const chat = '/v1/users/bench/chat';
  const message = () => ({ id: `m${++said}`, role: 'user', content: '아이가 둘이고 캠핑을 자주 가요' });
  // A chat at its limit, which drops a message for each that it takes.
  for (let i = 0; i < 20; i++) await ask('POST', chat, { messages: Array.from({ length: 50 }, message) });
  let version = 1;
  const samples = await inTurns(rounds, {
    'raw-get': tiers.works['raw-get'],
    question: () => {
      // None that search was asked too.
      const needs = { budgetMin: 2500 - (++asked % 100), budgetMax: 4001 + Math.floor(asked / 100) };
      const question = { question: '조금 더', needs: { ...needs, persona: 'working_mom' } };
      return handlerTime(conversation, apiEvent('POST', `${asking}/questions`, question));
    },
    'agent-update': () => {
      const patch = { turn: ++patched, mood: '느긋함' };
      return handlerTime(conversation, apiEvent('PATCH', `${patching}/agents/concierge`, patch));
    },
    append: () => handlerTime(conversation, apiEvent('POST', chat, { messages: [message()] })),
    // From the sending of a write until another agent, who waits, has it.
    event: async () => {
      const waiting = call(events.handler, 'GET', `${watched}/events`, undefined, `after=${version}&waitMs=5000`);
      // The wait has to be there before the write.
      await new Promise((resolve) => setTimeout(resolve, 2));
      const start = process.hrtime.bigint();
      const written = ask('PATCH', `${watched}/agents/concierge`, { turn: version });
      ({ version } = await waiting);
      const elapsed = Number(process.hrtime.bigint() - start) / 1_000;
      await written;
      return elapsed;
    },
  });
  events.close();
  await Promise.all([tiers.close(), conversation.close()]);
  return { searches, said: samples };
}

async function call(
  handler: Handler,
  httpMethod: string,
  path: string,
  body?: unknown,
  query = '',
): Promise<{ sessionId: string; version: number }> {
  const answer = await handler(apiEvent(httpMethod, path, body, query));
  if (answer.statusCode >= 300) throw new Error(answer.body);
  return JSON.parse(answer.body) as { sessionId: string; version: number };
}

answerParent(main);
