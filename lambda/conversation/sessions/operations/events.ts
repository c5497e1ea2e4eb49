import * as z from 'zod';
import { lazily } from '../../../contract/lazily';
import type { Operation } from '../../../http/operation';
import { integerOr } from '../../../http/parameters';
import { LIMITS } from '../limits';
import { eventSchema, knownVersion, NOT_FOUND, sessionPath, version } from './parts';

/** Longest wait, ms: below what the function and the gateway allow. */
const LONGEST_WAIT_MS = 5_000;

export const getSessionEvents = {
  operationId: 'getSessionEvents',
  method: 'GET',
  path: '/v1/sessions/{sessionId}/events',
  summary: 'Read the events of a session, or wait for the next one',
  description:
    'Gives the events since `after`, at most 100, oldest first; if there is none it waits for one. An empty ' +
    'list says that none came in time. Waits are limited: four a session, three quarters of them a caller, and ' +
    'a fifth of the function stays free of them. Past that the answer is 429 with `Retry-After` at once, and ' +
    'who asks without `waitMs` is answered. A wait whose client has gone counts until its end: nobody tells the ' +
    'function.',
  pathParameters: sessionPath,
  query: lazily(() =>
    z.strictObject({
      after: knownVersion().describe('The version that the caller knows; 0 for all.'),
      waitMs: integerOr(0, 0, LONGEST_WAIT_MS).describe('How long to wait, ms.'),
    }),
  ),
  responses: lazily(() => ({
    200: {
      description: 'The events.',
      schema: z.object({
        sessionId: z.string(),
        version: version().describe('To be given as `after` next.'),
        events: z.array(eventSchema()),
      }),
    },
    404: NOT_FOUND,
    429: { description: 'Enough requests wait already; ask without `waitMs`, or again in a second.' },
    410: {
      description:
        `Events after \`after\` are no longer kept: the newest ${LIMITS.events} are, at most ${LIMITS.eventBytes} ` +
        'bytes. Or the session has no version `after`, because a failover has lost it or it never was. Read the ' +
        'session and go on from its version.',
    },
  })),
} as const satisfies Operation;
