import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { chatRoutes } from '../chat/chat-routes';
import { ChatStore } from '../chat/chat-store';
import { createRouter } from '../http/router';
import { createSearchCore } from '../search/search-core';
import { sessionRoutes } from '../sessions/session-routes';
import { SessionStore } from '../sessions/session-store';
import { SessionTelemetry } from '../sessions/session-telemetry';
import type { ValkeyClient } from '../valkey/client';

export interface ConversationFunction {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  valkey: ValkeyClient;
  close: () => Promise<void>;
}

/** What is said and learned: sessions and their questions, chats. @throws MissingEnvironmentError */
export async function createConversationFunction(env: NodeJS.ProcessEnv = process.env): Promise<ConversationFunction> {
  const { valkey, search, telemetry, close } = await createSearchCore(env);
  const sessions = new SessionStore(valkey);
  const promises = new SessionTelemetry(telemetry.emitter);
  const routes = [
    ...sessionRoutes({ sessions, search, telemetry: promises }),
    ...chatRoutes({ chats: new ChatStore(valkey), telemetry: promises }),
  ];
  const handler = createRouter(routes, telemetry.requested);
  return { handler, valkey, close };
}
