import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { sign } from 'aws4';
import { closeServer, listen } from '../../lib/tools/engines/loopback';

export interface LossyProxy {
  /** With a stage in its path, as API Gateway's; the stage is taken off. */
  url: string;
  /** The next answers to writes are lost: the request is carried out, and its connection broken off. */
  loseAnswers: (count: number) => void;
  /** Requests passed on so far. */
  forwarded: () => number;
  /** Requests refused so far. */
  refused: () => number;
  stop: () => Promise<void>;
}

interface Signer {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** Whose clock signatures are held against, ms since the epoch; this machine's unless given. */
  now?: () => number;
}

/** How far a signature's time may be from AWS's, ms. */
const MOST_SKEW_MS = 5 * 60_000;

/**
 * Stands before the local gateway: checks the signature of what arrives, as AWS does, and loses answers when told to.
 */
export async function startLossyProxy(port: number, signer: Signer): Promise<LossyProxy> {
  let toLose = 0;
  let passed = 0;
  let refused = 0;
  const now = signer.now ?? Date.now;
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    response.setHeader('date', new Date(now()).toUTCString());
    const reason = refusal(request, body, signer, now());
    if (reason !== undefined) {
      refused++;
      response
        .writeHead(403, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify({ status: 403, detail: 'signature', reason }));
      return;
    }
    passed++;
    const { method = 'GET', url = '/' } = request;
    const answer = await fetch(`http://127.0.0.1:${port}${url.replace('/live', '')}`, {
      method,
      headers: forwardedHeaders(request),
      ...(body === '' ? {} : { body }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    // The time is told by the clock of this one.
    const headers = [...answer.headers].filter(([name]) => name !== 'date');
    if (method !== 'GET' && toLose > 0) {
      toLose--;
      response.destroy();
    } else response.writeHead(answer.status, Object.fromEntries(headers)).end(bytes);
  };
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  return {
    url: `http://127.0.0.1:${await listen(server)}/live`,
    loseAnswers: (count) => (toLose = count),
    forwarded: () => passed,
    refused: () => refused,
    stop: () => closeServer(server),
  };
}

/** @returns AWS's words, and the request that it repeats, if the signature is refused. */
function refusal(request: IncomingMessage, body: string, signer: Signer, now: number): string | undefined {
  if (!isSigned(request, body, signer))
    return (
      'The request signature we calculated does not match the signature you provided.\n\n' +
      'The Canonical String for this request should have been\n' +
      `'${request.method ?? ''}\n${request.url ?? ''}\n${String(request.headers['x-amz-security-token'])}'`
    );
  const date = String(request.headers['x-amz-date']);
  const at = Date.parse(date.replace(/^(.{4})(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (now - at > MOST_SKEW_MS) return `Signature expired: ${date} is now earlier than AWS's time less 5 min.`;
  return at - now > MOST_SKEW_MS ? `Signature not yet current: ${date} is still later than AWS's time` : undefined;
}

/** Signs what has arrived, with the headers that were signed, and compares. */
function isSigned(request: IncomingMessage, body: string, { region, ...credentials }: Signer): boolean {
  const { authorization = '', host = '' } = request.headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
  const { method = 'GET', url = '/' } = request;
  const signed = sign(
    { service: 'execute-api', region, host, method, path: url, headers, ...(body === '' ? {} : { body }) },
    { ...credentials },
  );
  return signed.headers?.Authorization === authorization;
}

function forwardedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const names = ['accept', 'content-type', 'idempotency-key', 'if-match'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
