import type { APIGatewayProxyEvent } from 'aws-lambda';

/** A search as API Gateway hands it to the function. */
export function searchEvent(parameters: Readonly<Record<string, string | number | boolean>>): APIGatewayProxyEvent {
  return {
    resource: '/{proxy+}',
    httpMethod: 'GET',
    path: '/v1/vehicles/search',
    headers: {},
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, [String(value)]]),
    ),
  } as unknown as APIGatewayProxyEvent;
}
