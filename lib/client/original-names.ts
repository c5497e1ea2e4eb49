import type { CarFinClient } from './client';
import { appendNew, readAll, type OriginalMessage } from './conversation';
import { CarFinProblem } from './errors';
import { LARGEST_PAGE } from './compare-answers';
import { asJson, toJson } from './json';
import { patchTo } from './merge-patch';
import type {
  Agent,
  ChatMessage,
  CollaborationState,
  FamilyType,
  JsonObject,
  Listing,
  PersonaId,
  SearchParameters,
  Session,
} from './types';

/** The member in which a text is kept where the API keeps an object; it is read as the text again. */
const TEXT = '$text';
/** Old session ids that one process remembers. */
const MOST_REMEMBERED = 10_000;

/** What an agent does, as an object or in a word such as `thinking`. */
export type AgentState = string | object;

/** A session as the original kept it, with the person it belongs to. */
export interface A2ASession {
  /** The person. The API takes your word for it: authenticate them before. */
  userId: string;
  question: string;
  context?: string | object | null | undefined;
  /** Kept by the API: the time of the first call. */
  startTime?: Date | string | number | undefined;
  /** Kept by the API from what is written; `completed` completes the session. */
  collaborationState?: CollaborationState | null | undefined;
  agentStates?: Partial<Record<Agent, AgentState>> | null | undefined;
}

/** A session as it is read. */
export interface StoredA2ASession extends A2ASession {
  context: string | JsonObject;
  startTime: number;
  collaborationState: CollaborationState;
  agentStates: Record<Agent, string | JsonObject>;
}

/**
 * The original application's functions on this API, with its names and arguments. They differ from the original in that
 * a failure rejects ({@link CarFinProblem}, CarFinNoAnswer) instead of looking like nothing found. docs/client.md lists
 * the rest.
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
    const parameters = toParameters(budget, usage, familyType, persona, includeLease);
    return (await this.client.searchVehicles(parameters)).vehicles;
  };

  /**
   * Begins a session, or, for one that is known, brings its agents' states to those given; other agents' are left
   * alone.
   * @param sessionId of the application's making, `[A-Za-z0-9._-]{1,64}`, or as this function returned it.
   * @returns the session's id. The one that was given keeps working in this process only: an id that can be guessed
   * opens no session, so hand this one on.
   */
  readonly setA2ASession = async (sessionId: string, session: A2ASession): Promise<string> => {
    checkId(sessionId);
    checkSession(session);
    const states = Object.entries(session.agentStates ?? {}).map(
      ([agent, state]) => [agent as Agent, checkedState(agent, state)] as const,
    );
    const known = this.ids.get(sessionId) ?? (isOfTheApi(sessionId) ? sessionId : undefined);
    const { id, fresh } = known === undefined ? await this.begin(sessionId, session) : { id: known, fresh: false };
    // A new session's states are empty.
    const held = fresh ? undefined : await this.held(id, session.userId);
    for (const [agent, state] of states) {
      const patch = patchTo(state, held?.agentStates[agent] ?? {});
      // What is as it should be needs no write, which a completed session would refuse.
      if (Object.keys(patch).length > 0) await this.client.updateAgent(id, agent, patch);
    }
    if (session.collaborationState === 'completed')
      await this.client.completeSession(id, { idempotencyKey: 'completed' });
    return id;
  };

  /** @returns null if there is none, or it has expired; a completed one can be read. */
  readonly getA2ASession = async (sessionId: string): Promise<StoredA2ASession | null> => {
    try {
      const { userId, question, context, startTime, collaborationState, agentStates } = await this.client.getSession(
        this.known(sessionId),
      );
      const said = Object.entries(agentStates).map(([agent, state]) => [agent, toText(state) ?? state]);
      return {
        userId,
        question,
        context: toText(context) ?? context,
        startTime,
        collaborationState,
        agentStates: Object.fromEntries(said) as StoredA2ASession['agentStates'],
      };
    } catch (error) {
      if (error instanceof CarFinProblem && error.status === 404) return null;
      throw error;
    }
  };

  /**
   * Replaces one agent's state; a text is kept as one. What other agents write at the same time stays. The client's
   * updateAgent merges instead, in one request.
   */
  readonly updateAgentState = async (sessionId: string, agent: Agent, state: AgentState): Promise<void> => {
    const wanted = checkedState(agent, state);
    await this.replaceState(this.known(sessionId), agent, wanted);
  };

  /** @param messages the whole conversation: those that the chat does not hold yet are appended, none is replaced. */
  readonly saveConversation = async (userId: string, messages: readonly OriginalMessage[]): Promise<void> => {
    checkMessages(messages);
    await appendNew(this.client, userId, messages);
  };

  /** @returns the conversation, oldest message first; null if there is none. */
  readonly getConversation = (userId: string): Promise<ChatMessage[] | null> => readAll(this.client, userId);

  readonly clearConversation = async (userId: string): Promise<void> => {
    await this.client.forgetChat(userId);
  };

  /** @returns whether a session of that id is the API's: it gave the id, or it was set here. */
  knows(sessionId: string): boolean {
    return this.ids.has(sessionId) || isOfTheApi(sessionId);
  }

  private async begin(sessionId: string, session: A2ASession): Promise<{ id: string; fresh: boolean }> {
    const { userId, question, context } = session;
    const created = await this.client
      .createSession(
        { userId, question, context: typeof context === 'string' ? { [TEXT]: context } : (context ?? undefined) },
        // The same id set again is the same session.
        { idempotencyKey: sessionId },
      )
      .catch((error: unknown) => {
        throw error instanceof CarFinProblem && error.status === 409
          ? new RangeError(
              `${JSON.stringify(sessionId)} was set by another process, with another beginning: hand on what ` +
                'setA2ASession returned.',
              { cause: error },
            )
          : error;
      });
    const [oldest] = this.ids.keys();
    if (this.ids.size >= MOST_REMEMBERED && oldest !== undefined) this.ids.delete(oldest);
    this.ids.set(sessionId, created.sessionId);
    return { id: created.sessionId, fresh: created.replayed !== true };
  }

  /** @throws RangeError for another person's session. */
  private async held(id: string, userId: string): Promise<Session> {
    const session = await this.client.getSession(id);
    if (session.userId === userId) return session;
    throw new RangeError(
      'setA2ASession: this session is not of that userId, but of another person. Begin one of theirs by another id.',
    );
  }

  /** @param id the API's. @param wanted what {@link checkedState} made of the state. */
  private async replaceState(id: string, agent: Agent, wanted: JsonObject): Promise<void> {
    const { agentStates } = await this.client.getSession(id);
    await this.client.updateAgent(id, agent, patchTo(wanted, agentStates[agent]));
  }

  /** @throws RangeError for an id of the application's making that this process has not set. */
  private known(sessionId: string): string {
    const id = this.ids.get(sessionId) ?? sessionId;
    if (isOfTheApi(id)) return id;
    throw new RangeError(
      `${JSON.stringify(sessionId)} was not given by the API and not set in this process: hand on what ` +
        'setA2ASession returned.',
    );
  }
}

