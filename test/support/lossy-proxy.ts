import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { sign } from 'aws4';

export interface LossyProxy {
  /** With a stage in its path, as API Gateway's; the stage is taken off. */
  url: string;
  /** The next answers to writes are lost: the request is carried out, and its connection broken off. */
  loseAnswers: (count: number) => void;
  /** Requests passed on so far. */
  forwarded: () => number;
  stop: () => Promise<void>;
}

interface Signer {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

/** Stands before the local gateway: checks the signature of what arrives, as AWS does, and loses answers when told to. */
export async function startLossyProxy(port: number, signer: Signer): Promise<LossyProxy> {
  let toLose = 0;
  let passed = 0;
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (!isSigned(request, body, signer)) {
      response
        .writeHead(403, { 'content-type': 'application/problem+json' })
        .end('{"status":403,"detail":"signature"}');
      return;
    }
    passed++;
    const { method = 'GET', url = '/' } = request;
    const answer = await fetch(`http://127.0.0.1:${port}${url.replace('/live', '')}`, {
      method,
      headers: forwardedHeaders(request),
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    if (method !== 'GET' && toLose > 0) {
      toLose--;
      response.destroy();
    } else response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(text);
  };
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/live`,
    loseAnswers: (count) => (toLose = count),
    forwarded: () => passed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
  const names = ['content-type', 'idempotency-key', 'if-match'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
