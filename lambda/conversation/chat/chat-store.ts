import { SeenMarker } from '../../valkey/seen-marker';
import type { PeopleKey } from '../../contract/people-key';
import { chatKeys, TTL } from '../../contract/keys';
import type { RequestContext } from '../../telemetry/request';
import type { Command, ValkeyClient } from '../../valkey/client';
import { firstHalf } from '../../valkey/entry-id';
import { durableScript } from '../../valkey/script';
import { FORGET } from '../../valkey/shared-scripts';
import { APPEND_CHAT } from './chat-scripts';
import { LIMITS, type StoredMessage } from './message';

interface Appended {
  appended: number;
  repeated: number;
  dropped: number;
  messageCount: number;
  durable: boolean;
}

interface ChatPage {
  /** Oldest first. */
  messages: StoredMessage[];
  /** Whether there are older ones. */
  more: boolean;
  messageCount: number;
  /** When the newest message came, ms since the epoch. */
  lastUpdated: number | null;
  expiresInSeconds: number;
}

/**
 * The chats in Valkey. Every method throws a ValkeyError if it can't be known whether the work is done; all can be
 * repeated.
 */
export class ChatStore {
  private readonly seen: SeenMarker;

  /** @param people gives the pseudonym by which a chat is marked: a marker may outlive a person's forgetting. */
  constructor(
    private readonly valkey: ValkeyClient,
    private readonly people: PeopleKey,
  ) {
    this.seen = new SeenMarker(valkey, 'chat', TTL.chat);
  }

  async append(
    userId: string,
    messages: readonly ({ id: string } & Record<string, unknown>)[],
    request: RequestContext,
  ): Promise<Appended> {
    const [{ reply, durable }] = await this.valkey.all(request, [
      durableScript(APPEND_CHAT, chatKeys(userId), [
        ...[TTL.chat, LIMITS.messages, LIMITS.bytes],
        ...messages.flatMap((message) => [message.id, JSON.stringify(message)]),
      ]),
    ]);
    const [appended, repeated, dropped, messageCount] = reply;
    const mark = this.markOf(userId);
    if (await this.seen.mark(mark, request)) {
      const [count] = await this.valkey.all(request, [presence(userId)]);
      // Of a chat that was forgotten meanwhile it would be all that is left.
      if (count === 0) await this.seen.remove(mark, request);
    }
    return { appended, repeated, dropped, messageCount, durable };
  }

  /**
   * @param before the id of a message; the newest page without it.
   * @returns undefined if the chat holds no such message.
   */
  async read(
    userId: string,
    { before, limit }: { before?: string | undefined; limit: number },
    request: RequestContext,
  ): Promise<ChatPage | undefined> {
    const [key, ids] = chatKeys(userId);
    let end = '+';
    if (before !== undefined) {
      const [entry] = await this.valkey.all(request, [{ key, send: (valkey) => valkey.hget(ids, `id:${before}`) }]);
      if (entry === null) return undefined;
      end = `(${entry}`;
    }
    const [page, newest, messageCount, life] = await this.valkey.all(request, [
      { key, send: (valkey) => valkey.xrevrange(key, end, '-', 'COUNT', limit + 1) },
      { key, send: (valkey) => valkey.xrevrange(key, '+', '-', 'COUNT', 1) },
      { key, send: (valkey) => valkey.xlen(key) },
      { key, send: (valkey) => valkey.ttl(key) },
    ]);
    const [latest] = newest;
    return {
      messages: page
        .slice(0, limit)
        .reverse()
        .map(([entry, [, , , json = '']]) => ({ json, at: firstHalf(entry) })),
      more: page.length > limit,
      messageCount,
      lastUpdated: latest === undefined ? null : firstHalf(latest[0]),
      expiresInSeconds: Math.max(0, life),
    };
  }

  /**
   * @returns whether a chat was written so lately that it must have been lost if it is not there, and it is not; false
   * if that can't be known.
   */
  async isLost(userId: string, request: RequestContext): Promise<boolean> {
    if (!(await this.seen.isLost(this.markOf(userId), request))) return false;
    const [count] = await this.valkey.wave(request, [presence(userId)]);
    return count.ok && count.value === 0;
  }

  /**
   * Removes a person's chat, and then what tells of it: who appends meanwhile marks first and looks then whether there
   * is one. Done again it does nothing.
   * @returns whether a replica has confirmed.
   */
  async remove(userId: string, request: RequestContext): Promise<boolean> {
    const [{ durable }] = await this.valkey.all(request, [durableScript(FORGET, chatKeys(userId), [])]);
    const unmarked = await this.seen.remove(this.markOf(userId), request);
    return durable && unmarked;
  }

  private markOf(userId: string): string {
    return this.people.pseudonym('person', userId);
  }
}

/** Whether a person has a chat, as a number. */
function presence(userId: string): Command<number> {
  const [key] = chatKeys(userId);
  return { key, send: (valkey) => valkey.exists(key) };
}
