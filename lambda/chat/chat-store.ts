import { chatKeys, seenKey, TTL } from '../contract/keys';
import { RecentlyStored } from '../search/recently-stored';
import type { RequestContext } from '../telemetry/request';
import type { Command, ValkeyClient } from '../valkey/client';
import { durableScript } from '../valkey/durable-script';
import { FORGET } from '../forget/forget-script';
import { APPEND_CHAT } from './chat-scripts';
import { LIMITS, type StoredMessage } from './message';

/** How often one process renews the marker of a chat that is being written, seconds. */
const MARK_EVERY = 60;

export interface Appended {
  appended: number;
  repeated: number;
  dropped: number;
  messageCount: number;
  durable: boolean;
}

export interface ChatPage {
  /** Oldest first. */
  messages: StoredMessage[];
  /** Whether there are older ones. */
  more: boolean;
  messageCount: number;
  /** When the newest message came, ms since the epoch. */
  lastUpdated: number | null;
  expiresInSeconds: number;
}

/** The chats in Valkey. Every method throws a ValkeyError if it can't be known whether the work is done; all can be repeated. */
export class ChatStore {
  private readonly marked = new RecentlyStored();

  constructor(private readonly valkey: ValkeyClient) {}

  async append(
    userId: string,
    messages: readonly ({ id: string } & Record<string, unknown>)[],
    request: RequestContext,
  ): Promise<Appended> {
    const { reply, durable } = await this.one(
      durableScript<[number, number, number, number]>(APPEND_CHAT, chatKeys(userId), [
        ...[TTL.chat, LIMITS.messages, LIMITS.bytes],
        ...messages.flatMap((message) => [message.id, JSON.stringify(message)]),
      ]),
      request,
    );
    await this.mark(userId, request);
    const [appended, repeated, dropped, messageCount] = reply;
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
      const entry = await this.one({ key, send: (valkey) => valkey.hget(ids, `id:${before}`) }, request);
      if (entry === null) return undefined;
      end = `(${entry}`;
    }
    const [page, newest, count, life] = await this.valkey.wave(request, [
      { key, send: (valkey) => valkey.xrevrange(key, end, '-', 'COUNT', limit + 1) },
      { key, send: (valkey) => valkey.xrevrange(key, '+', '-', 'COUNT', 1) },
      { key, send: (valkey) => valkey.xlen(key) },
      { key, send: (valkey) => valkey.ttl(key) },
    ]);
    if (!page.ok) throw page.error;
    if (!newest.ok) throw newest.error;
    if (!count.ok) throw count.error;
    if (!life.ok) throw life.error;
    const [latest] = newest.value;
    return {
      messages: page.value
        .slice(0, limit)
        .reverse()
        .map(([entry, [, , , json = '']]) => ({ json, at: msOf(entry) })),
      more: page.value.length > limit,
      messageCount: count.value,
      lastUpdated: latest === undefined ? null : msOf(latest[0]),
      expiresInSeconds: Math.max(0, life.value),
    };
  }

  /** @returns whether a chat that is not there was written so lately that it must have been lost. */
  async isLost(userId: string, request: RequestContext): Promise<boolean> {
    const key = seenKey('chat', userId);
    const life = await this.valkey.run(request, key, (valkey) => valkey.ttl(key));
    return life.ok && life.value > TTL.seen - TTL.chat;
  }

  /** Removes a person's chat and what tells of it; done again it does nothing. @returns whether a replica has confirmed. */
  async remove(userId: string, request: RequestContext): Promise<boolean> {
    const marker = seenKey('chat', userId);
    this.marked.delete(marker);
    await this.one({ key: marker, send: (valkey) => valkey.del(marker) }, request);
    const { durable } = await this.one(durableScript<number>(FORGET, chatKeys(userId), []), request);
    return durable;
  }

  /** Best effort, and not at every write: the marker serves the measure of continuity alone. */
  private async mark(userId: string, request: RequestContext): Promise<void> {
    const key = seenKey('chat', userId);
    if (this.marked.has(key)) return;
    const marked = await this.valkey.run(request, key, (valkey) => valkey.set(key, '1', 'EX', TTL.seen));
    if (marked.ok) this.marked.add(key, MARK_EVERY);
  }

  private async one<T>(command: Command<T>, request: RequestContext): Promise<T> {
    const [outcome] = await this.valkey.wave(request, [command]);
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }
}

/** The first half of a stream entry's id. */
const msOf = (entry: string) => Number(entry.split('-', 1)[0]);
