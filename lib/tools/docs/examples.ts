import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OPERATIONS } from '../../../lambda/every-operation';
import type { Operation } from '../../../lambda/http/operation';

/** A request of the API's pages, and what a local stage answered to it. */
export interface Example {
  request: ExampleRequest;
  response: {
    status: number;
    /** Those that the operation's schema names. */
    headers: Record<string, string>;
    /** As JSON; a photo's is its type and size. */
    body: unknown;
  };
}

interface ExampleRequest {
  method: Operation['method'];
  /** With its query, encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** By the operation's name, in the order in which they were sent. */
export type Examples = Record<string, Example>;

const FILE = path.join(__dirname, 'examples.json');

export const recordedExamples = (): Examples => JSON.parse(readFileSync(FILE, 'utf8')) as Examples;
export const keepExamples = (examples: Examples): void => writeFileSync(FILE, `${JSON.stringify(examples, null, 2)}\n`);

let recorded: Examples | undefined;

/** @throws Error for an operation without one */
export function exampleOf(operationId: string): Example {
  recorded ??= recordedExamples();
  const example = recorded[operationId];
  if (example === undefined) throw new Error(`${operationId} has no example: npm run docs -- --record`);
  return example;
}

const WEIGHTS = [
  { attribute: 'manufacturer', value: '기아', weight: 5 },
  { attribute: 'car_type', value: 'SUV', weight: 5 },
  { attribute: 'price', value: '2500', weight: 3 },
];

/** What is sent: one conversation, from the first search to being forgotten. */
function requests(sessionId: string, photo: string): Record<string, Omit<ExampleRequest, 'method'>> {
  const search = 'budgetMin=2500&budgetMax=3200&persona=working_mom&limit=1';
  const session = `/v1/sessions/${sessionId}`;
  const user = '/v1/users/kim';
  return {
    searchVehicles: { path: `/v1/vehicles/search?${search}` },
    askQuestion: {
      path: `${session}/questions?after=1`,
      headers: { 'Idempotency-Key': 'question-1' },
      body: {
        question: '예산은 2500에서 3200이에요',
        needs: { budgetMin: 2500, budgetMax: 3200, persona: 'working_mom', limit: 1 },
      },
    },
    updateAgent: {
      path: `${session}/agents/concierge`,
      headers: { 'If-Match': '"2"' },
      body: { status: 'listening', topic: '가족' },
    },
    addNeeds: { path: `${session}/needs`, body: { agent: 'needs_analyst', needs: [{ need: '골프도 친다' }] } },
    getSession: { path: session },
    completeSession: { path: `${session}/complete` },
    rateSession: { path: `${session}/satisfaction`, body: { score: 5 } },
    getSessionEvents: { path: `${session}/events?after=4` },
    appendMessages: {
      path: `${user}/chat`,
      body: {
        messages: [
          { id: 'm1', role: 'user', content: '아이와 탈 차를 찾아요' },
          {
            id: 'm2',
            role: 'assistant',
            agent: 'concierge',
            content: '예산이 어떻게 되세요?',
            messageType: 'question',
          },
        ],
      },
    },
    getChat: { path: `${user}/chat?limit=1` },
    forgetChat: { path: `${user}/chat` },
    addSignals: {
      path: `${user}/signals`,
      body: {
        signals: [{ id: 's1', type: 'liked', vehicle: { manufacturer: '기아', car_type: 'SUV', price: 2750 } }],
      },
    },
    getPreferences: { path: `${user}/preferences` },
    putPreferences: {
      path: `${user}/preferences`,
      body: { weights: WEIGHTS },
    },
    getRecommendations: { path: `${user}/recommendations?${search}` },
    forgetUser: { path: user },
    getImage: { path: `/v1/images${photo}`, headers: { Accept: 'image/webp,*/*' } },
    getHealth: { path: '/v1/health' },
    getOpenApi: { path: '/v1/openapi.json' },
  };
}

/**
 * Sends each request once, as its reader would. @param url of a stage that has listings and photos and knows nobody
 * @returns what was received. @throws Error at an answer that is not of the operation's first kind
 */
export async function sendExamples(url: string): Promise<Examples> {
  const createSession = await send(url, 'createSession', {
    path: '/v1/sessions',
    body: { userId: 'kim', question: '아이와 탈 차를 찾아요' },
  });
  const { sessionId } = createSession.response.body as { sessionId: string };
  const examples: Examples = { createSession };
  let photo = '';
  for (const operationId of Object.keys(requests('', ''))) {
    const request = requests(sessionId, photo)[operationId];
    if (request === undefined) continue;
    const example = await send(url, operationId, request);
    examples[operationId] = example;
    if (operationId === 'searchVehicles')
      photo = (example.response.body as { vehicles: { photo: string }[] }).vehicles[0]?.photo ?? '';
  }
  return examples;
}

async function send(url: string, operationId: string, given: Omit<ExampleRequest, 'method'>): Promise<Example> {
  const operation = OPERATIONS.find((each) => each.operationId === operationId);
  if (operation === undefined) throw new Error(`The API has no operation ${operationId}.`);
  const { method } = operation;
  const responses = operation.responses();
  const request = { method, ...given };
  const answer = await fetch(url + given.path, {
    method,
    ...(given.headers === undefined ? {} : { headers: given.headers }),
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  const wanted = Object.keys(responses)[0];
  if (String(answer.status) !== wanted)
    throw new Error(`${operationId} answered ${answer.status} instead of ${wanted}: ${await answer.text()}`);
  const named = responses[answer.status]?.headers ?? {};
  const headers = Object.keys(named).flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    request,
    response: { status: answer.status, headers: Object.fromEntries(headers), body: await bodyOf(answer) },
  };
}

/** The document itself is in the repository: its example is its beginning. */
async function bodyOf(answer: Response): Promise<unknown> {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('application/json')) return `${type}, ${(await answer.arrayBuffer()).byteLength} bytes`;
  const body = (await answer.json()) as { openapi?: string; paths: object };
  return body.openapi === undefined ? body : { ...body, paths: {}, components: {} };
}
