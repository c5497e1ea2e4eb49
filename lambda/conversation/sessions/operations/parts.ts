import * as z from 'zod';
import { lazily } from '../../../contract/lazily';
import { id, integer } from '../../../http/parameters';
import { AGENTS } from './vocabulary';

export const sessionPath = lazily(() => z.strictObject({ sessionId: id().describe('As POST /v1/sessions gave it.') }));

export const version = lazily(() =>
  z
    .number()
    .int()
    .describe(
      'Raised by one with each write that is applied. The first write after a failover raises it to the time in ms: ' +
        'versions that were lost with a node are not given again.',
    ),
);

/** Most digits that the scripts keep exactly; ms since the epoch have 13. */
const LATEST_VERSION = 99_999_999_999_999;
export const knownVersion = (): ReturnType<typeof integer> => integer(0, LATEST_VERSION);

export const durable = lazily(() =>
  z.boolean().describe('Whether a replica has confirmed the write; if not, a failover right now could lose it.'),
);

const keyRule = 'must be an id of [A-Za-z0-9._-]{1,64}, as it stands or in quotes';

export const idempotencyKey = lazily(() =>
  z
    .string(keyRule)
    .regex(/^(?:"[A-Za-z0-9._-]{1,64}"|[A-Za-z0-9._-]{1,64})$/, keyRule)
    // The quotes are those of the IETF's draft, draft-ietf-httpapi-idempotency-key-header.
    .transform((value) => value.replaceAll('"', ''))
    .optional()
    .describe('Any id of the client’s. A request that is sent again with the same one is applied once.'),
);

export const eventSchema = lazily(() =>
  z
    .object({
      version: z
        .number()
        .int()
        .describe('The session’s version after it; versions follow each other without a gap but after a failover.'),
      type: z.enum(['created', 'agent', 'needs', 'question', 'satisfaction', 'completed']),
      at: z.number().int().describe('ms since the epoch.'),
      by: z.enum(AGENTS).optional(),
      data: z.unknown().describe('What was written.'),
    })
    .meta({ id: 'SessionEvent' }),
);

export const NOT_FOUND = { description: 'No such session, or it has ended: 30 minutes after its last write.' };
