import * as z from 'zod';
import { lazily } from '../../../contract/lazily';
import type { Operation } from '../../../http/operation';
import { id, jsonObject, prose } from '../../../http/parameters';
import { LIMITS } from '../limits';
import { AGENTS, COLLABORATION_STATES } from './vocabulary';
import { durable, idempotencyKey, NOT_FOUND, sessionPath, version } from './parts';

export const createSession = {
  operationId: 'createSession',
  method: 'POST',
  path: '/v1/sessions',
  summary: 'Begin a session',
  description: 'A session is shared by the three agents. It lives for 30 minutes after its last write, 7 days at most.',
  headers: lazily(() => z.object({ 'idempotency-key': idempotencyKey() })),
  body: lazily(() =>
    z.strictObject({
      userId: id().describe('The person’s id. The API trusts the caller to have authenticated the person.'),
      question: prose(2_000).describe('What the person asked; not white space alone.'),
      context: jsonObject().optional().describe('Whatever the agents are to know.'),
    }),
  ),
  responses: lazily(() => ({
    201: {
      description: 'The session.',
      schema: z.object({
        sessionId: z.string(),
        version: version(),
        durable: durable(),
        replayed: z.boolean().optional().describe('True if this request was a repetition; the session was there.'),
      }),
      headers: { Location: 'Where it can be read.' },
    },
    409: { description: 'The person’s Idempotency-Key was used for another request.' },
    429: { description: `The person began ${LIMITS.sessionsOfPerson} sessions in the last seven days.` },
  })),
} as const satisfies Operation;

export const getSession = {
  operationId: 'getSession',
  method: 'GET',
  path: '/v1/sessions/{sessionId}',
  summary: 'Read a session',
  pathParameters: sessionPath,
  responses: lazily(() => ({
    200: {
      description: 'The session, as after one of its writes.',
      schema: z
        .object({
          sessionId: z.string(),
          userId: z.string(),
          version: version(),
          collaborationState: z.enum(COLLABORATION_STATES),
          question: z.string().describe('The latest question.'),
          questionCount: z.number().int(),
          context: z.record(z.string(), z.unknown()),
          agentStates: z.object(
            Object.fromEntries(AGENTS.map((agent) => [agent, z.record(z.string(), z.unknown())])) as Record<
              (typeof AGENTS)[number],
              z.ZodRecord<z.ZodString, z.ZodUnknown>
            >,
          ),
          needs: z.array(z.record(z.string(), z.unknown())).describe('What the person revealed, oldest first.'),
          search: z
            .record(z.string(), z.unknown())
            .describe('The search parameters that the questions have added up to.'),
          satisfaction: z.number().nullable(),
          startTime: z.number().int().describe('ms since the epoch.'),
          expiresInSeconds: z.number().int(),
        })
        .meta({ id: 'Session' }),
      headers: { ETag: 'The version, for `If-Match`.' },
    },
    404: NOT_FOUND,
  })),
} as const satisfies Operation;
