import { appendMessages, forgetChat, getChat } from './operations';
import { json, route, type Route } from '../../http/operation';
import { orUnavailable, Problem } from '../../http/problem';
import type { Remains } from '../remains';
import type { SessionTelemetry } from '../sessions/session-telemetry';
import type { ChatStore } from './chat-store';
import { toAnswer } from './message';

interface ChatDependencies {
  chats: ChatStore;
  telemetry: SessionTelemetry;
  remains: Remains;
}

/** The operations on chats. */
export function chatRoutes({ chats, telemetry, remains }: ChatDependencies): Route[] {
  return [
    route(appendMessages, async ({ path, body, context }) =>
      json(200, await known(chats.append(path.userId, body.messages, context))),
    ),
    route(getChat, async ({ path: { userId }, query, context }) => {
      const page = await known(chats.read(userId, query, context));
      if (page === undefined || page.messageCount === 0) {
        if (await chats.isLost(userId, context)) telemetry.missing();
      } else telemetry.found();
      if (page === undefined)
        throw new Problem(
          404,
          `The chat holds no message ${query.before ?? ''}; read its newest page, without before.`,
        );
      const { messages, ...rest } = page;
      // The messages are sent as they are stored.
      const list = messages.map(toAnswer).join(',');
      return json(200, `{"messages":[${list}],${JSON.stringify(rest).slice(1)}`);
    }),
    route(forgetChat, async ({ path, context }) =>
      json(200, { durable: await known(chats.remove(path.userId, context)), remains }),
    ),
  ];
}

/** A store that can't be asked is no answer: the client is to repeat the request. */
const known = <T>(work: Promise<T>) =>
  orUnavailable(work, 'The chat cannot be reached now. Repeat the request, messages with the same ids.');
