import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { chatRoutes } from './chat/chat-routes';
import { ChatStore } from './chat/chat-store';
import { PeopleKey } from '../contract/people-key';
import { forgetRoutes } from './forgetting/forget-routes';
import { createRouter } from '../http/router';
import { preferenceRoutes } from './preferences/preference-routes';
import { PreferenceStore } from './preferences/preference-store';
import { recommendationRoutes } from './recommendations/recommendation-routes';
import { RecommendationStore } from './recommendations/recommendation-store';
import { Recommender } from './recommendations/recommender';
import { remainsOf } from './remains';
import { createSearchCore, prepareMeanwhile } from '../search/search-core';
import { askQuestion } from './sessions/operations';
import { sessionRoutes } from './sessions/session-routes';
import { SessionStore } from './sessions/session-store';
import { SessionTelemetry } from './sessions/session-telemetry';
import { Audit } from '../telemetry/audit';
import type { ValkeyClient } from '../valkey/client';
import { Tombstones } from '../valkey/tombstones';

export interface ConversationFunction {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  valkey: ValkeyClient;
  close: () => Promise<void>;
}

/**
 * What is said and learned: sessions and their questions, chats.
 * @param now ms since the epoch.
 * @throws MissingEnvironmentError
 */
export async function createConversationFunction(
  env: NodeJS.ProcessEnv = process.env,
  now: () => number = Date.now,
): Promise<ConversationFunction> {
  const { valkey, catalogue, memory, room, search, telemetry, primed, close } = createSearchCore(env, now);
  await prepareMeanwhile(askQuestion);
  const people = PeopleKey.fromEnvironment(env);
  const sessions = new SessionStore(valkey, people);
  const promises = new SessionTelemetry(telemetry.emitter);
  const remains = remainsOf(env);
  const chats = new ChatStore(valkey, people);
  const preferences = new PreferenceStore(valkey);
  const recommendations = new RecommendationStore(valkey, room);
  const recommender = new Recommender({
    valkey,
    catalogue,
    memory,
    kept: recommendations,
    search,
    telemetry,
  });
  const routes = [
    ...sessionRoutes({ sessions, search, telemetry: promises }),
    ...chatRoutes({ chats, telemetry: promises, remains }),
    ...preferenceRoutes(preferences),
    ...recommendationRoutes(recommender),
    ...forgetRoutes({ tombstones: new Tombstones(valkey, people), sessions, chats, preferences }, remains),
  ];
  const handler = createRouter(routes, telemetry.requested, new Audit(people));
  await primed;
  return { handler, valkey, close };
}
