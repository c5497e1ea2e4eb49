import * as z from 'zod';
import { entityTag, id, integer, integerOr, jsonObject, oneOf, prose } from '../http/parameters';
import type { Operation } from '../http/operation';
import { FAMILY_TYPES, PERSONA_IDS } from '../rules/orders';
import { AGENTS, COLLABORATION_STATES } from '../sessions/session';
import { listingSchema } from './search-vehicles';

const sessionPath = z.strictObject({ sessionId: id().describe('As POST /v1/sessions gave it.') });

const version = z.number().int().describe('Raised by one with each write that is applied.');
const durable = z
  .boolean()
  .describe('Whether a replica has confirmed the write; if not, a failover right now could lose it.');

export const eventSchema = z
  .object({
    version: z.number().int().describe('The session’s version after it; versions follow each other without a gap.'),
    type: z.enum(['created', 'agent', 'needs', 'question', 'satisfaction', 'completed']),
    at: z.number().int().describe('ms since the epoch.'),
    by: z.enum(AGENTS).optional(),
    data: z.unknown().describe('What was written.'),
  })
  .meta({ id: 'SessionEvent' });

const writeAnswer = {
  sessionId: z.string(),
  version,
  durable,
  replayed: z.boolean().optional().describe('True if this request was a repetition; nothing was applied again.'),
  events: z
    .array(eventSchema)
    .optional()
    .describe('With `after`: the events since then, at most 100. Absent if some of them are no longer kept.'),
};
const writeAnswerSchema = z.object(writeAnswer).meta({ id: 'SessionWritten' });

const idempotencyKey = id()
  .optional()
  .describe('Any id of the client’s. A request that is sent again with the same one is applied once.');
const writeHeaders = z.object({
  'idempotency-key': idempotencyKey,
  'if-match': entityTag().optional().describe('Write only if the session still has this version.'),
});
const writeQuery = z.strictObject({
  after: integer(0, 1_000_000_000).optional().describe('Also give the events since this version.'),
});

const NOT_FOUND = { description: 'No such session, or it has ended: 30 minutes after its last write.' };
const writeResponses = {
  404: NOT_FOUND,
  409: { description: 'The session is completed, or the Idempotency-Key was used for another request.' },
  412: { description: 'The session has another version than `If-Match` says.' },
  413: { description: 'The body, or what the session would hold, is too large.' },
} as const;

export const createSession = {
  operationId: 'createSession',
  method: 'POST',
  path: '/v1/sessions',
  summary: 'Begin a session',
  description: 'A session is shared by the three agents. It lives for 30 minutes after its last write, 7 days at most.',
  headers: z.object({ 'idempotency-key': idempotencyKey }),
  body: z.strictObject({
    userId: id().describe('The person. Whoever calls vouches for it.'),
    question: prose(2_000).describe('What the person asked.'),
    context: jsonObject().optional().describe('Whatever the agents are to know.'),
  }),
  responses: {
    201: {
      description: 'The session.',
      schema: z.object({ sessionId: z.string(), version, durable }),
      headers: { Location: 'Where it can be read.' },
    },
    413: { description: 'The body is too large.' },
    429: { description: 'The person began too many sessions in the last seven days.' },
  },
} as const satisfies Operation;

