import { sign, type Request } from 'aws4';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** Until shortly before it they are kept, and the provider is not asked again. */
  expiration?: Date | undefined;
}

/** Asked for each attempt where it names no `expiration`: then it is to keep what is still valid itself. */
export type CredentialsProvider = () => Credentials | Promise<Credentials>;

/**
 * What is sent: the body as text, the query percent-encoded (a space as %20: of `+` API Gateway and a signer may
 * differ).
 */
export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string | undefined;
}

/**
 * @param at the time that the signature names; AWS takes one that differs from its own by less than five minutes.
 * @returns the headers of the request with its signature (SigV4, service execute-api), without Host and Content-Length:
 * they are signed as fetch will send them.
 */
export function signedHeaders(
  { method, url, headers, body }: HttpRequest,
  region: string,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  at: Date = new Date(),
): Record<string, string> {
  const request: Request = {
    service: 'execute-api',
    region,
    host: url.host,
    method,
    path: url.pathname + url.search,
    headers: { ...headers, 'x-amz-date': at.toISOString().replace(/[:-]|\.\d{3}/g, '') },
    ...(body === undefined ? {} : { body }),
  };
  const signed = sign(request, { accessKeyId, secretAccessKey, sessionToken }).headers ?? {};
  return Object.fromEntries(
    Object.entries(signed)
      .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
      .filter(([name]) => name !== 'host' && name !== 'content-length'),
  );
}

/**
 * @param url of the API, private (`{api}-{vpce}`) or not.
 * @returns the region that its host names.
 * @throws RangeError if it names none: then `region` must be given.
 */
export function regionOf(url: URL): string {
  const region = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(url.hostname)?.[1];
  if (region === undefined)
    throw new RangeError(
      `region must be given: the host ${url.hostname} is not {api}.execute-api.{region}.amazonaws.com.`,
    );
  return region;
}
