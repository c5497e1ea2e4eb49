import type { Photo } from './types';

/** API Gateway sends bytes only where the first type is one of these (docs/api.md, getImage). */
export const PHOTO_TYPES = 'image/avif, image/webp, image/png, image/jpeg';

/** @throws Error for what is no photo: something in between has answered. */
export function readPhoto(headers: Headers, bytes: Buffer): Photo {
  const type = headers.get('content-type') ?? 'nothing';
  if (!type.startsWith('image/')) throw new Error(`the answer is ${type}, not a photo`);
  return {
    bytes,
    type,
    etag: headers.get('etag'),
    cacheControl: headers.get('cache-control'),
    placeholder: headers.get('x-cache') === 'placeholder',
  };
}

/** @throws RangeError for what is no photo: with dots alone as a segment a path would name something else. */
export function checkedPhoto(photo: string): string {
  const segment = '[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*';
  // Whoever has no types may leave it out; a listing's may be null.
  const given: unknown = photo;
  if (typeof given === 'string' && new RegExp(`^/?${segment}(?:/${segment})*$`).test(given))
    return given.replace(/^\//, '');
  throw new RangeError(
    'A photo must be the photo of a listing, such as /carpicture01/pic3021/30211505_, received ' +
      `${given === undefined ? 'nothing' : JSON.stringify(given)}.`,
  );
}
