import * as z from 'zod';
import { lazily } from '../../contract/lazily';
import type { Operation } from '../../http/operation';
import { durable, remains, userPath } from '../../http/parameters';

export const forgetUser = {
  operationId: 'forgetUser',
  method: 'DELETE',
  path: '/v1/users/{userId}',
  summary: 'Forget everything about a person',
  description:
    'Removes the person’s sessions, chat, preferences and recommendations, and what tells which request began ' +
    'a session. No session of the person that began before can be read any more, also one that this request ' +
    'did not find; it is removed when somebody asks for it, or ends 30 minutes after its last write. Snapshots ' +
    'keep what they hold for their own time. It can be repeated, and is to be repeated after a 503: what is ' +
    'forgotten already stays forgotten.',
  pathParameters: userPath,
  responses: lazily(() => ({
    200: {
      description: 'Nothing of this person can be read any more.',
      schema: z.object({
        remains: remains(),
        sessions: z.number().int().describe('Sessions that this request found and removed.'),
        durable: durable(),
      }),
    },
  })),
} as const satisfies Operation;