/** @returns what the API is asked for by a call of the original's search: its best page. @throws RangeError */
export function toParameters(
  budget: { min: number; max: number },
  usage?: string,
  familyType?: FamilyType,
  persona?: PersonaId | { id: PersonaId } | null,
  includeLease = false,
): SearchParameters {
  // Whoever has no types may hand on anything.
  const { min, max }: Partial<typeof budget> = isObject(budget) ? budget : {};
  if (min === undefined || max === undefined) {
    const received = isObject(budget) ? 'an object without both' : shown(budget);
    throw new RangeError(`searchVehicles: budget must be {min, max} in 만원, received ${received}.`);
  }
  if (typeof persona === 'object' && persona !== null && (persona as { id?: unknown }).id === undefined)
    throw new RangeError('searchVehicles: persona must be an id, an object with one, or null; it has no id.');
  return {
    budgetMin: min,
    budgetMax: max,
    usage,
    familyType,
    persona: (typeof persona === 'object' ? persona?.id : persona) ?? 'none',
    includeLease,
    limit: LARGEST_PAGE,
  };
}

const STATES: readonly unknown[] = [
  'initiated',
  'analyzing',
  'needs_discovered',
  'reranking',
  'completed',
] satisfies CollaborationState[];
const AGENTS: readonly string[] = ['concierge', 'needs_analyst', 'data_analyst'] satisfies Agent[];

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value in an error: what kind of thing it is, never what a person wrote. */
const shown = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;

/** @throws RangeError */
function checkId(sessionId: unknown): void {
  if (typeof sessionId === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(sessionId)) return;
  const received = typeof sessionId === 'string' ? JSON.stringify(sessionId) : shown(sessionId);
  throw new RangeError(`setA2ASession: the session's id must match [A-Za-z0-9._-]{1,64}, received ${received}.`);
}

/** @throws RangeError that says what the original's call must have here */
export function checkMessages(messages: unknown): void {
  if (!Array.isArray(messages))
    throw new RangeError(
      `saveConversation: the messages must be an array, received ${shown(messages)}. Of a stored chat pass its ` +
        'messages.',
    );
  const odd = messages.findIndex((each) => !isObject(each) || typeof (each as OriginalMessage).content !== 'string');
  if (odd >= 0) throw new RangeError(`saveConversation: message ${odd} must be an object with a text as content.`);
}

/** @throws RangeError that says what the original's call must have here */
function checkSession(session: A2ASession): void {
  if (!isObject(session))
    throw new RangeError(`setA2ASession: the session must be an object, received ${shown(session)}.`);
  const { userId, question, collaborationState, agentStates }: Partial<A2ASession> = session;
  if (!userId)
    throw new RangeError(
      'setA2ASession: userId is missing. Here a session belongs to a person: add {userId}, the id that your ' +
        'sign-in gives them.',
    );
  if (!question) throw new RangeError('setA2ASession: question is missing: what the person asked first.');
  if (!STATES.includes(collaborationState ?? 'initiated')) {
    const received =
      typeof collaborationState === 'string' ? JSON.stringify(collaborationState) : shown(collaborationState);
    throw new RangeError(
      `setA2ASession: collaborationState must be one of ${STATES.join(', ')}, received ${received}.`,
    );
  }
  if (!isObject(agentStates ?? {}))
    throw new RangeError(
      `setA2ASession: agentStates must be an object with the state of each agent, received ${shown(agentStates)}.`,
    );
  toJson('setA2ASession', session);
}

/** @returns what the API is to keep. @throws RangeError */
function checkedState(agent: string, state: unknown): JsonObject {
  if (!AGENTS.includes(agent))
    throw new RangeError(`${JSON.stringify(agent)} is no agent: there are ${AGENTS.join(', ')}.`);
  const kept = asJson('updateAgentState', state);
  if (typeof kept === 'string') return { [TEXT]: kept };
  if (isObject(kept)) return kept as JsonObject;
  throw new RangeError(
    `The state of ${agent} must be an object or a text, received ${shown(state)}. {} removes what it was.`,
  );
}

function isOfTheApi(sessionId: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(sessionId);
}

function toText(context: JsonObject): string | undefined {
  const { [TEXT]: text, ...rest } = context;
  return typeof text === 'string' && Object.keys(rest).length === 0 ? text : undefined;
}
