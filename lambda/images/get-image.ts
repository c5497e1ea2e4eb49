import * as z from 'zod';
import { BINARY_MEDIA_TYPES, IMAGE_TYPES, MOST_IMAGE_BYTES } from '../contract/images';
import { lazily } from '../contract/lazily';
import type { Operation } from '../http/operation';

const LONGEST = 200;
const SEGMENT = '[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*';
const rule = `must be at most ${LONGEST} letters, digits, _ and -, in segments divided by / or by single dots`;

/** What every photo must be, before the stage's own shape: nothing that a URL could read as anything but a name. */
const photo = lazily(() =>
  z
    .string(rule)
    .max(LONGEST, rule)
    .regex(new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`), rule),
);

export const getImage = {
  operationId: 'getImage',
  method: 'GET',
  path: '/v1/images/{path+}',
  summary: 'A photo of a listing',
  description:
    `\`/v1/images\` and behind it the listing's \`photo\`, slashes as they are. Only where the stage has ` +
    `photos; elsewhere 404. \`Accept\` must begin with ${BINARY_MEDIA_TYPES.join(', ')}, as that of a ` +
    `browser's \`<img>\` does: API Gateway sends bytes for no other. For \`text/html\`, as a browser's tab ` +
    'asks, the photo comes in a page. ' +
    'While the origin is away the answer is a drawn car, `X-Cache: placeholder`, to be asked for again after ' +
    'some seconds.',
  pathParameters: lazily(() =>
    z.strictObject({ path: photo().describe("The listing's `photo` without its first slash.") }),
  ),
  headers: lazily(() =>
    z.object({
      accept: z
        .string()
        .optional()
        .describe('Begins with a type of image, and what comes is one of them; or with `text/html`.'),
      'if-none-match': z.string().optional().describe('Entity tags that the client has.'),
    }),
  ),
  responses: lazily(() => ({
    200: {
      description: `The photo, at most ${MOST_IMAGE_BYTES} bytes.`,
      mediaTypes: [...IMAGE_TYPES, 'text/html'],
      headers: {
        ETag: 'Of the bytes.',
        'Cache-Control': '`public`: a photo is the same for everybody, and belongs to nobody.',
        'X-Cache': '`hit`, `origin` or `placeholder`.',
      },
    },
    304: { description: 'The client has it.' },
    404: { description: 'There is no photo, or none that may be shown: larger, of another type, or elsewhere.' },
    406: { description: '`Accept` begins neither with a type of image nor with `text/html`.' },
  })),
} as const satisfies Operation;
