import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import { FunctionBusyError } from './local-function';

/** API Gateway's own limits (apigateway/latest/developerguide, limits; Lambda's for the response). */
const MOST_BODY_BYTES = 10 * 1024 * 1024;
const MOST_RESPONSE_BYTES = 6 * 1024 * 1024;
const TIMEOUT_MS = 29_000;

/** Asks the function of a path; undefined where the API has no such resource. */
export type Integration = (event: APIGatewayProxyEvent) => Promise<unknown> | undefined;

/**
 * Stands in for the REST API: builds the events that API Gateway would, and answers as it would where it does not ask a
 * function. It signs nobody in: in AWS every method wants IAM.
 */
export async function startGateway(
  port: number,
  integrate: Integration,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, integrate).then(
      (result) => send(response, result),
      (error: unknown) => send(response, failure(error)),
    );
  });
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: () => close(server),
  };
}

async function answer(request: IncomingMessage, integrate: Integration): Promise<APIGatewayProxyResult> {
  const body = await readBody(request);
  if (body === undefined) return problem(413, `A request body may have ${MOST_BODY_BYTES} bytes.`);
  const event = toEvent(request, body);
  if (event === undefined) return problem(400, 'The path or the query is not valid percent-encoding.');
  const answering = integrate(event);
  if (answering === undefined) return problem(403, 'The request is not signed, or there is nothing under this path.');
  const timeout = new AbortController();
  const result = await Promise.race([
    answering,
    sleep(TIMEOUT_MS, problem(504, `No answer within ${TIMEOUT_MS / 1_000} s.`), {
      signal: timeout.signal,
      ref: false,
    }),
  ]).finally(() => timeout.abort());
  const { body: text } = result as APIGatewayProxyResult;
  if (Buffer.byteLength(text) > MOST_RESPONSE_BYTES) return problem(502, 'The answer is larger than Lambda may send.');
  return result as APIGatewayProxyResult;
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST_BODY_BYTES) chunks.push(chunk);
  }
  return size > MOST_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

/** @returns undefined if the URL can't be decoded. */
function toEvent(request: IncomingMessage, body: Buffer): APIGatewayProxyEvent | undefined {
  const target = request.url ?? '/';
  const [rawPath = '/', ...rest] = target.split('?');
  const rawQuery = rest.join('?');
  let path: string;
  try {
    path = decodeURIComponent(rawPath);
    decodeURIComponent(rawQuery.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
  const headers: Record<string, string> = {};
  const multiValueHeaders: Record<string, string[]> = {};
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] ?? '';
    const value = request.rawHeaders[i + 1] ?? '';
    headers[name] = value;
    (multiValueHeaders[name] ??= []).push(value);
  }
  const query: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(rawQuery)) (query[name] ??= []).push(value);
  const names = Object.keys(query);
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: request.method ?? 'GET',
    headers,
    multiValueHeaders,
    queryStringParameters:
      names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, query[name]?.at(-1)])),
    multiValueQueryStringParameters: names.length === 0 ? null : query,
    pathParameters: { proxy: path.replace(/^\//, '') },
    stageVariables: null,
    body: body.length === 0 ? null : body.toString(),
    isBase64Encoded: false,
    requestContext: {
      requestId: randomUUID(),
      stage: 'local',
      path,
      httpMethod: request.method ?? 'GET',
      identity: { sourceIp: request.socket.remoteAddress ?? '' },
    } as APIGatewayProxyEvent['requestContext'],
  };
}

/** Lambda refuses what is above a function's concurrency; the rest is the function's own fault. */
function failure(error: unknown): APIGatewayProxyResult {
  return error instanceof FunctionBusyError
    ? problem(429, 'Too many requests at once; ask again in a second.', { 'retry-after': '1' })
    : problem(502, 'The function failed or its answer was malformed.');
}

function problem(status: number, detail: string, headers: Record<string, string> = {}): APIGatewayProxyResult {
  const titles: Record<number, string> = {
    400: 'Bad Request',
    403: 'Forbidden',
    413: 'Request Too Long',
    429: 'Too Many Requests',
    502: 'Bad Gateway',
    504: 'Gateway Timeout',
  };
  const body = { type: 'about:blank', title: titles[status], status, detail };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(body),
  };
}

function send(response: ServerResponse, result: APIGatewayProxyResult): void {
  response.writeHead(result.statusCode, result.headers as Record<string, string>);
  response.end(result.isBase64Encoded ? Buffer.from(result.body, 'base64') : result.body);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use. Set PORT to another one: PORT=3001 npm start`
          : error.message;
      reject(new Error(taken, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
