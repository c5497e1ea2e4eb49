import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { BINARY_MEDIA_TYPES } from '../../../lambda/contract/images';

/** @returns the event that API Gateway makes of a request; undefined if the URL can't be decoded. */
export function toEvent(request: IncomingMessage, body: Buffer): APIGatewayProxyEvent | undefined {
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
  // Without a prototype: a header or a parameter may be named `__proto__`.
  const headers = Object.create(null) as Record<string, string>;
  const multiValueHeaders = Object.create(null) as Record<string, string[]>;
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] ?? '';
    const value = request.rawHeaders[i + 1] ?? '';
    headers[name] = value;
    (multiValueHeaders[name] ??= []).push(value);
  }
  const query = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(rawQuery)) (query[name] ??= []).push(value);
  const names = Object.keys(query);
  const [contentType = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  const isBase64Encoded = body.length > 0 && BINARY_MEDIA_TYPES.includes(contentType.trim().toLowerCase());
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
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
    requestContext: {
      requestId: randomUUID(),
      stage: 'local',
      path,
      httpMethod: request.method ?? 'GET',
      identity: { sourceIp: request.socket.remoteAddress ?? '' },
    } as APIGatewayProxyEvent['requestContext'],
  };
}
