import { readJson } from '../../contract/outside-json';
import { documentOf } from './merge-patch';
import { AGENTS } from './operations/vocabulary';

export interface StoredSession {
  fields: Record<string, string>;
  expiresInSeconds: number;
}

/** A session as the API shows it. */
export function toSession(sessionId: string, { fields, expiresInSeconds }: StoredSession): Record<string, unknown> {
  const needs = Array.from({ length: Number(fields.needCount) }, (_, i) => fields[`need/${i + 1}`])
    .filter((need) => need !== undefined)
    .map((need) => readJson(need, 'A need of a session'));
  return {
    sessionId,
    userId: fields.userId,
    version: Number(fields.version),
    collaborationState: fields.collaborationState,
    question: fields.question,
    questionCount: Number(fields.questionCount),
    context: readJson(fields.context ?? '{}', 'The context of a session'),
    agentStates: Object.fromEntries(AGENTS.map((agent) => [agent, documentOf(fields, agent)])),
    needs,
    search: documentOf(fields, 'search'),
    satisfaction: fields.satisfaction === undefined ? null : Number(fields.satisfaction),
    startTime: Number(fields.startTime),
    expiresInSeconds,
  };
}
