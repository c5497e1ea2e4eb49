import * as z from 'zod';
import type { Operation } from '../../http/operation';
import { id } from '../../http/parameters';

/** Every path of a person begins with it. */
export const userPath = z.strictObject({ userId: id().describe('The person. Whoever calls vouches for it.') });

/** What every write about a person answers. */
export const durable = z
  .boolean()
  .describe('Whether a replica has confirmed; if not, a failover right now could undo it.');

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
