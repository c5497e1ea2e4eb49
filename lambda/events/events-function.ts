import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { getSessionEvents } from '../conversation/sessions/operations';
import { ENV, optionalEnv } from '../contract/environment';
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
import { type Full, Waits, waitLimits } from './waits';

export interface EventsFunction {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  /** Opens the connections; to be awaited during init. */
  connect: () => Promise<void>;
  close: () => void;
}

/** Where nothing says how many there may be, as in a test: four may wait. */
const FEW_ENVIRONMENTS = 5;

const WAITING = {
  all: 'So many requests wait for events that no more may.',
  session: 'So many requests wait for the events of this session that no more may; one can tell the others.',
  caller: 'So many requests of this caller wait for events that no more may.',
};

function tooMany(full: Full): Problem {
  const detail = `${WAITING[full]} Ask without waitMs, or again in a second.`;
  return new Problem(429, detail, { headers: { 'retry-after': '1' } });
}

/** Waits for the events of sessions, and does nothing else, so that a wait never stands in another request's way. */
export function createEventsFunction(env: NodeJS.ProcessEnv = process.env): EventsFunction {
  const valkey = ValkeyClient.fromEnvironment(env);
  const environments = Number(optionalEnv(ENV.mostEnvironments, env) ?? FEW_ENVIRONMENTS);
  const people = PeopleKey.fromEnvironment(env);
  const events = new SessionEvents(valkey, people, new Waits(valkey, people, waitLimits(environments)));
  const telemetry = new RequestTelemetry(valkey, env);
  const continuity = new SessionTelemetry(telemetry.emitter);
  const routes = [
    route(getSessionEvents, async ({ path: { sessionId }, query: { after, waitMs }, context }) => {
      const found = await orUnavailable(
        events.since(sessionId, after, { waitMs, caller: context.caller }, context),
        'The events cannot be read now.',
      );
      if (found.outcome === 'missing') {
        if (found.lost) continuity.missing();
        throw noSession(sessionId);
      }
      if (found.outcome === 'full') throw tooMany(found.full);
      if (found.outcome === 'gone')
        throw new Problem(
          410,
          `Events are kept from version ${found.oldest} on; read the session and go on from its version.`,
        );
      if (found.outcome === 'lost')
        throw new Problem(
          410,
          `The session has version ${found.version} and none ${after}: a failover has lost it, or it never was. ` +
            'Read the session and go on from its version.',
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
