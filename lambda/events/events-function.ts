import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { getSessionEvents } from '../conversation/sessions/operations';
import { PeopleKey } from '../contract/people-key';
import { json, route } from '../http/operation';
import { orUnavailable, Problem } from '../http/problem';
import { createRouter } from '../http/router';
import { noSession } from '../conversation/sessions/session-problems';
import { SessionTelemetry } from '../conversation/sessions/session-telemetry';
import { Audit } from '../telemetry/audit';
import { INIT_CONNECTION_MS } from '../telemetry/request';
import { RequestTelemetry } from '../http/request-telemetry';
import { ValkeyClient } from '../valkey/client';
import { SessionEvents } from './session-events';

export interface EventsFunction {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  /** Opens the connections; to be awaited during init. */
  connect: () => Promise<void>;
  close: () => void;
}

/** Waits for the events of sessions, and does nothing else, so that a wait never stands in another request's way. */
export function createEventsFunction(env: NodeJS.ProcessEnv = process.env): EventsFunction {
  const valkey = ValkeyClient.fromEnvironment(env);
  const people = PeopleKey.fromEnvironment(env);
  const events = new SessionEvents(valkey, people);
  const telemetry = new RequestTelemetry(valkey, env);
  const continuity = new SessionTelemetry(telemetry.emitter);
  const routes = [
    route(getSessionEvents, async ({ path: { sessionId }, query: { after, waitMs }, context }) => {
      const found = await orUnavailable(
        events.since(sessionId, after, waitMs, context),
        'The events cannot be read now.',
      );
      if (found.outcome === 'missing') {
        if (found.lost) continuity.missing();
        throw noSession(sessionId);
      }
      if (found.outcome === 'gone')
        throw new Problem(
          410,
          `Events are kept from version ${found.oldest} on; read the session and go on from its version.`,
        );
      if (found.outcome === 'ahead')
        throw new Problem(
          410,
          `The session has version ${found.version}: what you have seen beyond it was lost with a node. Read the session and go on from its version.`,
        );
      return json(200, { sessionId, version: found.version, events: found.events });
    }),
  ];
  const handler = createRouter(routes, telemetry.requested, new Audit(people));
  return {
    handler,
    connect: () => valkey.connect(INIT_CONNECTION_MS),
    close: () => {
      events.close();
      valkey.close();
    },
  };
}
