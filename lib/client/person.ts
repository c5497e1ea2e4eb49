import type { CallOptions, Transport } from './transport';
import type {
  Chat,
  ChatMessage,
  ChatWritten,
  Forgotten,
  Preferences,
  RecommendationParameters,
  Recommendations,
  Signal,
  SignalsLearned,
  Weight,
} from './types';

/** What is kept about people: their chats, what was learned about them, and what follows from it. */
export abstract class PersonOperations {
  protected abstract readonly transport: Transport;

  /** @param messages 1 to 50, 262,144 bytes in all; one whose id the chat holds is not appended again. */
  async appendMessages(userId: string, messages: readonly ChatMessage[], options?: CallOptions): Promise<ChatWritten> {
    const call = {
      operation: 'appendMessages',
      method: 'POST',
      path: personPath(userId, '/chat'),
      body: { messages },
    } as const;
    return this.transport.send({ ...call, repeatable: true }, options);
  }

  /** @returns the newest messages (50, or up to 100 with `limit`), or those before the message `before`. */
  async getChat(
    userId: string,
    page: { before?: string | undefined; limit?: number | undefined } = {},
    options?: CallOptions,
  ): Promise<Chat> {
    const call = { operation: 'getChat', method: 'GET', path: personPath(userId, '/chat'), query: page } as const;
    return this.transport.send(call, options);
  }

  async forgetChat(userId: string, options?: CallOptions): Promise<Pick<Forgotten, 'durable' | 'remains'>> {
    return this.transport.send(
      { operation: 'forgetChat', method: 'DELETE', path: personPath(userId, '/chat') },
      options,
    );
  }

  /** @param signals 1 to 50; one whose id is known already is not counted again. */
  async addSignals(userId: string, signals: readonly Signal[], options?: CallOptions): Promise<SignalsLearned> {
    const call = { operation: 'addSignals', method: 'POST', path: personPath(userId, '/signals') } as const;
    return this.transport.send({ ...call, body: { signals }, repeatable: true }, options);
  }

  async getPreferences(userId: string, options?: CallOptions): Promise<Preferences> {
    const call = { operation: 'getPreferences', method: 'GET', path: personPath(userId, '/preferences') } as const;
    return this.transport.send(call, options);
  }

  /**
   * Replaces all that was learned.
   * @param options.ifMatch set only if the preferences still have this version; otherwise CarFinProblem 412.
   */
  async setPreferences(
    userId: string,
    weights: readonly Weight[],
    options?: CallOptions & { ifMatch?: number | undefined },
  ): Promise<{ version: number; durable: boolean }> {
    const { ifMatch } = options ?? {};
    const headers = { 'if-match': checkedVersion(ifMatch) };
    const call = { operation: 'setPreferences', method: 'PUT', path: personPath(userId, '/preferences') } as const;
    // With a version a repetition would meet the one that the first request made.
    return this.transport.send({ ...call, headers, body: { weights }, repeatable: ifMatch === undefined }, options);
  }

  /** The best listings of a search, in the order of what was learned about the person. */
  async getRecommendations(
    userId: string,
    parameters: RecommendationParameters,
    options?: CallOptions,
  ): Promise<Recommendations> {
    const call = {
      operation: 'getRecommendations',
      method: 'GET',
      path: personPath(userId, '/recommendations'),
    } as const;
    return this.transport.send({ ...call, query: { ...parameters } }, options);
  }

  /** Removes everything about the person; repeat it until it succeeds. */
  async forgetUser(userId: string, options?: CallOptions): Promise<Forgotten> {
    return this.transport.send({ operation: 'forgetUser', method: 'DELETE', path: personPath(userId) }, options);
  }
}

const personPath = (userId: string, part = ''): string => `/v1/users/${checkedId('userId', userId)}${part}`;

/** @returns the value of If-Match. @throws RangeError */
export function checkedVersion(ifMatch: number | undefined): string | undefined {
  if (ifMatch === undefined) return undefined;
  if (/^\d{1,15}$/.test(String(ifMatch))) return `"${ifMatch}"`;
  throw new RangeError(`ifMatch must be a version as it was read, such as 7, received ${JSON.stringify(ifMatch)}.`);
}

/** @throws RangeError for what is no id: a path such as `/v1/sessions/..` would name something else. */
export function checkedId(name: string, id: string): string {
  if (typeof id === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(id) && !/^\.{1,2}$/.test(id)) return id;
  // Whoever has no types may leave it out.
  if ((id as unknown) === undefined || (id as unknown) === null) throw new RangeError(`${name} is missing.`);
  throw new RangeError(
    `A ${name} must be text that matches [A-Za-z0-9._-]{1,64} and is neither . nor .., received ${JSON.stringify(id)}.`,
  );
}
