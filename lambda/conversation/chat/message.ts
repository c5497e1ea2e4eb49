import { readJson } from '../../contract/outside-json';

export const MESSAGE_ROLES = ['user', 'assistant', 'system'] as const;

/** What is taken and kept, at most. */
export const LIMITS = {
  /** Of a message's content, bytes in UTF-8. */
  contentBytes: 8_192,
  /** Of a whole message as JSON. */
  messageBytes: 16_384,
  messagesInRequest: 50,
  bodyBytes: 262_144,
  /** Of a chat. */
  messages: 1_000,
  /** Of a chat's messages and their ids. */
  bytes: 1_048_576,
} as const;

/** One message of a chat as it is kept. */
export interface StoredMessage {
  /** JSON, as the client sent it. */
  json: string;
  /** When it came, ms since the epoch, by Valkey's clock. */
  at: number;
}

/** @returns the JSON of the message for an answer: a message without a timestamp gets the time of its arrival. */
export function toAnswer({ json, at }: StoredMessage): string {
  const message = readJson(json, 'A message of a chat') as { timestamp?: unknown };
  return message.timestamp === undefined ? `${json.slice(0, -1)},"timestamp":${at}}` : json;
}
