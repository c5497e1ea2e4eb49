import type { APIGatewayProxyEvent } from 'aws-lambda';

/** A request as API Gateway hands it to a function. @param query as in a URL, or names with their values */
export function apiEvent(
  httpMethod: string,
  path: string,
  body?: unknown,
  query: string | [string, string][] = '',
): APIGatewayProxyEvent {
  // Without a prototype: a caller may name a parameter `__proto__`.
  const values = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of new URLSearchParams(query)) (values[name] ??= []).push(value);
  return {
    resource: '/{proxy+}',
    httpMethod,
    path,
    headers: {},
    multiValueHeaders: {},
    multiValueQueryStringParameters: Object.keys(values).length === 0 ? null : values,
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
}

/** A search as API Gateway hands it to the function. */
export function searchEvent(parameters: Readonly<Record<string, string | number | boolean>>): APIGatewayProxyEvent {
  const query = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
  return apiEvent('GET', '/v1/vehicles/search', undefined, query);
}
