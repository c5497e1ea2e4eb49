import type { APIGatewayProxyEvent } from 'aws-lambda';

/** A request as API Gateway hands it to a function. @param query as in a URL */
export function apiEvent(httpMethod: string, path: string, body?: unknown, query = ''): APIGatewayProxyEvent {
  return {
    resource: '/{proxy+}',
    httpMethod,
    path,
    headers: {},
    multiValueQueryStringParameters: Object.fromEntries(
      [...new URLSearchParams(query)].map(([name, value]) => [name, [value]]),
    ),
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
}
