import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { SearchFunction } from '../../../lambda/search/search-function';

/**
 * What a handler takes for an event, in microseconds: neither the making of the event nor the reading of its answer,
 * which are others' work.
 * @param tier the tier of search that is to answer
 * @throws Error unless it is answered well, and by that tier: another one would measure something else
 */
export async function handlerTime(
  { handler, valkey }: Pick<SearchFunction, 'handler' | 'valkey'>,
  event: APIGatewayProxyEvent,
  tier?: string,
): Promise<number> {
  const start = process.hrtime.bigint();
  const { statusCode, headers, body } = await handler(event);
  const elapsed = Number(process.hrtime.bigint() - start) / 1_000;
  // What it leaves to be stored after its answer is no other work's time.
  await valkey.delivered();
  if (statusCode >= 300) throw new Error(`The function answered ${statusCode}: ${body}`);
  const found = headers?.['x-cache'];
  if (tier !== undefined && found !== tier)
    throw new Error(`Expected an answer from ${tier}, got one from ${String(found)}`);
  return elapsed;
}
