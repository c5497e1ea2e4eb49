import { request as send } from 'node:http';
import { MARKER, type FuzzRequest } from './requests';

interface FuzzAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Sends it as it is: neither path nor header is mended on the way. */
export function ask(port: number, { method, target, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, method, path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** What says that a request is wrong does not grow with it. */
const MOST_ERROR_BYTES = 32_768;

/**
 * @param mustBe the status that is right, if one is.
 * @returns what is wrong with an answer; undefined if nothing is.
 */
export function fault({ status, headers, body }: FuzzAnswer, mustBe?: number): string | undefined {
  if (mustBe !== undefined && status !== mustBe)
    return `status ${status} where ${mustBe} is right: ${body.slice(0, 200)}`;
  if (status >= 500) return `status ${status}: ${body.slice(0, 200)}`;
  const type = String(headers['content-type']);
  const expected = status >= 400 ? /^application\/problem\+json/ : /^application\/json/;
  if (!expected.test(type)) return `status ${status} with content type ${type}`;
  if (status >= 400 && body.length > MOST_ERROR_BYTES) return `an error of ${body.length} bytes`;
  if (JSON.stringify(headers).includes(MARKER) || headers['x-injected'] !== undefined) {
    return `a header holds what was sent: ${JSON.stringify(headers)}`;
  }
  try {
    JSON.parse(body);
  } catch {
    return `the body is no JSON: ${body.slice(0, 200)}`;
  }
  return undefined;
}

/** The prefixes that the keys of this project have, and no other key may. */
const OWN_KEY = /^(search|listing|index|lease|popular|rec|a2a|chat|pref|user|seen|forgotten|image|waits):/;

/** @returns the keys that are no key of this project's, or whose TTL (s) says that they never end. */
export function strayKeys(keys: ReadonlyMap<string, number>): string[] {
  return [...keys].filter(([key, ttl]) => !OWN_KEY.test(key) || ttl === -1).map(([key]) => key);
}
