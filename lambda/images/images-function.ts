import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { getImage } from './get-image';
import { BINARY_MEDIA_TYPES, givesBytes } from '../contract/images';
import { TTL } from '../contract/keys';
import { route } from '../http/operation';
import { Problem } from '../http/problem';
import { createRouter } from '../http/router';
import { shortened } from '../http/shortened';
import { INIT_CONNECTION_MS } from '../telemetry/request';
import { ImageStore } from './image-store';
import { ImageTelemetry } from './image-telemetry';
import { Images, type Found } from './images';
import { ORIGIN_DEADLINE_MS, PhotoOrigin, type Photo } from './origin';
import { PhotoUrls } from './photo-url';
import { PLACEHOLDER } from './placeholder';

/** What clients and caches on the way may keep, s. After an hour they ask whether it is still the same. */
const MAX_AGE = { photo: 3_600, absent: TTL.noImage, placeholder: 10 } as const;

export interface ImagesFunction {
  handler: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
  /** Opens the connections; to be awaited during init. */
  connect: () => Promise<void>;
  close: () => void;
}

/**
 * Serves photos, and nothing else: it alone may reach the internet, and what it fetches from there is in no other's
 * memory.
 */
export function createImagesFunction(
  env: NodeJS.ProcessEnv = process.env,
  originDeadlineMs = ORIGIN_DEADLINE_MS,
): ImagesFunction {
  const urls = new PhotoUrls(env);
  const origin = new PhotoOrigin(urls.origin, env, originDeadlineMs);
  const store = ImageStore.fromEnvironment(env);
  const images = new Images(store, origin);
  const telemetry = new ImageTelemetry(store.valkey, env);
  const routes = [
    route(getImage, async ({ path: { path }, headers, context }) => {
      const inTab = wantsPage(headers.accept);
      if (!inTab && !givesBytes(headers.accept)) throw notAcceptable(headers.accept);
      const url = urls.of(path);
      if (url === undefined) throw otherShape(path);
      const found = answer(await images.find(path, url, context), headers['if-none-match']);
      return inTab && found.isBase64Encoded ? page(found) : found;
    }),
  ];
  return {
    handler: createRouter(routes, telemetry.requested),
    connect: () => store.valkey.connect(INIT_CONNECTION_MS),
    close: () => store.valkey.close(),
  };
}

function answer(found: Found, ifNoneMatch: string | undefined): APIGatewayProxyResult {
  if (found.from === 'away')
    return bytes(PLACEHOLDER, { ...cacheControl(MAX_AGE.placeholder), 'x-cache': 'placeholder' });
  const { from, known } = found;
  if ('absent' in known)
    throw new Problem(404, `There is no photo that may be shown: ${known.absent}.`, {
      headers: { ...cacheControl(MAX_AGE.absent), 'x-cache': from },
    });
  const headers = { ...cacheControl(MAX_AGE.photo), 'x-cache': from, etag: known.etag };
  return matches(ifNoneMatch, known.etag) ? { statusCode: 304, headers, body: '' } : bytes(known.photo, headers);
}

function bytes(photo: Photo, headers: Record<string, string>): APIGatewayProxyResult {
  return {
    statusCode: 200,
    headers: { 'content-type': photo.type, 'x-content-type-options': 'nosniff', ...headers },
    body: photo.bytes.toString('base64'),
    isBase64Encoded: true,
  };
}

/** A browser's tab asks for a page first, and the gateway would send it the photo as base64. */
const wantsPage = (accept = '') => /^text\/html\s*(?:[,;]|$)/i.test(accept.trim());

/** The photo in a page of its own. The entity tag is that of the bytes: it is not the page's. */
function page({ body, headers = {} }: APIGatewayProxyResult): APIGatewayProxyResult {
  return {
    statusCode: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; img-src data:",
      'x-content-type-options': 'nosniff',
      'cache-control': String(headers['cache-control']),
      'x-cache': String(headers['x-cache']),
      vary: 'accept',
    },
    body:
      '<!doctype html><title>CarFin</title><img alt="" ' +
      `src="data:${String(headers['content-type'])};base64,${body}">`,
  };
}

/** `public`: without it no cache on the way may keep the answer to a request that is signed (RFC 9111, 3.5). */
const cacheControl = (seconds: number) => ({ 'cache-control': `public, max-age=${seconds}` });

/** By weak comparison, as RFC 9110 wants it here. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

function notAcceptable(received: string | undefined): Problem {
  return new Problem(
    406,
    `Accept must begin with ${BINARY_MEDIA_TYPES.join(', ')} for the photo, or with text/html for a page that shows ` +
      `it, as a browser's tab asks; received ${received === undefined ? 'none' : shortened(received)}. What follows ` +
      'the first type is not read: the gateway sends bytes by it alone.',
  );
}

function otherShape(received: string): Problem {
  const rule = "must have the shape of a listing's photo";
  return new Problem(400, 'Please correct: path', { violations: [{ in: 'path', name: 'path', rule, received }] });
}
