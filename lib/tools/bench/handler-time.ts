import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/**
 * What a handler takes for an event, in microseconds: neither the making of the event nor the reading of its answer,
 * which are others' work.
 * @param tier the tier of search that is to answer
 * @throws Error unless it is answered well, and by that tier: another one would measure something else
 */
export async function handlerTime(
  { handler }: { handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> },
  event: APIGatewayProxyEvent,
  tier?: string,
): Promise<number> {
  const start = process.hrtime.bigint();
  const { statusCode, headers, body } = await handler(event);
  const elapsed = Number(process.hrtime.bigint() - start) / 1_000;
  if (statusCode >= 300) throw new Error(`The function answered ${statusCode}: ${body}`);
  const found = headers?.['x-cache'];
  if (tier !== undefined && found !== tier)
    throw new Error(`Expected an answer from ${tier}, got one from ${String(found)}`);
  return elapsed;
}
