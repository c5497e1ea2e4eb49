import type { APIGatewayProxyEvent } from 'aws-lambda';
import { pathPattern } from './path-templates';

interface OwnPath {
  /** As the operations write it: `/v1/…`. */
  path: string;
  /**
   * What stands before it in the URL that the caller used: the stage, or the base path of a custom domain. Empty or
   * `/…`.
   */
  base: string;
}

/**
 * Tells the API's own path from what API Gateway and a custom domain put before it. By the default name `path` has no
 * stage and `requestContext.path` has; behind a custom domain both begin with the base path. The base path ends where
 * what remains fits the resource that API Gateway chose, so a path can't claim another resource than the one the caller
 * was authorised for.
 */
export function ownPath({ path, resource, requestContext }: APIGatewayProxyEvent): OwnPath {
  const whole = (requestContext as { path?: string } | undefined)?.path ?? path;
  const stage = whole.endsWith(path) ? whole.slice(0, whole.length - path.length) : '';
  if (stage !== '') return { path, base: stage };
  if (last?.resource !== resource) last = { resource, pattern: pathPattern(resource) };
  const fits = last.pattern;
  for (let start = 0; start !== -1; start = path.indexOf('/', start + 1))
    if (fits.test(path.slice(start))) return { path: path.slice(start), base: path.slice(0, start) };
  return { path, base: '' };
}

/** Nearly every request is of one resource, and to compile a pattern takes longer than all else of finding a route. */
let last: { resource: string; pattern: RegExp } | undefined;
