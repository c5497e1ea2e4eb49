import * as z from 'zod';
import { lazily } from '../../../contract/lazily';
import { MOST_BODY_BYTES } from '../../../http/operation';
import { entityTag } from '../../../http/parameters';
import { LIMITS } from '../limits';
import { durable, eventSchema, idempotencyKey, knownVersion, NOT_FOUND, sessionPath, version } from './parts';

/** What every write answers. */
export const writeAnswer = () => ({
  sessionId: z.string(),
  version: version(),
  durable: durable(),
  replayed: z.boolean().optional().describe('True if this request was a repetition; nothing was applied again.'),
  events: z
    .array(eventSchema())
    .optional()
    .describe(
      'With `after`: the events since then, oldest first, at most 100: go on from the last one’s version. Absent if ' +
        'some of them are no longer kept, or the session had no version `after`.',
    ),
});
const writeAnswerSchema = lazily(() => z.object(writeAnswer()).meta({ id: 'SessionWritten' }));

const writeHeaders = lazily(() =>
  z.object({
    'idempotency-key': idempotencyKey(),
    'if-match': entityTag().optional().describe('Write only if the session still has this version.'),
  }),
);
const writeQuery = lazily(() =>
  z.strictObject({
    after: knownVersion().optional().describe('Also give the events since this version.'),
  }),
);

export const writeResponses = {
  404: NOT_FOUND,
  409: { description: 'The session is completed, or the Idempotency-Key was used for another request.' },
  412: { description: 'The session has another version than `If-Match` says.' },
  413: {
    description:
      `The body has more than ${MOST_BODY_BYTES} bytes, or the session would hold more than ${LIMITS.bytes} bytes ` +
      `or ${LIMITS.members} members.`,
  },
} as const;

/** What every write to a session takes. */
export const sessionWrite = { pathParameters: sessionPath, headers: writeHeaders, query: writeQuery } as const;

/** What a write that answers nothing of its own answers. */
export const written = (description: string) =>
  ({ 200: { description, schema: writeAnswerSchema() }, ...writeResponses }) as const;
