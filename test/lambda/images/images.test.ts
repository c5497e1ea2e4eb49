import { etagOf } from '../../../lambda/images/image-store';
import { PLACEHOLDER } from '../../../lambda/images/placeholder';
import { get } from '../../support/engines';
import { ask, ImageLab, SHORT_DEADLINE_MS, type Node } from './image-lab';
import { AVIF, JPEG, LARGEST, PNG, WEBP } from './misbehaving-origin';

let lab: ImageLab;

beforeAll(async () => {
  lab = await ImageLab.start();
});
afterEach(() => lab.clear());
afterAll(() => lab.stop());

const images = (changes: Record<string, string> = {}) => lab.images(changes);

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
    expect(lab.origin.asked).toEqual([`/photos/${name}_001.jpg`]);
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
  expect(lab.origin.asked).toHaveLength(1);
});

test('of an endless photo no more is read than the sockets hold', async () => {
  await ask(images(), 'endless');
  expect(lab.origin.sent).toBeLessThan(16 * 1_024 * 1_024);
});

test('that there is no photo is forgotten by Valkey’s clock, and a photo is kept longer', async () => {
  const age = async (photo: string) => {
    const { bucket, node } = await lab.bucketOf(photo);
    const value = String(await node.ask('HGET', bucket, photo));
    const [seconds] = (await node.ask('TIME')) as [string];
    return Number(value.slice(0, 10)) - Number(seconds);
  };
  const each = images();
  await ask(each, 'not-found');
  await ask(each, 'png');
  expect(await age('not-found')).toBeGreaterThanOrEqual(58);
  expect(await age('not-found')).toBeLessThanOrEqual(60);
  expect(await age('png')).toBeGreaterThan(86_000);
  const { bucket, node } = await lab.bucketOf('not-found');
  const value = String(await node.ask('HGET', bucket, 'not-found'));
  await node.ask('HSET', bucket, 'not-found', `0000000001${value.slice(10)}`);
  expect((await ask(each, 'not-found')).headers['x-cache']).toBe('origin');
});

test.each(['silent', 'slow', 'server-error', 'overloaded', 'hung-up', 'cut-off', 'length-too-long'])(
  'an origin that is %s gives the placeholder, which nobody keeps for long',
  async (name) => {
    // Two of them never end: that there is an answer is the deadline's work.
    const first = await ask(lab.images({}, SHORT_DEADLINE_MS), name);
    expect(first.statusCode).toBe(200);
    expect(first.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=10',
      'x-cache': 'placeholder',
    });
    expect(first.headers.etag).toBeUndefined();
    expect(first.bytes.equals(PLACEHOLDER.bytes)).toBe(true);
    expect(await lab.keys()).toStrictEqual([]);
    const { [name]: usual, png } = lab.origin.behaviours;
    lab.origin.behaviours[name] = png;
    expect((await ask(images(), name)).headers['x-cache']).toBe('origin');
    lab.origin.behaviours[name] = usual;
  },
);

test('a length that is too short cuts the photo there, and nothing of what follows is read', async () => {
  const answer = await ask(images(), 'length-too-short');
  expect(answer.bytes.equals(JPEG.subarray(0, JPEG.length - 1_000))).toBe(true);
});

test('after three failures the origin is left alone', async () => {
  const each = images();
  for (let i = 0; i < 6; i++) expect((await ask(each, `server-error${i}`)).headers['x-cache']).toBe('placeholder');
  expect(lab.origin.asked).toHaveLength(3);
});

test('slashes in a photo may be percent-encoded or not', async () => {
  const each = images();
  expect((await ask(each, 'car/png')).headers['x-cache']).toBe('origin');
  expect((await ask(each, 'car%2Fpng')).headers['x-cache']).toBe('hit');
  expect(lab.origin.asked).toEqual(['/photos/car/png_001.jpg']);
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

test.each([
  undefined,
  '',
  '*/*',
  'application/xhtml+xml,image/png',
  'text/htmlx',
  'application/json',
  'image/*',
  'image/svg+xml,image/png',
])('with Accept: %s the gateway would send base64, so the answer is 406', async (accept) => {
  const { handler } = images();
  const headers = accept === undefined ? {} : { accept };
  const answer = await handler({ ...get('/v1/images/png'), headers });
  expect([answer.statusCode, answer.headers?.['content-type']]).toEqual([406, 'application/problem+json']);
  const { detail } = JSON.parse(answer.body) as { detail: string };
  expect(detail).toBe(
    'Accept must begin with image/avif, image/webp, image/png, image/jpeg, image/jxl for the photo, or with ' +
      "text/html for a page that shows it, as a browser's tab asks; " +
      `received ${accept ?? 'none'}. What follows the first type is not read: the gateway sends bytes by it alone.`,
  );
  expect(lab.origin.asked).toStrictEqual([]);
});

test('a browser’s tab gets the photo in a page, which no <img> is given from a cache', async () => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
  const { statusCode, headers, body } = await ask(images(), 'png', { Accept: accept });
  expect([statusCode, headers, body]).toEqual([
    200,
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; img-src data:",
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
      'x-cache': 'origin',
      vary: 'accept',
    },
    `<!doctype html><title>CarFin</title><img alt="" src="data:image/png;base64,${PNG.toString('base64')}">`,
  ]);
  const absent = await ask(images(), 'not-found', { Accept: accept });
  expect([absent.statusCode, absent.headers['content-type']]).toEqual([404, 'application/problem+json']);
});

test('ten requests in two processes for a photo that nobody has fetch it once', async () => {
  const [one, other] = [images(), images()];
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => ask(i % 2 === 0 ? one : other, 'sent-later')));
  expect(answers.map(({ bytes }) => bytes.equals(PNG))).toEqual(new Array(10).fill(true));
  expect(answers.filter(({ headers }) => headers['x-cache'] === 'origin')).toHaveLength(1);
  expect(lab.origin.asked).toHaveLength(1);
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
      const cut = `redis.call('HSET', KEYS[1], ARGV[1], string.sub(redis.call('HGET', KEYS[1], ARGV[1]), 1, -10))`;
      await node.ask('EVAL', cut, 1, bucket, 'jpeg');
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
  const { bucket, node } = await lab.bucketOf('jpeg');
  await damage(bucket, node);
  const after = [await ask(each, 'jpeg'), await ask(each, 'jpeg')];
  expect(after.map(({ headers }) => headers['x-cache'])).toEqual(['origin', 'hit']);
  for (const { bytes } of after) expect(bytes.equals(JPEG)).toBe(true);
});
