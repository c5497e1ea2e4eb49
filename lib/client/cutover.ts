import type { CarFinClient } from './client';
import { askedSearch } from './compare-answers';
import { appendNew, readAll, withIds, type OriginalMessage } from './conversation';
import { checkMessages, OriginalFunctions, toParameters, type A2ASession, type AgentState } from './original-names';
import { kindOf, shadowPair, timed, type ShadowPair } from './shadow-pair';
import type { Agent, FamilyType, Forgotten, Listing, PersonaId } from './types';

/** Who answers: the original alone, the original with each search also asked of the API and compared, or the API. */
const ANSWERED_BY = ['original', 'shadow', 'api'] as const;

/** The application's own functions, as they are before the cutover. */
export interface OriginalApplication<Vehicle extends object = Listing> {
  searchVehicles(
    budget: { min: number; max: number },
    usage?: string,
    familyType?: FamilyType,
    persona?: PersonaId | { id: PersonaId } | null,
    includeLease?: boolean,
  ): Promise<Vehicle[]>;
  setA2ASession(sessionId: string, session: A2ASession): Promise<unknown>;
  getA2ASession(sessionId: string): Promise<Partial<A2ASession> | null>;
  updateAgentState(sessionId: string, agent: Agent, state: AgentState): Promise<unknown>;
  saveConversation(userId: string, messages: readonly OriginalMessage[]): Promise<unknown>;
  getConversation(userId: string): Promise<readonly OriginalMessage[] | null>;
  clearConversation(userId: string): Promise<unknown>;
}

/**
 * What is told beside the answers: a compared search, or what could not be kept in both places. Nothing of a person is
 * in it.
 */
export type CutoverEvent =
  | ShadowPair
  /** The original could not be read or written: a rollback would not find what was said. */
  | { kind: 'not mirrored'; operation: string; error: string }
  /** So many messages of the original break a rule of the API; they stay in the original until they end there. */
  | { kind: 'not carried over'; messages: number };

export interface CutoverOptions<Vehicle extends object = Listing> {
  original: OriginalApplication<Vehicle>;
  /** The one setting, `original`, `shadow` or `api`: cutover and rollback. */
  answeredBy: string | undefined;
  /** For instance `(event) => console.log(JSON.stringify(event))`; `npm run shadow -- --live` reads such lines. */
  onEvent?: ((event: CutoverEvent) => void) | undefined;
  /**
   * The part of the searches that the shadow compares, 0 to 1; 0.1 unless given. To read a large answer takes this
   * process some ms.
   */
  shadowShare?: number | undefined;
  /** Comparisons under way at once; 4 unless given, more are left out. */
  shadowAtOnce?: number | undefined;
  /** How long a comparison waits for either answer, ms; 3,000 unless given. */
  shadowDeadlineMs?: number | undefined;
  /** The web host's, where it freezes a process once it has answered. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/**
 * The original's functions while an application moves over: one setting says who answers. A session stays where it
 * began; a conversation is kept in both places while the API answers, so that neither cutover nor rollback loses what
 * was said. Leave it for OriginalFunctions once no rollback is wanted any more.
 */
export class CutoverFunctions<Vehicle extends object = Listing> {
  private readonly api: OriginalFunctions;
  private readonly answeredBy: (typeof ANSWERED_BY)[number];
  private comparing = 0;

  /** @throws RangeError for a setting that is none. */
  constructor(
    private readonly client: CarFinClient,
    private readonly options: CutoverOptions<Vehicle>,
  ) {
    this.api = new OriginalFunctions(client);
    // Whoever has no types may leave it out.
    const answeredBy = (options as CutoverOptions<Vehicle> | null | undefined)?.answeredBy;
    const known = ANSWERED_BY.find((each) => each === answeredBy);
    if (known === undefined)
      throw new RangeError(
        `answeredBy must be one of ${ANSWERED_BY.join(', ')}, received ` +
          `${answeredBy === undefined ? 'nothing' : JSON.stringify(answeredBy)}.`,
      );
    this.answeredBy = known;
  }

  readonly searchVehicles = (
    ...asked: Parameters<OriginalFunctions['searchVehicles']>
  ): Promise<(Vehicle | Listing)[]> => {
    if (this.answeredBy === 'api') return this.api.searchVehicles(...asked);
    const answer = Promise.resolve().then(() => this.options.original.searchVehicles(...asked));
    const { shadowShare, shadowAtOnce } = this.options;
    if (this.answeredBy === 'shadow' && this.comparing < (shadowAtOnce ?? 4) && Math.random() < (shadowShare ?? 0.1))
      this.compare(asked, answer);
    return answer;
  };

  readonly setA2ASession = async (sessionId: string, session: A2ASession): Promise<string> => {
    if (await this.isOfTheApi(sessionId)) return this.api.setA2ASession(sessionId, session);
    await this.options.original.setA2ASession(sessionId, session);
    return sessionId;
  };

  readonly getA2ASession = async (sessionId: string): Promise<Partial<A2ASession> | null> =>
    (await this.isOfTheApi(sessionId))
      ? this.api.getA2ASession(sessionId)
      : this.options.original.getA2ASession(sessionId);

