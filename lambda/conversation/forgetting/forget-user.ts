import * as z from 'zod';
import type { Operation } from '../../http/operation';
import { durable, userPath } from '../../http/parameters';

export const forgetUser = {
  operationId: 'forgetUser',
  method: 'DELETE',
  path: '/v1/users/{userId}',
  summary: 'Forget everything about a person',
  description:
    'Removes the person’s sessions, chat, preferences and recommendations. It can be repeated, and is to be repeated after a 503: what is forgotten already stays forgotten.',
  pathParameters: userPath,
  responses: {
    200: {
      description: 'Nothing of this person is kept any more.',
      schema: z.object({
        sessions: z.number().int().describe('Sessions that this request removed.'),
        durable,
      }),
    },
  },
} as const satisfies Operation;
