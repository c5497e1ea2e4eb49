import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import { givesBytes } from '../../../lambda/contract/images';
import { closeServer, listen } from '../engines/loopback';
import { toEvent } from './gateway-event';

// API Gateway's own limits (apigateway/latest/developerguide, limits; Lambda's for the response).
/** Of a private API, which both stages have; a regional one allows 10,240. */
const MOST_HEADER_BYTES = 8_000;
const MOST_BODY_BYTES = 10 * 1024 * 1024;
const MOST_RESPONSE_BYTES = 6 * 1024 * 1024;
const TIMEOUT_MS = 29_000;

/** Up to here Node.js reads headers, so that their size can be told; its own default is 16 KiB. */
const PARSED_HEADER_BYTES = 64 * 1024;

/**
 * Asks the function of a path, `route` being that without stage and base path; undefined where the API has no such
 * resource.
 */
export type Integration = (event: APIGatewayProxyEvent, route: string) => Promise<unknown> | undefined;

/** Answers what is not the API's; @returns whether it did. */
export type Beside = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Stands in for the REST API: builds the events that API Gateway would, and answers as it would where it does not ask a
 * function. It signs nobody in: in AWS every method wants IAM.
 */
export async function startGateway(
  port: number,
  integrate: Integration,
  beside: Beside = () => false,
  basePath = '',
): Promise<{ port: number; stop: () => Promise<void> }> {
  const server = createServer({ maxHeaderSize: PARSED_HEADER_BYTES }, (request, response) => {
    const foreign = fromElsewhere(request);
    if (foreign !== undefined) {
      send(request, response, problem(403, foreign));
      return;
    }
    if (beside(request, response)) return;
    answer(request, integrate, basePath).then(
      (result) => send(request, response, result),
      () => send(request, response, problem(502, 'The function failed or its answer was malformed.')),
    );
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => sendRaw(socket, unreadable(error)));
  const taken = await listen(server, port).catch((error: unknown) => {
    const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw inUse
      ? new Error(`Port ${port} is in use. Does npm start run already? Else take a free one: PORT=0 npm start`, {
          cause: error,
        })
      : error;
  });
  return { port: taken, stop: () => closeServer(server) };
}

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Nobody signs in here, so only this machine may ask: a page of the internet that has this address by its own name (DNS
 * rebinding), or that lets a browser ask, is refused.
 * @returns why, undefined if it is from here
 */
function fromElsewhere({ headers: { host = '', origin } }: IncomingMessage): string | undefined {
  const nameOf = (url: string) => (URL.canParse(url) ? new URL(url).hostname : '');
  if (!OWN_NAMES.includes(nameOf(`http://${host}`)))
    return 'The local API answers to localhost and 127.0.0.1 alone; the Host header names another.';
  if (origin !== undefined && !OWN_NAMES.includes(nameOf(origin)))
    return 'The local API answers pages of this machine alone; the Origin header names another.';
  return undefined;
}

async function answer(
  request: IncomingMessage,
  integrate: Integration,
  basePath: string,
): Promise<APIGatewayProxyResult> {
  const headerBytes = sizeOfHeaders(request);
  if (headerBytes > MOST_HEADER_BYTES) return headersTooLarge(`${headerBytes} bytes`);
  const body = await readBody(request);
  if (body === undefined) return problem(413, `A request body may have ${MOST_BODY_BYTES} bytes.`);
  const asked = toEvent(request, body, basePath);
  if (asked === undefined) return problem(400, 'The path or the query is not valid percent-encoding.');
  const answering = integrate(asked.event, asked.route);
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

/** As API Gateway counts them: the request line and the values. */
function sizeOfHeaders({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): number {
  const line = `${method} ${url} HTTP/${httpVersion}`;
  const values = rawHeaders.filter((_, i) => i % 2 === 1);
  // Node.js gives each byte as one character.
  return [line, ...values].reduce((sum, text) => sum + text.length, 0);
}

function headersTooLarge(size: string): APIGatewayProxyResult {
  return problem(431, `Request line and header values have ${size}; ${MOST_HEADER_BYTES} are allowed.`);
}

/** What Node.js could not even parse. */
function unreadable({ code, message }: NodeJS.ErrnoException): APIGatewayProxyResult {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge(`more than ${PARSED_HEADER_BYTES} bytes`);
  if (code === 'HPE_INVALID_URL')
    return problem(400, 'Percent-encode what a URL cannot hold, such as Korean and spaces: curl -G --data-urlencode.');
  return problem(400, `This is not HTTP: ${message}`);
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

/** An answer of the gateway's own. */
export function problem(status: number, detail: string, headers: Record<string, string> = {}): APIGatewayProxyResult {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(body),
  };
}

/** An answer in base64 becomes bytes for whom the API's binary types are meant; anybody else gets the base64. */
function send(
  { headers: { accept } }: IncomingMessage,
  response: ServerResponse,
  { statusCode, headers = {}, body, isBase64Encoded }: APIGatewayProxyResult,
): void {
  const bytes = Buffer.from(body, isBase64Encoded && givesBytes(accept) ? 'base64' : 'utf8');
  const length = bytes.length === 0 ? {} : { 'content-length': bytes.length };
  response.writeHead(statusCode, { ...(headers as Record<string, string>), ...length });
  response.end(bytes);
}

/** Where there is no response object yet. */
function sendRaw(socket: Duplex, { statusCode, headers = {}, body }: APIGatewayProxyResult): void {
  const all = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable)
    socket.end(`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
