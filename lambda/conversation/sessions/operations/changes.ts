import * as z from 'zod';
import { lazily } from '../../../contract/lazily';
import type { Operation } from '../../../http/operation';
import { jsonObject, oneOf } from '../../../http/parameters';
import { LIMITS } from '../limits';
import { AGENTS } from './vocabulary';
import { sessionPath } from './parts';
import { sessionWrite, written } from './write';

export const updateAgent = {
  operationId: 'updateAgent',
  method: 'PATCH',
  path: '/v1/sessions/{sessionId}/agents/{agent}',
  summary: 'Change one agent’s state',
  description:
    'The body is a JSON Merge Patch (RFC 7396): members replace, `null` removes, objects merge, arrays replace ' +
    'each other whole. Agents that write at the same time do not overwrite each other’s members.',
  ...sessionWrite,
  pathParameters: lazily(() => z.strictObject({ ...sessionPath().shape, agent: oneOf(AGENTS) })),
  body: lazily(() =>
    jsonObject().describe(`The patch: at most ${LIMITS.patchMembers} members, those of objects in it included.`),
  ),
  responses: lazily(() => written('Applied.')),
} as const satisfies Operation;

export const addNeeds = {
  operationId: 'addNeeds',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/needs',
  summary: 'Add needs that the person revealed',
  ...sessionWrite,
  body: lazily(() =>
    z.strictObject({
      needs: z
        .array(jsonObject(), 'must be a list of JSON objects')
        .min(1, 'must hold at least one need')
        .max(20, 'must hold at most 20 needs')
        .describe('One object each, such as `{"need": "골프도 친다"}`.'),
      agent: oneOf(AGENTS).optional().describe('Who discovered them.'),
    }),
  ),
  responses: lazily(() => written('Added.')),
} as const satisfies Operation;

export const rateSession = {
  operationId: 'rateSession',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/satisfaction',
  summary: 'Say how satisfied the person is',
  description: 'Also after the session is completed, until it expires.',
  ...sessionWrite,
  body: lazily(() =>
    z.strictObject({
      score: z
        .number('must be a number from 0 to 5')
        .min(0, 'must be a number from 0 to 5')
        .max(5, 'must be a number from 0 to 5'),
    }),
  ),
  responses: lazily(() => ({
    ...written('The score is stored.'),
    409: { description: 'The Idempotency-Key was used for another request.' },
  })),
} as const satisfies Operation;

export const completeSession = {
  operationId: 'completeSession',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/complete',
  summary: 'End a session',
  description: 'It can still be read and rated until it expires; other writes get 409.',
  ...sessionWrite,
  responses: lazily(() => written('Completed.')),
} as const satisfies Operation;
