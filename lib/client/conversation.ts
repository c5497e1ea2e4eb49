import { createHash } from 'node:crypto';
import type { CarFinClient } from './client';
import { CarFinProblem } from './errors';
import { asJson } from './json';
import type { ChatMessage } from './types';

/** A message as the original application kept it. */
export interface OriginalMessage {
  /** Made from what the message says unless given. */
  id?: string | undefined;
  /** Unless given `user` where no agent, or the agent `user`, is named, else `assistant`. */
  role?: ChatMessage['role'] | undefined;
  content: string;
  agent?: string | undefined;
  timestamp?: Date | string | number | undefined;
  messageType?: string | undefined;
  metadata?: unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- of unknown an application's interface is none
  [member: string]: any;
}

/** What a chat holds, and what one request takes (docs/api.md), with room for the brackets. */
const MOST_MESSAGES = 1_000;
const MOST_IN_REQUEST = 50;
const MOST_BYTES = 250_000;
const LARGEST_PAGE = 100;

/**
 * Appends those messages of a whole conversation that the chat does not hold, by two requests or few more, however long
 * the conversation is. Sending all would bring back old ones that the chat has dropped.
 * @param mayStay whether a message that the API refuses (too long, half a character) is left out instead of failing the
 * call.
 * @returns how many were left out.
 */
export async function appendNew(
  client: CarFinClient,
  userId: string,
  messages: readonly OriginalMessage[],
  mayStay: (id: string) => boolean = () => false,
): Promise<number> {
  const all = withIds(messages);
  const kept = new Set((await client.getChat(userId)).messages.map(({ id }) => id));
  const missing = all.slice(all.findIndex(({ id }) => kept.has(id)) + 1).filter(({ id }) => !kept.has(id));
  let leftOut = 0;
  for (const request of inRequests(missing.slice(-MOST_MESSAGES)))
    leftOut += await append(client, userId, request, mayStay);
  return leftOut;
}

async function append(
  client: CarFinClient,
  userId: string,
  messages: ChatMessage[],
  mayStay: (id: string) => boolean,
): Promise<number> {
  if (messages.length === 0) return 0;
  try {
    await client.appendMessages(userId, messages);
    return 0;
  } catch (error) {
    const refused = refusedBy(error, messages);
    if (refused.length === 0 || !refused.every(({ id }) => mayStay(id))) throw error;
    const others = messages.filter((message) => !refused.includes(message));
    return refused.length + (await append(client, userId, others, mayStay));
  }
}

/** @returns the messages that the API's problem details name. */
function refusedBy(error: unknown, messages: readonly ChatMessage[]): readonly ChatMessage[] {
  if (!(error instanceof CarFinProblem)) return [];
  if (error.status === 413 && messages.length === 1) return messages;
  const named = new Set(error.problem.errors?.map(({ name }) => /^\/messages\/(\d+)(?=\/|$)/.exec(name)?.[1]));
  return messages.filter((_, i) => named.has(String(i)));
}

/** @returns the whole conversation, oldest first; null if there is none. */
export async function readAll(client: CarFinClient, userId: string): Promise<ChatMessage[] | null> {
  let { messages, more } = await client.getChat(userId, { limit: LARGEST_PAGE });
  while (more) {
    try {
      const page = await client.getChat(userId, { before: messages[0]?.id, limit: LARGEST_PAGE });
      messages = [...page.messages, ...messages];
      more = page.more;
    } catch (error) {
      // The message was dropped meanwhile, and so were those before it.
      if (!(error instanceof CarFinProblem) || error.status !== 404) throw error;
      more = false;
    }
  }
  return messages.length === 0 ? null : messages;
}

/** What an untyped application wrote where it knew nothing; the API takes what is left out. */
const MAY_BE_NULL: ReadonlySet<string> = new Set(['agent', 'timestamp', 'messageType']);
type Nullable<T> = { [Name in keyof T]?: T[Name] | null };

/** The same list gives the same ids, and one that has grown gives the old messages theirs. */
export function withIds(messages: readonly OriginalMessage[]): ChatMessage[] {
  const taken = new Set(messages.flatMap(({ id }) => id ?? []));
  return messages.map((message) => {
    const { id, role, content, ...given } = asJson('saveConversation', message) as Nullable<ChatMessage> & {
      content: string;
    };
    const rest = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => value !== null || !MAY_BE_NULL.has(name)),
    ) as Partial<ChatMessage>;
    const said = role ?? (rest.agent === undefined || rest.agent === 'user' ? 'user' : 'assistant');
    return { ...rest, id: id ?? freeId([role, content, rest], taken), role: said, content };
  });
}

/** What is said twice are two messages, also where the first has been read back with its id. */
function freeId(said: unknown, taken: Set<string>): string {
  const print = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
  let id = print;
  for (let nth = 2; taken.has(id); nth++) id = `${print}-${nth}`;
  taken.add(id);
  return id;
}

function inRequests(messages: readonly ChatMessage[]): ChatMessage[][] {
  const requests: ChatMessage[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(message)) + 1;
    const last = requests.at(-1);
    if (last === undefined || last.length === MOST_IN_REQUEST || bytes + size > MOST_BYTES) {
      requests.push([message]);
      bytes = size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return requests;
}
