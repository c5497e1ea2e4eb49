/** Crosses the boundary: the API's binary types, the local gateway that imitates them, and the images function. */

/** What a photo may be. Never SVG: it can hold scripts. */
export const IMAGE_TYPES = ['image/avif', 'image/webp', 'image/png', 'image/jpeg'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** The largest photo that is passed on. In base64 it is 0.7 MB of the 6 MB that Lambda may answer. */
export const MOST_IMAGE_BYTES = 512 * 1_024;

/** Photos share Valkey's memory in buckets of this size, each a key; a stage's share is so many buckets. */
export const BUCKET_MIB = 4;

/**
 * What API Gateway treats as bytes: what a photo may be, and what a browser's `<img>` names first, as Chromium 156 does
 * JPEG XL. Not `*` + `/*`, which its guide advises for browsers: that would send every JSON body to the functions in
 * base64 and break gateway responses (apigateway guide, api-gateway-payload-encodings).
 */
export const BINARY_MEDIA_TYPES: readonly string[] = [...IMAGE_TYPES, 'image/jxl'];

/**
 * Whether API Gateway turns a base64 answer into bytes: it looks at the first type of `Accept` alone, not at the
 * answer's own type (apigateway guide, lambda-proxy-binary-media; localstack/localstack#12199 tried it). A browser's
 * `<img>` begins with image/avif, image/jxl or image/webp.
 */
export function givesBytes(accept: string | undefined): boolean {
  const [first = ''] = (accept ?? '').split(/[,;]/, 1);
  return BINARY_MEDIA_TYPES.includes(first.trim().toLowerCase());
}
