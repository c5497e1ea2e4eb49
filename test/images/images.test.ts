import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { createImagesFunction, type ImagesFunction } from '../../lambda/images/images-function';
import { etagOf } from '../../lambda/images/image-store';
import { PLACEHOLDER } from '../../lambda/images/placeholder';
import { LocalCluster } from '../../lib/local/valkey-cluster';
import { get } from '../support/engines';
import { AVIF, JPEG, LARGEST, MisbehavingOrigin, PNG, WEBP } from './misbehaving-origin';

const DEADLINE_MS = 600;

let cluster: LocalCluster;
let origin: MisbehavingOrigin;
const made: ImagesFunction[] = [];

beforeAll(async () => {
  [cluster, origin] = await Promise.all([LocalCluster.start(), MisbehavingOrigin.start()]);
}, 60_000);
afterEach(async () => {
  for (const each of made.splice(0)) each.close();
  origin.asked.length = 0;
  await cluster.flush();
});
afterAll(async () => {
  await origin.stop();
  await cluster.stop();
});

const environment = (changes: Record<string, string> = {}) => ({
  ...cluster.environment('images'),
  IMAGE_ORIGIN: `https://127.0.0.1:${origin.port}`,
  IMAGE_PATH: '/photos/{photo}_001.jpg',
  IMAGE_PHOTO_PATTERN: '(car/)?[a-z-]+\\d{0,3}',
  IMAGE_MEMORY_MIB: '8',
  IMAGE_LOCAL_CA_FILE: origin.caFile,
  ...changes,
});

/** A function as a cold environment has it. */
function images(changes: Record<string, string> = {}): ImagesFunction {
  const each = createImagesFunction(environment(changes), DEADLINE_MS);
  made.push(each);
  return each;
}

async function ask(
  { handler }: ImagesFunction,
  photo: string,
  headers: Record<string, string> = {},
): Promise<APIGatewayProxyResult & { headers: Record<string, string>; bytes: Buffer }> {
  const answer = await handler({ ...get(`/v1/images/${photo}`), headers: { Accept: 'image/avif,*/*', ...headers } });
  const all = (answer.headers ?? {}) as Record<string, string>;
  return { ...answer, headers: all, bytes: Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8') };
}

test.each([
  ['png', 'image/png', PNG],
  ['jpeg', 'image/jpeg', JPEG],
  ['webp', 'image/webp', WEBP],
  ['avif', 'image/avif', AVIF],
  ['largest', 'image/jpeg', LARGEST],
])(
  '%s comes from the origin once, then from Valkey to every process, with the same bytes',
  async (name, type, bytes) => {
    const first = await ask(images(), name);
    const second = await ask(images(), name);
    for (const [answer, from] of [
      [first, 'origin'],
      [second, 'hit'],
    ] as const) {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toEqual({
        'content-type': type,
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=3600',
        etag: etagOf(bytes),
        'x-cache': from,
      });
      expect(answer.bytes.equals(bytes)).toBe(true);
    }
    expect(origin.asked).toEqual([`/photos/${name}_001.jpg`]);
  },
);

test.each([
  ['too-large', /more than 524288 bytes/],
  ['too-large-chunked', /more than 524288 bytes/],
  ['endless', /more than 524288 bytes/],
  ['html', /no JPEG, PNG, WebP or AVIF/],
  ['svg', /no JPEG, PNG, WebP or AVIF/],
  ['gif', /no JPEG, PNG, WebP or AVIF/],
  ['untyped', /no JPEG, PNG, WebP or AVIF/],
  ['html-as-jpeg', /not the image\/jpeg that it says/],
  ['png-as-jpeg', /not the image\/jpeg that it says/],
  ['empty', /not the image\/jpeg that it says/],
  ['not-found', /answers 404/],
  ['gone', /answers 410/],
  ['forbidden', /answers 403/],
])('%s is no photo, which is known for a minute', async (name, reason) => {
  const first = await ask(images(), name);
  const second = await ask(images(), name);
  expect([first.statusCode, first.headers['x-cache']]).toEqual([404, 'origin']);
  expect([second.statusCode, second.headers['x-cache']]).toEqual([404, 'hit']);
  expect((JSON.parse(second.body) as { detail: string }).detail).toMatch(reason);
  expect(first.body).toBe(second.body);
  expect(first.headers['cache-control']).toBe('public, max-age=60');
  expect(origin.asked).toHaveLength(1);
});

test('of an endless photo no more is read than the sockets hold', async () => {
  await ask(images(), 'endless');
  expect(origin.sent).toBeLessThan(16 * 1_024 * 1_024);
});

test('that there is no photo is forgotten by Valkey’s clock, and a photo is kept longer', async () => {
  const age = async (photo: string) => {
    const [bucket = '', , , node] = await bucketOf(photo);
    const value = String(await node?.ask('HGET', bucket, photo));
    const [seconds] = (await node?.ask('TIME')) as [string];
    return Number(value.slice(0, 10)) - Number(seconds);
  };
  const each = images();
  await ask(each, 'not-found');
  await ask(each, 'png');
  expect(await age('not-found')).toBeGreaterThanOrEqual(58);
  expect(await age('not-found')).toBeLessThanOrEqual(60);
  expect(await age('png')).toBeGreaterThan(86_000);
  const [bucket = '', , , node] = await bucketOf('not-found');
  const value = String(await node?.ask('HGET', bucket, 'not-found'));
  await node?.ask('HSET', bucket, 'not-found', `0000000001${value.slice(10)}`);
  expect((await ask(each, 'not-found')).headers['x-cache']).toBe('origin');
});

test.each(['silent', 'slow', 'server-error', 'overloaded', 'hung-up', 'cut-off', 'length-too-long'])(
  'an origin that is %s gives the placeholder, which nobody keeps for long',
  async (name) => {
    const started = Date.now();
    const first = await ask(images(), name);
    expect(Date.now() - started).toBeLessThan(DEADLINE_MS + 600);
    expect(first.statusCode).toBe(200);
    expect(first.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=10',
      'x-cache': 'placeholder',
    });
    expect(first.headers.etag).toBeUndefined();
    expect(first.bytes.equals(PLACEHOLDER.bytes)).toBe(true);
    expect(await keys()).toEqual([]);
    const { [name]: usual, png } = origin.behaviours;
    origin.behaviours[name] = png!;
    expect((await ask(images(), name)).headers['x-cache']).toBe('origin');
    origin.behaviours[name] = usual!;
  },
);

