import type { CarFinClient } from './client';
import { appendNew, readAll, type OriginalMessage } from './conversation';
import { CarFinProblem } from './errors';
import { patchTo } from './merge-patch';
import type { Agent, ChatMessage, CollaborationState, FamilyType, JsonObject, Listing, PersonaId } from './types';

/** Listings that the original's search gives here; it gave every match. */
const MOST_LISTINGS = 100;
/** What a text becomes where the API keeps an object. */
const TEXT = 'text';
/** Old session ids that one process remembers. */
const MOST_REMEMBERED = 10_000;

/** A session as the original kept it, with the person it belongs to. */
export interface A2ASession {
  /** The person. The API takes your word for it: authenticate them before. */
  userId: string;
  question: string;
  context?: string | JsonObject | undefined;
  /** Kept by the API: the time of the first call. */
  startTime?: Date | string | number | undefined;
  /** Kept by the API from what is written; `completed` completes the session. */
  collaborationState?: CollaborationState | undefined;
  agentStates?: Partial<Record<Agent, JsonObject>> | undefined;
}

/** A session as it is read. */
export interface StoredA2ASession extends A2ASession {
  context: string | JsonObject;
  startTime: number;
  collaborationState: CollaborationState;
  agentStates: Record<Agent, JsonObject>;
}

/**
 * The original application's functions on this API, with its names and arguments. They differ from the original in that a
 * failure rejects ({@link CarFinProblem}, CarFinNoAnswer) instead of looking like nothing found. docs/client.md lists the rest.
 */
export class OriginalFunctions {
  /** By the id that the application made: the id that the API gave. */
  private readonly ids = new Map<string, string>();

  constructor(private readonly client: CarFinClient) {}

  /** @returns the best 100 listings; page on with the client's own searchVehicles. */
  readonly searchVehicles = async (
    budget: { min: number; max: number },
    usage?: string,
    familyType?: FamilyType,
    persona?: PersonaId | { id: PersonaId } | null,
    includeLease = false,
  ): Promise<Listing[]> => {
    const { vehicles } = await this.client.searchVehicles({
      budgetMin: budget.min,
      budgetMax: budget.max,
      usage,
      familyType,
      persona: (typeof persona === 'object' ? persona?.id : persona) ?? 'none',
      includeLease,
      limit: MOST_LISTINGS,
    });
    return vehicles;
  };

  /**
   * Begins a session, or, for one that is known, brings its agents' states to those given; other agents' are left alone.
   * @param sessionId of the application's making, `[A-Za-z0-9._-]{1,64}`, or as this function returned it.
   * @returns the session's id. The one that was given keeps working in this process only: an id that can be guessed opens no
   * session, so hand this one on.
   */
  readonly setA2ASession = async (sessionId: string, session: A2ASession): Promise<string> => {
    const id = this.ids.get(sessionId) ?? (isOfTheApi(sessionId) ? sessionId : await this.begin(sessionId, session));
    for (const [agent, state] of Object.entries(session.agentStates ?? {}))
      if (Object.keys(state).length > 0) await this.updateAgentState(id, agent as Agent, state);
    if (session.collaborationState === 'completed')
      await this.client.completeSession(id, { idempotencyKey: 'completed' });
    return id;
  };

  /** @returns null if there is none, or it has ended. */
  readonly getA2ASession = async (sessionId: string): Promise<StoredA2ASession | null> => {
    try {
      const { userId, question, context, startTime, collaborationState, agentStates } = await this.client.getSession(
        this.known(sessionId),
      );
      const shown = toText(context) ?? context;
      return { userId, question, context: shown, startTime, collaborationState, agentStates };
    } catch (error) {
      if (error instanceof CarFinProblem && error.status === 404) return null;
      throw error;
    }
  };

  /**
   * Replaces one agent's state; what other agents write at the same time stays. The client's updateAgent merges instead, in
   * one request.
   */
  readonly updateAgentState = async (sessionId: string, agent: Agent, state: JsonObject): Promise<void> => {
    const id = this.known(sessionId);
    const { agentStates } = await this.client.getSession(id);
    await this.client.updateAgent(id, agent, patchTo(state, agentStates[agent]));
  };

  /** @param messages the whole conversation: those that the chat does not hold yet are appended, none is replaced. */
  readonly saveConversation = (userId: string, messages: readonly OriginalMessage[]): Promise<void> =>
    appendNew(this.client, userId, messages);

  /** @returns the conversation, oldest message first; null if there is none. */
  readonly getConversation = (userId: string): Promise<ChatMessage[] | null> => readAll(this.client, userId);

  readonly clearConversation = async (userId: string): Promise<void> => {
    await this.client.forgetChat(userId);
  };

  private async begin(sessionId: string, { userId, question, context }: A2ASession): Promise<string> {
    const created = await this.client.createSession(
      { userId, question, context: typeof context === 'string' ? { [TEXT]: context } : context },
      // The same id set again is the same session.
      { idempotencyKey: sessionId },
    );
    const [oldest] = this.ids.keys();
    if (this.ids.size >= MOST_REMEMBERED && oldest !== undefined) this.ids.delete(oldest);
    this.ids.set(sessionId, created.sessionId);
    return created.sessionId;
  }

  /** @throws RangeError for an id of the application's making that this process has not set. */
  private known(sessionId: string): string {
    const id = this.ids.get(sessionId) ?? sessionId;
    if (isOfTheApi(id)) return id;
    throw new RangeError(
      `${JSON.stringify(sessionId)} was not given by the API and not set in this process: hand on what setA2ASession returned.`,
    );
  }
}

function isOfTheApi(sessionId: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(sessionId);
}

function toText(context: JsonObject): string | undefined {
  const { [TEXT]: text, ...rest } = context;
  return typeof text === 'string' && Object.keys(rest).length === 0 ? text : undefined;
}
