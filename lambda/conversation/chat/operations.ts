import * as z from 'zod';
import { LIMITS, MESSAGE_ROLES } from './message';
import { id, integerOr, jsonObject, durable, proseOfBytes, remains, userPath } from '../../http/parameters';
import { lazily } from '../../contract/lazily';
import type { Operation } from '../../http/operation';

const messageMembers = lazily(() =>
  z.looseObject({
    id: id().describe('Of the client’s choice; a message that is sent again with it is kept once.'),
    role: z.enum(MESSAGE_ROLES, `must be one of ${MESSAGE_ROLES.join(', ')}`),
    content: proseOfBytes(LIMITS.contentBytes).describe(
      `1 to ${LIMITS.contentBytes} bytes in UTF-8, not of white space alone.`,
    ),
    agent: z.string('must be text').max(64, 'must have at most 64 characters').optional().describe('Who wrote it.'),
    timestamp: z
      .union([z.string().max(64), z.number()], 'must be a number or text of at most 64 characters')
      .optional()
      .describe('As the client wrote it; in answers the time of arrival (ms) if it was left out.'),
    messageType: z.string('must be text').max(64, 'must have at most 64 characters').optional(),
    metadata: z.unknown().optional(),
  }),
);

/** A message with whatever further members it has: checked by a schema, passed on as it came. */
const messageSchema = lazily(() =>
  jsonObject()
    .superRefine((value, context) => {
      for (const { path, message } of messageMembers().safeParse(value).error?.issues ?? [])
        context.addIssue({ code: 'custom', path: [...path], message });
      if (Buffer.byteLength(JSON.stringify(value)) > LIMITS.messageBytes)
        context.addIssue({ code: 'custom', message: `must have at most ${LIMITS.messageBytes} bytes as JSON` });
    })
    .transform((value) => value as Record<string, unknown> & { id: string })
    .meta({
      override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
        const { type, properties, required, additionalProperties } = z.toJSONSchema(messageMembers());
        Object.assign(jsonSchema, { type, properties, required, additionalProperties });
      },
    }),
);

export const appendMessages = {
  operationId: 'appendMessages',
  method: 'POST',
  path: '/v1/users/{userId}/chat',
  summary: 'Append messages to a person’s chat',
  description:
    'The messages of one request are appended together, in their order. A message whose id the chat holds is not ' +
    'appended again, whatever it says. A chat lives for 24 hours after its last write and holds at most ' +
    `${LIMITS.messages} messages and ${LIMITS.bytes} bytes, of which one counts for at least 1024; the oldest are ` +
    'dropped for new ones.',
  pathParameters: userPath,
  mostBodyBytes: LIMITS.bodyBytes,
  body: lazily(() =>
    z.strictObject({
      messages: z
        .array(messageSchema(), 'must be a list of messages')
        .min(1, 'must hold at least one message')
        .max(LIMITS.messagesInRequest, `must hold at most ${LIMITS.messagesInRequest} messages`)
        .describe(
          'With `id`, `role` and `content`; further members are kept as they are. ' +
            `One has at most ${LIMITS.messageBytes} bytes as JSON.`,
        ),
    }),
  ),
  responses: lazily(() => ({
    200: {
      description: 'Every message of the request is kept.',
      schema: z.object({
        appended: z.number().int().describe('Messages that the chat did not hold.'),
        repeated: z.number().int().describe('Messages that it held already; nothing was changed for them.'),
        dropped: z.number().int().describe('The oldest messages, dropped to keep to the limits.'),
        messageCount: z.number().int().describe('Messages in the chat now.'),
        durable: durable(),
      }),
    },
  })),
} as const satisfies Operation;

export const getChat = {
  operationId: 'getChat',
  method: 'GET',
  path: '/v1/users/{userId}/chat',
  summary: 'Read a person’s chat, oldest message first',
  description: 'Gives the newest page, or the page before a message. A person without a chat has an empty one.',
  pathParameters: userPath,
  query: lazily(() =>
    z.strictObject({
      before: id().optional().describe('The id of a message: give those before it.'),
      limit: integerOr(50, 1, 100).describe('Messages in one answer.'),
    }),
  ),
  responses: lazily(() => ({
    200: {
      description: 'The messages.',
      schema: z.object({
        messages: z.array(z.record(z.string(), z.unknown())).describe('As they were sent, oldest first.'),
        more: z.boolean().describe('Whether there are older ones; ask with `before` and the id of the first.'),
        messageCount: z.number().int().describe('Messages in the chat.'),
        lastUpdated: z.number().int().nullable().describe('When the newest message came, ms since the epoch.'),
        expiresInSeconds: z.number().int().describe('0 if there is no chat.'),
      }),
    },
    404: { description: 'The message that `before` names is not kept, or no longer.' },
  })),
} as const satisfies Operation;

export const forgetChat = {
  operationId: 'forgetChat',
  method: 'DELETE',
  path: '/v1/users/{userId}/chat',
  summary: 'Forget a person’s chat',
  description: 'It can be repeated.',
  pathParameters: userPath,
  responses: lazily(() => ({
    200: {
      description: 'There is no chat of this person any more.',
      schema: z.object({ remains: remains(), durable: durable() }),
    },
  })),
} as const satisfies Operation;

export const CHAT_OPERATIONS: readonly Operation[] = [appendMessages, getChat, forgetChat];