test('a length that is too short cuts the photo there, and nothing of what follows is read', async () => {
  const answer = await ask(images(), 'length-too-short');
  expect(answer.bytes.equals(JPEG.subarray(0, JPEG.length - 1_000))).toBe(true);
});

test('after three failures the origin is left alone', async () => {
  const each = images();
  for (let i = 0; i < 6; i++) expect((await ask(each, `server-error${i}`)).headers['x-cache']).toBe('placeholder');
  expect(origin.asked).toHaveLength(3);
});

test.each([
  'http://127.0.0.1:PORT/secret',
  'https://127.0.0.1:ORIGIN/photos/png_001.jpg',
  'http://169.254.169.254/latest/meta-data/',
  '//127.0.0.1:PORT/',
])('a redirect to %s is not followed', async (location) => {
  let reached = 0;
  const inside = createServer((_, response) => response.end(String(++reached)));
  await new Promise<void>((listening) => inside.listen(0, '127.0.0.1', listening));
  const port = (inside.address() as AddressInfo).port;
  origin.redirectsTo(location.replace('PORT', String(port)).replace('ORIGIN', String(origin.port)));
  const answer = await ask(images(), 'redirect');
  inside.close();
  expect([answer.statusCode, reached, origin.asked.length]).toEqual([404, 0, 1]);
  expect((JSON.parse(answer.body) as { detail: string }).detail).toMatch(/answers 302/);
});

test.each(['localhost', 'ip6-localhost.invalid'])(
  'an origin whose name, %s, leads to no public address is not connected to',
  async (host) => {
    const each = images({ IMAGE_ORIGIN: `https://${host}:${origin.port}`, IMAGE_LOCAL_CA_FILE: '' });
    expect((await ask(each, 'png')).headers['x-cache']).toBe('placeholder');
    expect(origin.asked).toEqual([]);
  },
);

test.each<[string, Record<string, string>, RegExp]>([
  ['an address of this machine', { IMAGE_LOCAL_CA_FILE: '' }, /127\.0\.0\.1 is 127\.0\.0\.1 \(loopback\)/],
  ['the metadata service', { IMAGE_ORIGIN: 'https://169.254.169.254' }, /linkLocal/],
  ['an IPv6 address', { IMAGE_ORIGIN: 'https://[fd00:ec2::254]' }, /uniqueLocal/],
  ['an IPv4 address in IPv6', { IMAGE_ORIGIN: 'https://[::ffff:a00:1]' }, /\(private\)/],
  ['what is no HTTPS', { IMAGE_ORIGIN: 'http://127.0.0.1:80' }, /must be an https origin/],
  ['a path in the origin', { IMAGE_ORIGIN: 'https://photos.example/a' }, /must be an https origin/],
  ['a person in the origin', { IMAGE_ORIGIN: 'https://a@photos.example' }, /must be an https origin/],
  [
    'the local run’s authority in Lambda',
    { LAMBDA_TASK_ROOT: '/var/task' },
    /IMAGE_LOCAL_CA_FILE is for the local run/,
  ],
  ['less memory than a bucket', { IMAGE_MEMORY_MIB: '3' }, /must be 4 or more/],
])('%s ends the init', (_, changes, message) => {
  expect(() => images(changes)).toThrow(message);
});

test('a certificate of another authority is an origin that is away', async () => {
  const other = await MisbehavingOrigin.start();
  const answer = await ask(images({ IMAGE_LOCAL_CA_FILE: other.caFile }), 'png');
  await other.stop();
  expect([answer.headers['x-cache'], origin.asked]).toEqual(['placeholder', []]);
});