export const getSession = {
  operationId: 'getSession',
  method: 'GET',
  path: '/v1/sessions/{sessionId}',
  summary: 'Read a session',
  pathParameters: sessionPath,
  responses: {
    200: {
      description: 'The session, as after one of its writes.',
      schema: z
        .object({
          sessionId: z.string(),
          userId: z.string(),
          version,
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
  },
} as const satisfies Operation;

export const updateAgent = {
  operationId: 'updateAgent',
  method: 'PATCH',
  path: '/v1/sessions/{sessionId}/agents/{agent}',
  summary: 'Change one agent’s state',
  description:
    'The body is a JSON Merge Patch (RFC 7396): members replace, `null` removes, objects merge, arrays replace each other whole. Agents that write at the same time do not overwrite each other’s members.',
  pathParameters: z.strictObject({ ...sessionPath.shape, agent: oneOf(AGENTS) }),
  headers: writeHeaders,
  query: writeQuery,
  body: jsonObject().describe('The patch.'),
  responses: { 200: { description: 'Applied.', schema: writeAnswerSchema }, ...writeResponses },
} as const satisfies Operation;

export const addNeeds = {
  operationId: 'addNeeds',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/needs',
  summary: 'Add needs that the person revealed',
  pathParameters: sessionPath,
  headers: writeHeaders,
  query: writeQuery,
  body: z.strictObject({
    needs: z
      .array(jsonObject(), 'must be a list of JSON objects')
      .min(1, 'must hold at least one need')
      .max(20, 'must hold at most 20 needs')
      .describe('One object each, such as `{"need": "골프도 친다"}`.'),
    agent: oneOf(AGENTS).optional().describe('Who discovered them.'),
  }),
  responses: { 200: { description: 'Added.', schema: writeAnswerSchema }, ...writeResponses },
} as const satisfies Operation;

export const rateSession = {
  operationId: 'rateSession',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/satisfaction',
  summary: 'Say how satisfied the person is',
  pathParameters: sessionPath,
  headers: writeHeaders,
  query: writeQuery,
  body: z.strictObject({
    score: z
      .number('must be a number from 0 to 5')
      .min(0, 'must be a number from 0 to 5')
      .max(5, 'must be a number from 0 to 5'),
  }),
  responses: { 200: { description: 'Noted.', schema: writeAnswerSchema }, ...writeResponses },
} as const satisfies Operation;

export const completeSession = {
  operationId: 'completeSession',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/complete',
  summary: 'End a session',
  description: 'It can still be read until it expires; writes get 409.',
  pathParameters: sessionPath,
  headers: writeHeaders,
  query: writeQuery,
  responses: { 200: { description: 'Completed.', schema: writeAnswerSchema }, ...writeResponses },
} as const satisfies Operation;

const wholeNumber = (min: number, max: number) => {
  const rule = `must be an integer from ${min} to ${max}, or null`;
  return z.int(rule).min(min, rule).max(max, rule).nullable().optional();
};

export const askQuestion = {
  operationId: 'askQuestion',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/questions',
  summary: 'Ask the next question of a session',
  description:
    'Counts the question, merges the changed needs into the session’s search and answers with the listings. A search needs both budgets; once given they stay.',
  pathParameters: sessionPath,
  headers: writeHeaders,
  query: writeQuery,
  body: z.strictObject({
    question: prose(2_000).describe('What the person asked.'),
    needs: z
      .strictObject({
        budgetMin: wholeNumber(0, 1_000_000),
        budgetMax: wholeNumber(0, 1_000_000),
        persona: oneOf(['none', ...PERSONA_IDS])
          .nullable()
          .optional(),
        usage: prose(200).nullable().optional(),
        familyType: oneOf(['any', 'single', 'couple', ...FAMILY_TYPES])
          .nullable()
          .optional(),
        includeLease: z.boolean('must be true, false or null').nullable().optional(),
        limit: wholeNumber(1, 100),
        offset: wholeNumber(0, 10_000),
      })
      .default({})
      .describe('Search parameters that have changed, as in a search; `null` goes back to the default.'),
  }),
  responses: {
    200: {
      description: 'The listings, best first.',
      schema: z.object({
        ...writeAnswer,
        n: z.number().int().describe('Which question of the session this is.'),
        search: z.record(z.string(), z.unknown()).describe('What was searched for.'),
        total: z.number().int(),
        limit: z.number().int(),
        offset: z.number().int(),
        vehicles: z.array(listingSchema),
      }),
      headers: { 'X-Cache': 'Which tier answered, as in a search.' },
    },
    ...writeResponses,
  },
} as const satisfies Operation;

/** Longest wait, ms: below what the function and the gateway allow. */
export const LONGEST_WAIT_MS = 5_000;

export const getSessionEvents = {
  operationId: 'getSessionEvents',
  method: 'GET',
  path: '/v1/sessions/{sessionId}/events',
  summary: 'Read the events of a session, or wait for the next one',
  description:
    'Gives the events since `after`, at most 100, oldest first; if there is none it waits for one. An empty list says that none came in time. Waits have a concurrency of their own: past it the answer is 429 or 5xx with `Retry-After` at once, and no other operation is slowed.',
  pathParameters: sessionPath,
  query: z.strictObject({
    after: integer(0, 1_000_000_000).describe('The version that the caller knows; 0 for all.'),
    waitMs: integerOr(0, 0, LONGEST_WAIT_MS).describe('How long to wait, ms.'),
  }),
  responses: {
    200: {
      description: 'The events.',
      schema: z.object({
        sessionId: z.string(),
        version: version.describe('To be given as `after` next.'),
        events: z.array(eventSchema),
      }),
    },
    404: NOT_FOUND,
    410: { description: 'Events after `after` are no longer kept; read the session and go on from its version.' },
  },
} as const satisfies Operation;

export const SESSION_OPERATIONS: readonly Operation[] = [
  createSession,
  getSession,
  askQuestion,
  updateAgent,
  addNeeds,
  rateSession,
  completeSession,
  getSessionEvents,
];
