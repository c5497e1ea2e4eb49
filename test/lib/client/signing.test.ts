import { createHash, createHmac, type Hash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { regionOf, signedHeaders, type HttpRequest } from '../../../lib/client/signing';

/** The example credentials of AWS's own documentation. */
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const sessionToken = 'FwoGZXIvYXdzEBYaDExample/+=';
const NOW = new Date('2026-11-24T03:04:05Z');

beforeEach(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

class Sha256 {
  private readonly hash: Hash;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = key === undefined ? createHash('sha256') : (createHmac('sha256', key as Buffer) as unknown as Hash);
  }
  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
}

/** What the signer of AWS's SDK makes of the same request. */
async function bySdk({ method, url, headers, body }: HttpRequest, token?: string): Promise<string | undefined> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: 'ap-northeast-2',
    credentials: { ...credentials, ...(token === undefined ? {} : { sessionToken: token }) },
    sha256: Sha256,
    applyChecksum: false,
  });
  const query = Object.fromEntries(url.searchParams);
  const length: Record<string, string> =
    body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const signed = await signer.sign(
    {
      method,
      protocol: 'https:',
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: { host: url.host, ...headers, ...length },
      ...(body === undefined ? {} : { body }),
    },
    { signingDate: NOW },
  );
  return signed.headers.authorization;
}

const API = 'https://abc123.execute-api.ap-northeast-2.amazonaws.com/live';
const PRIVATE = 'https://abc123-vpce-0123456789abcdef0.execute-api.ap-northeast-2.amazonaws.com/live';
const request = (method: string, url: string, body?: string, headers: Record<string, string> = {}): HttpRequest => ({
  method,
  url: new URL(url),
  headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  body,
});

test.each([
  ['a read', request('GET', `${API}/v1/health`), undefined],
  [
    'a search in Korean, with what must be encoded',
    request(
      'GET',
      `${API}/v1/vehicles/search?usage=${encodeURIComponent("주말 캠핑 (차박)! + 'a*b' ~&=")}&budgetMin=0`,
    ),
    undefined,
  ],
  [
    'a write through a private API, by a role',
    request('PATCH', `${PRIVATE}/v1/sessions/a.b-c_d/agents/concierge`, '{"mood":"느긋함"}', {
      'idempotency-key': 'k-1',
      'if-match': '"7"',
    }),
    sessionToken,
  ],
  [
    'a write without a body',
    request('POST', `${API}/v1/sessions/x/complete`, undefined, { 'idempotency-key': 'k' }),
    sessionToken,
  ],
])('%s is signed as the SDK signs it', async (_, each, token) => {
  const { authorization } = signedHeaders(each, 'ap-northeast-2', { ...credentials, sessionToken: token });
  expect(authorization).toBe(await bySdk(each, token));
  expect(authorization).toMatch(/SignedHeaders=[^,]*host/);
});

test('the signature is the one that AWS’s description gives, computed step by step elsewhere', () => {
  const headers = signedHeaders(request('GET', `${API}/v1/health`), 'ap-northeast-2', credentials);
  expect(headers).toEqual({
    'x-amz-date': '20261124T030405Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261124/ap-northeast-2/execute-api/aws4_request, ' +
      'SignedHeaders=host;x-amz-date, Signature=550959291e49678ebd0e5f5173276705da4f03a0d8916360defb5050f28619f4',
  });
});

test('the host names the region, of a private API too; another host wants it said', () => {
  expect([regionOf(new URL(API)), regionOf(new URL(PRIVATE))]).toEqual(['ap-northeast-2', 'ap-northeast-2']);
  expect(() => regionOf(new URL('https://api.carfin.example'))).toThrow(
    'region must be given: the host api.carfin.example',
  );
});
