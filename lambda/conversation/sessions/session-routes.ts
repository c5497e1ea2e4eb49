import type { APIGatewayProxyResult } from 'aws-lambda';
import { readJson } from '../../contract/outside-json';
import {
  addNeeds,
  askQuestion,
  completeSession,
  createSession,
  getSession,
  rateSession,
  updateAgent,
} from './operations';
import { json, route, type Route } from '../../http/operation';
import { orUnavailable, Problem } from '../../http/problem';
import { canonical, DEFAULT_LIMIT, type Question } from '../../rules/question';
import { serverTiming } from '../../search/search-core';
import type { Answer } from '../../search/search-service';
import type { RequestContext } from '../../telemetry/request';
import { mergeSteps } from './merge-patch';
import { SEARCH_PARAMETERS } from './operations/vocabulary';
import { toSession } from './session';
import { noSession, refusal } from './session-problems';
import { LIMITS } from './limits';
import type { SessionStore } from './session-store';
import type { SessionTelemetry } from './session-telemetry';
import type { Applied, SessionWrite } from './session-write';

interface SessionDependencies {
  sessions: SessionStore;
  search: (question: Question, context: RequestContext) => Promise<Answer>;
  telemetry: SessionTelemetry;
}

interface WriteRequest {
  path: { sessionId: string };
  headers: { 'idempotency-key'?: string | undefined; 'if-match'?: number | undefined };
  query: { after?: number | undefined };
  context: RequestContext;
}

/** The operations on sessions. */
export function sessionRoutes(dependencies: SessionDependencies): Route[] {
  return [...beginAndRead(dependencies), ...writes(dependencies), questionRoute(dependencies)];
}

function beginAndRead(dependencies: SessionDependencies): Route[] {
  const { sessions, telemetry } = dependencies;
  return [
    route(createSession, async ({ body, headers, context }) => {
      const { userId, question, context: knowledge } = body;
      const idempotencyKey = headers['idempotency-key'];
      const created = await known(sessions.create({ userId, question, context: knowledge }, idempotencyKey, context));
      if (created.sessionId === undefined) {
        if (created.refused === 'reused') throw refusal({ outcome: 'reused' });
        throw new Problem(429, `This person began ${LIMITS.sessionsOfPerson} sessions in the last seven days.`, {
          headers: { 'retry-after': '3600' },
        });
      }
      const { replayed, ...answer } = created;
      if (!replayed && !context.probe) telemetry.began();
      const location = `${context.basePath}/v1/sessions/${answer.sessionId}`;
      return json(201, { ...answer, ...(replayed ? { replayed } : {}) }, { location });
    }),
    route(getSession, async ({ path: { sessionId }, context }) => {
      const stored = await known(sessions.read(sessionId, context));
      if (stored === undefined) throw await missing(dependencies, sessionId, context);
      telemetry.found();
      return json(200, toSession(sessionId, stored), { etag: `"${stored.fields.version ?? ''}"` });
    }),
  ];
}

function writes(dependencies: SessionDependencies): Route[] {
  const { telemetry } = dependencies;
  return [
    route(updateAgent, async (request) => {
      const { agent } = request.path;
      const steps = mergeSteps(agent, request.body);
      const write = { type: 'agent', by: agent, steps, data: request.body } as const;
      const moved = { ...write, state: 'analyzing', stateFrom: 'initiated' } as const;
      return written(request, await apply(dependencies, request, moved));
    }),
    route(addNeeds, async (request) => {
      const { needs, agent } = request.body;
      const steps = needs.map((need) => ['need', '', JSON.stringify(need)] as const);
      const by = agent === undefined ? {} : { by: agent };
      const write = { type: 'needs', ...by, steps, data: needs, state: 'needs_discovered' } as const;
      return written(request, await apply(dependencies, request, write));
    }),
    route(rateSession, async (request) => {
      const { score } = request.body;
      const steps = [['set', 'satisfaction', String(score)]] as const;
      const result = await apply(dependencies, request, { type: 'satisfaction', steps, data: { score } });
      if (!result.replayed) telemetry.rated(score);
      return written(request, result);
    }),
    route(completeSession, async (request) => {
      const write = { type: 'completed', steps: [], data: {}, state: 'completed' } as const;
      const result = await apply(dependencies, request, write);
      if (!result.replayed) telemetry.completed(result.n);
      return written(request, result);
    }),
  ];
}

