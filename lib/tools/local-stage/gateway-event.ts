import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { BINARY_MEDIA_TYPES } from '../../../lambda/contract/images';

/** An event, and the path without what a stage or a base path puts before it. */
interface LocalRequest {
  event: APIGatewayProxyEvent;
  route: string;
}

/** As the API's stage in AWS is called: the first part of a path by the API's default name. */
const STAGE = 'live';

/**
 * Builds the event that a REST API makes of a request, with the path as it was encoded. What begins with the stage is
 * taken for a call by the API's default name, everything else for one by a custom domain. Resource and path parameters
 * are for whoever knows the resources.
 * @param basePath of the custom domain, such as `/carfin`; empty without one
 * @returns undefined if the URL can't be decoded
 */
export function toEvent(request: IncomingMessage, body: Buffer, basePath = ''): LocalRequest | undefined {
  const target = request.url ?? '/';
  const [rawPath = '/', ...rest] = target.split('?');
  const rawQuery = rest.join('?');
  try {
    decodeURIComponent(rawPath);
    decodeURIComponent(rawQuery.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
  const byDefaultName = rawPath.startsWith(`/${STAGE}/`);
  // By its default name an event's path has no stage; behind a custom domain it begins with the base path.
  const path = byDefaultName ? rawPath.slice(STAGE.length + 1) : rawPath;
  const isBelow = !byDefaultName && basePath !== '' && path.startsWith(`${basePath}/`);
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
  const event = {
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
      stage: STAGE,
      path: rawPath,
      httpMethod: request.method ?? 'GET',
      identity: { sourceIp: request.socket.remoteAddress ?? '' },
    } as APIGatewayProxyEvent['requestContext'],
  };
  return { event, route: isBelow ? path.slice(basePath.length) : path };
}