test.each([
  '../png',
  '..%2fpng',
  '%2e%2e/png',
  '%252e%252e%252fpng',
  'car/../png',
  'car//png',
  '/png',
  'png/',
  'png%00',
  'png\u0000',
  'png\n',
  'png\r\nhost: evil',
  'car\\png',
  'car%5cpng',
  'car%5c..%5cpng',
  'pn\uff47',
  'png\u2025',
  '차',
  '@127.0.0.1/png',
  'http://127.0.0.1/png',
  '/127.0.0.1/png',
  'png?x=1'.replace('?', '%3f'),
  'png%23',
  'png;a=b',
  '.png',
  'png..',
  '{photo}',
  '$&',
  'a'.repeat(300),
  // Plain, but of another shape than the stage's.
  'PNG',
  'car/png/x',
])('a path such as %j is refused, and asks nobody', async (photo) => {
  const answer = await ask(images(), photo);
  expect([400, 404]).toContain(answer.statusCode);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(origin.asked).toEqual([]);
  expect(await keys()).toEqual([]);
});

test('slashes in a photo may be percent-encoded or not', async () => {
  const each = images();
  expect((await ask(each, 'car/png')).headers['x-cache']).toBe('origin');
  expect((await ask(each, 'car%2Fpng')).headers['x-cache']).toBe('hit');
  expect(origin.asked).toEqual(['/photos/car/png_001.jpg']);
});

test.each([
  ['the same', (etag: string) => etag, 304],
  ['one of several', (etag: string) => `"other", ${etag}`, 304],
  ['a weak one', (etag: string) => `W/${etag}`, 304],
  ['any', () => '*', 304],
  ['another', () => '"other"', 200],
])('If-None-Match with %s', async (_, tagsOf, status) => {
  const each = images();
  const { headers } = await ask(each, 'png');
  const answer = await ask(each, 'png', { 'If-None-Match': tagsOf(headers.etag ?? '') });
  expect([answer.statusCode, answer.headers.etag]).toEqual([status, headers.etag]);
  expect(answer.body === '').toBe(status === 304);
});

test.each([undefined, '', '*/*', 'text/html,image/png', 'application/json', 'image/*', 'image/svg+xml,image/png'])(
  'with Accept: %s the gateway would send base64, so the answer is 406',
  async (accept) => {
    const { handler } = images();
    const headers = accept === undefined ? {} : { accept };
    const answer = await handler({ ...get('/v1/images/png'), headers });
    expect([answer.statusCode, answer.headers?.['content-type']]).toEqual([406, 'application/problem+json']);
    expect(origin.asked).toEqual([]);
  },
);

test('ten requests in two processes for a photo that nobody has fetch it once', async () => {
  const processes = [images(), images()];
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => ask(processes[i % 2]!, 'sent-later')));
  expect(answers.map(({ bytes }) => bytes.equals(PNG))).toEqual(new Array(10).fill(true));
  expect(answers.filter(({ headers }) => headers['x-cache'] === 'origin')).toHaveLength(1);
  expect(origin.asked).toHaveLength(1);
});

test('a photo is served without Valkey too', async () => {
  const each = images({ VALKEY_ENDPOINT: '127.0.0.1:1' });
  for (let i = 0; i < 2; i++) {
    const answer = await ask(each, 'png');
    expect([answer.headers['x-cache'], answer.bytes.equals(PNG)]).toEqual(['origin', true]);
  }
});

test.each([
  [
    'damaged bytes',
    async (bucket: string, node: Node) => {
      const value = String(await node.ask('HGET', bucket, 'jpeg'));
      await node.ask('HSET', bucket, 'jpeg', value.slice(0, 200));
    },
  ],
  [
    'a key of another type',
    async (bucket: string, node: Node) => {
      await node.ask('DEL', bucket);
      await node.ask('SET', bucket, 'x');
    },
  ],
])('%s cost one miss, and heal', async (_, damage) => {
  const each = images();
  await ask(each, 'jpeg');
  const [bucket = '', , , node] = await bucketOf('jpeg');
  if (node === undefined) throw new Error('no bucket');
  await damage(bucket, node);
  const after = [await ask(each, 'jpeg'), await ask(each, 'jpeg')];
  expect(after.map(({ headers }) => headers['x-cache'])).toEqual(['origin', 'hit']);
  for (const { bytes } of after) expect(bytes.equals(JPEG)).toBe(true);
});

type Node = (typeof cluster)['nodes'][number];

async function keys(): Promise<string[]> {
  return ((await cluster.everywhere('KEYS', '*')) as string[][]).flat();
}

async function bucketOf(photo: string): Promise<[string, string, string, Node] | []> {
  for (const node of cluster.nodes) {
    for (const key of (await node.ask('KEYS', 'image:*')) as string[])
      if (Number(await node.ask('HEXISTS', key, photo)) === 1) return [key, photo, '', node];
  }
  return [];
}