  readonly updateAgentState = async (sessionId: string, agent: Agent, state: AgentState): Promise<void> => {
    if (await this.isOfTheApi(sessionId)) await this.api.updateAgentState(sessionId, agent, state);
    else await this.options.original.updateAgentState(sessionId, agent, state);
  };

  /** @param messages the whole conversation. What either place holds beside them is kept. */
  readonly saveConversation = async (userId: string, messages: readonly OriginalMessage[]): Promise<void> => {
    const { original } = this.options;
    if (this.answeredBy !== 'api') {
      await original.saveConversation(userId, messages);
      return;
    }
    checkMessages(messages);
    const held = await this.heldByOriginal('saveConversation', userId);
    const said = joined(held ?? [], messages);
    await this.append(userId, said, held);
    if (held === undefined) return;
    try {
      // A process that the setting has not reached yet may have written meanwhile: what it wrote is kept, and carried
      // over.
      const now = (await original.getConversation(userId)) ?? [];
      await original.saveConversation(userId, joined(now, messages));
      if (joined(said, now).length > said.length) await this.append(userId, now, now);
    } catch (error) {
      this.tell({ kind: 'not mirrored', operation: 'saveConversation', error: kindOf(error) });
    }
  };

  /** @returns the conversation, oldest message first; null if there is none. */
  readonly getConversation = async (userId: string): Promise<readonly OriginalMessage[] | null> => {
    if (this.answeredBy !== 'api') return this.options.original.getConversation(userId);
    const held = await this.heldByOriginal('getConversation', userId);
    if (held !== undefined && held.length > 0) await this.append(userId, held, held);
    const all = await readAll(this.client, userId);
    // That there is none is not known without the original.
    if (all === null && held === undefined)
      throw new Error('getConversation: the original can’t be read, and the API holds nothing of this person.');
    return all;
  };

  /** Clears both places, whoever answers: what stayed in one would come back. */
  readonly clearConversation = (userId: string): Promise<void> =>
    this.inBoth(userId, () => this.api.clearConversation(userId));

  /** Removes everything about a person, and their conversation in the original too. */
  readonly forgetUser = (userId: string): Promise<Forgotten> =>
    this.inBoth(userId, () => this.client.forgetUser(userId));

  /** Both are tried, and a failure of either is one: repeat it until it succeeds. */
  private async inBoth<T>(userId: string, removed: () => Promise<T>): Promise<T> {
    const [original, api] = await Promise.allSettled([
      Promise.resolve().then(() => this.options.original.clearConversation(userId)),
      removed(),
    ]);
    if (original.status === 'rejected') throw original.reason;
    if (api.status === 'rejected') throw api.reason;
    return api.value;
  }

  /**
   * A session stays where it began: an id of the API's is its own; of others the original is asked while the API
   * answers.
   */
  private async isOfTheApi(sessionId: string): Promise<boolean> {
    if (this.api.knows(sessionId)) return true;
    if (this.answeredBy !== 'api') return false;
    try {
      return ((await this.options.original.getA2ASession(sessionId)) ?? null) === null;
    } catch (error) {
      // A new session must not wait for the original; one that is known to neither is refused by the API.
      this.tell({ kind: 'not mirrored', operation: 'getA2ASession', error: kindOf(error) });
      return true;
    }
  }

  /** @returns undefined if the original can't be read, which is told. */
  private async heldByOriginal(operation: string, userId: string): Promise<readonly OriginalMessage[] | undefined> {
    try {
      return (await this.options.original.getConversation(userId)) ?? [];
    } catch (error) {
      this.tell({ kind: 'not mirrored', operation, error: kindOf(error) });
      return undefined;
    }
  }

  /** What the original took and the API refuses stays where it is, and is told. */
  private async append(
    userId: string,
    messages: readonly OriginalMessage[],
    held: readonly OriginalMessage[] = [],
  ): Promise<void> {
    const old = new Set(withIds(held).map(({ id }) => id));
    const left = await appendNew(this.client, userId, messages, (id) => old.has(id));
    if (left > 0) this.tell({ kind: 'not carried over', messages: left });
  }

  /** Whatever becomes of it, the caller gets the original's answer. */
  private compare(asked: Parameters<OriginalFunctions['searchVehicles']>, answer: Promise<Vehicle[]>): void {
    this.comparing++;
    const { shadowDeadlineMs, waitUntil } = this.options;
    const deadlineMs = shadowDeadlineMs ?? 3_000;
    const api = async () => this.client.searchVehicles(toParameters(...asked), { deadlineMs });
    const compared = Promise.all([timed(() => answer, deadlineMs), timed(api, deadlineMs)])
      .then(([original, own]) => this.tell(shadowPair(askedSearch(toParameters(...asked)), original, own)))
      .catch(() => undefined)
      .finally(() => this.comparing--);
    waitUntil?.(compared);
  }

  /** Who only listens fails no call. */
  private tell(event: CutoverEvent): void {
    try {
      this.options.onEvent?.(event);
    } catch {
      // It was told.
    }
  }
}

/** @returns both lists without a repetition, what is held first. */
function joined(held: readonly OriginalMessage[], messages: readonly OriginalMessage[]): OriginalMessage[] {
  const old = new Set(withIds(held).map(({ id }) => id));
  const ids = withIds(messages).map(({ id }) => id);
  return [...held, ...messages.filter((_, i) => !old.has(ids[i] ?? ''))];
}