/** A question is a write and a search, and counts as one. */
function questionRoute(dependencies: SessionDependencies): Route {
  const { search, telemetry } = dependencies;
  return route(askQuestion, async (request) => {
    const { question, needs } = request.body;
    // Another question begins at its first listing, or its best ones would be skipped.
    const steps = [['set', 'question', question], ...mergeSteps('search', { offset: null, ...needs })] as const;
    const write = { type: 'question', steps, data: { question, needs }, state: 'reranking' } as const;
    const finding = async (parameters: Applied['search']) => {
      const asked = questionOf(parameters);
      return { asked, ...(await search(asked, request.context)) };
    };
    let found: ReturnType<typeof finding> | undefined;
    const find = (parameters: Applied['search']) => (found ??= finding(parameters));
    const { result, asked, body, tier } = await telemetry.question(async () => {
      const applied = await apply(dependencies, request, write, (parameters) => {
        // What it fails of is told below, unless the write fails.
        find(parameters).catch(() => undefined);
      });
      if (!applied.replayed && !request.context.probe) telemetry.reached(applied.n);
      return { result: applied, ...(await find(applied.search)) };
    });
    const head = { sessionId: request.path.sessionId, ...answerOf(result), n: result.n, search: asked };
    // The listings are sent as they are stored, not parsed.
    return json(200, `${JSON.stringify(head).slice(0, -1)},${body.slice(1)}`, {
      'x-cache': tier,
      'server-timing': serverTiming(request.context),
    });
  });
}

/** @throws Problem unless the write was applied, now or by the request that this one repeats */
async function apply(
  dependencies: SessionDependencies,
  { path: { sessionId }, headers, query, context }: WriteRequest,
  write: SessionWrite,
  applied?: (search: Applied['search']) => void,
): Promise<Applied> {
  const conditions = {
    idempotencyKey: headers['idempotency-key'],
    ifMatch: headers['if-match'],
    after: query.after,
  };
  const result = await known(dependencies.sessions.write(sessionId, write, conditions, context, applied));
  if (result.outcome === 'applied') return result;
  if (result.outcome === 'missing') throw await missing(dependencies, sessionId, context);
  throw refusal(result);
}

async function missing(
  { sessions, telemetry }: SessionDependencies,
  sessionId: string,
  context: RequestContext,
): Promise<Problem> {
  if (await sessions.isLost(sessionId, context)) telemetry.missing();
  return noSession(sessionId);
}

const written = (request: WriteRequest, result: Applied): APIGatewayProxyResult =>
  json(200, { sessionId: request.path.sessionId, ...answerOf(result) });

function answerOf({ version, durable, replayed, events }: Applied): Record<string, unknown> {
  return { version, durable, ...(replayed ? { replayed } : {}), ...(events === undefined ? {} : { events }) };
}

/** The search of a session, what was never said by its default. */
function questionOf(parameters: readonly (string | null)[]): Question {
  const said = Object.fromEntries(
    SEARCH_PARAMETERS.flatMap((name, i) => {
      const text = parameters[i];
      return text == null ? [] : [[name, readJson(text, 'A search parameter of a session')]];
    }),
  );
  return canonical({
    budgetMin: 0,
    budgetMax: 0,
    persona: 'none',
    usage: 'any',
    familyType: 'any',
    includeLease: false,
    limit: DEFAULT_LIMIT,
    offset: 0,
    ...said,
  });
}

/** A store that can't be asked is no answer: the client is to repeat the request. */
const known = <T>(work: Promise<T>) =>
  orUnavailable(work, 'The session cannot be reached now. Repeat the request, a write with the same Idempotency-Key.');
