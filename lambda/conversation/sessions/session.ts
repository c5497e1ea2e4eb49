import { documentOf } from './merge-patch';
import type { StoredSession } from './session-store';

export const AGENTS = ['concierge', 'needs_analyst', 'data_analyst'] as const;
export type Agent = (typeof AGENTS)[number];

export const COLLABORATION_STATES = ['initiated', 'analyzing', 'needs_discovered', 'reranking', 'completed'] as const;
export type CollaborationState = (typeof COLLABORATION_STATES)[number];

/** The parameters of a session's search, in the order in which the scripts give them. */
export const SEARCH_PARAMETERS = [
  'budgetMin',
  'budgetMax',
  'persona',
  'usage',
  'familyType',
  'includeLease',
  'limit',
  'offset',
] as const;

/** A session as the API shows it. */
export function toSession(sessionId: string, { fields, expiresInSeconds }: StoredSession): Record<string, unknown> {
  const needs = Array.from({ length: Number(fields.needCount) }, (_, i) => fields[`need/${i + 1}`])
    .filter((need) => need !== undefined)
    .map((need) => JSON.parse(need) as unknown);
  return {
    sessionId,
    userId: fields.userId,
    version: Number(fields.version),
    collaborationState: fields.collaborationState,
    question: fields.question,
    questionCount: Number(fields.questionCount),
    context: JSON.parse(fields.context ?? '{}') as unknown,
    agentStates: Object.fromEntries(AGENTS.map((agent) => [agent, documentOf(fields, agent)])),
    needs,
    search: documentOf(fields, 'search'),
    satisfaction: fields.satisfaction === undefined ? null : Number(fields.satisfaction),
    startTime: Number(fields.startTime),
    expiresInSeconds,
  };
}
