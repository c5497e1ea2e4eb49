import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { PROBE_HEADER } from '../contract/probe';
import type { Audit } from '../telemetry/audit';
import { logger } from '../telemetry/emitter';
import { RequestContext } from '../telemetry/request';
import { signerOf } from '../telemetry/signer';
import { OPENAPI_PATH, type Operation, type Route } from './operation';
import { ownPath } from './own-path';
import { pathTemplates, type Fit } from './path-templates';
import { Problem } from './problem';
import { validate } from './validate';

/** Called after each request with what it did. */
type Observer = (context: RequestContext, response: APIGatewayProxyResult) => Promise<void> | void;

/**
 * The only validator and router of the API: in AWS `ANY /{proxy+}` sends everything here.
 * @param audit gets a line for each request that passed its checks, in functions that touch what people said.
 * @returns the function that answers an API Gateway proxy event. It never throws: what fails becomes problem details.
 */
export function createRouter(
  routes: readonly Route[],
  afterwards: Observer,
  audit?: Audit,
): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const find = pathTemplates(routes.map((each) => [each.operation.path, each]));
  return async (event) => {
    const context = new RequestContext();
    const response = bounded(await respond(find, event, context));
    audit?.requested(event, context, response);
    await afterwards(context, response);
    return event.httpMethod === 'HEAD' ? { ...response, body: '', isBase64Encoded: false } : response;
  };
}

/** HEAD is GET without a body (RFC 9110, 9.3.2). */
function methodOf({ httpMethod }: APIGatewayProxyEvent): string {
  return httpMethod === 'HEAD' ? 'GET' : httpMethod;
}

/**
 * Lambda answers 502 to what is larger than 6 MB as JSON, in which a body is a string. The headers stand beside it.
 */
const MOST_RESPONSE_BYTES = 6 * 1_024 * 1_024 - 65_536;

function bounded(response: APIGatewayProxyResult): APIGatewayProxyResult {
  // A character takes at most six bytes there (RFC 8259, 7); to count them walks through the body.
  if (6 * response.body.length <= MOST_RESPONSE_BYTES) return response;
  const bytes = Buffer.byteLength(JSON.stringify(response.body));
  if (bytes <= MOST_RESPONSE_BYTES) return response;
  const rule = `must be smaller: this answer would have ${bytes} bytes of at most ${MOST_RESPONSE_BYTES}`;
  return new Problem(400, 'The answer is too large; ask for fewer with a smaller limit.', {
    violations: [{ in: 'query', name: 'limit', rule }],
  }).toResponse();
}

async function respond(
  find: (path: string) => Fit<Route>[],
  event: APIGatewayProxyEvent,
  context: RequestContext,
): Promise<APIGatewayProxyResult> {
  try {
    const { path, base } = ownPath(event);
    context.basePath = base;
    context.caller = principalOf(event);
    context.probe = isProbe(event.headers);
    const fits = find(path);
    const found = fits.find(({ value }) => value.operation.method === methodOf(event));
    if (found === undefined) throw notFound(fits, base);
    const { operation, handle } = found.value;
    const parts = validate(operation, event, found.parameters);
    concerning(context, operation, parts);
    return await handle({ ...parts, context });
  } catch (error) {
    if (error instanceof Problem) {
      if (error.status >= 500) logger.error(error.detail, { cause: error.cause as Error });
      return error.toResponse(link(context));
    }
    logger.error('A request failed unexpectedly', error as Error);
    return new Problem(500, 'The request failed for a reason that the log tells. It can be repeated.').toResponse(
      link(context),
    );
  }
}

/** An event without headers has null in their place, whatever its type says. */
const isProbe = (headers: APIGatewayProxyEvent['headers'] | null): boolean =>
  Object.keys(headers ?? {}).some((name) => name.toLowerCase() === PROBE_HEADER);

/** Where whoever met a problem reads what the API takes (RFC 8631). */
const link = ({ basePath }: RequestContext) => ({ link: `<${basePath}${OPENAPI_PATH}>; rel="service-desc"` });

/** The sessions of one role are one caller. */
function principalOf(event: APIGatewayProxyEvent): string {
  const arn = signerOf(event);
  return arn.includes(':assumed-role/') ? arn.replace(/\/[^/]*$/, '') : arn;
}

/** Notes whose data the request is about, as far as the request says. */
function concerning(
  context: RequestContext,
  { operationId }: Operation,
  { path, body }: ReturnType<typeof validate>,
): void {
  // A body names a person where the path names nothing: elsewhere its members are the client's own.
  const named = ((path ?? body) as Record<string, unknown> | undefined) ?? {};
  context.operation = operationId;
  if (typeof named.userId === 'string') context.person = named.userId;
  if (typeof named.sessionId === 'string') context.session = named.sessionId;
}

function notFound(fits: readonly Fit<Route>[], base: string): Problem {
  const methods = fits.map(({ value }) => value.operation.method);
  const allowed = methods.flatMap((method) => (method === 'GET' ? [method, 'HEAD'] : [method]));
  if (allowed.length === 0)
    return new Problem(404, `No operation has this path: GET ${base}${OPENAPI_PATH} lists all of them.`);
  return new Problem(405, `Allowed here: ${allowed.join(', ')}`, { headers: { allow: allowed.join(', ') } });
}
