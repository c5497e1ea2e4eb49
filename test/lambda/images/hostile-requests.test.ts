import { createServer } from 'node:http';
import { publicLookup, type Resolve } from '../../../lambda/images/public-address';
import { closeServer, listen } from '../../../lib/tools/engines/loopback';
import { ask, ImageLab } from './image-lab';
import { MisbehavingOrigin } from './misbehaving-origin';

let lab: ImageLab;

beforeAll(async () => {
  lab = await ImageLab.start();
});
afterEach(() => lab.clear());
afterAll(() => lab.stop());

const images = (changes: Record<string, string> = {}) => lab.images(changes);

test.each([
  'http://127.0.0.1:PORT/secret',
  'https://127.0.0.1:ORIGIN/photos/png_001.jpg',
  'http://169.254.169.254/latest/meta-data/',
  '//127.0.0.1:PORT/',
])('a redirect to %s is not followed', async (location) => {
  let reached = 0;
  const inside = createServer((_, response) => response.end(String(++reached)));
  const port = await listen(inside);
  lab.origin.redirectsTo(location.replace('PORT', String(port)).replace('ORIGIN', String(lab.origin.port)));
  const answer = await ask(images(), 'redirect');
  await closeServer(inside);
  expect([answer.statusCode, reached, lab.origin.asked.length]).toEqual([404, 0, 1]);
  expect((JSON.parse(answer.body) as { detail: string }).detail).toMatch(/answers 302/);
});

test.each(['localhost', 'no-such-host.invalid'])(
  'an origin whose name, %s, leads to no public address is not connected to',
  async (host) => {
    const each = images({ IMAGE_ORIGIN: `https://${host}:${lab.origin.port}`, IMAGE_LOCAL_CA_FILE: '' });
    expect((await ask(each, 'png')).headers['x-cache']).toBe('placeholder');
    expect(lab.origin.asked).toStrictEqual([]);
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
  expect([answer.headers['x-cache'], lab.origin.asked]).toEqual(['placeholder', []]);
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
  expect(lab.origin.asked).toStrictEqual([]);
  expect(await lab.keys()).toStrictEqual([]);
});

const looksUp = (addresses: string[], all: boolean): Promise<unknown> =>
  new Promise((resolve) => {
    const resolveName: Resolve = (_, __, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    publicLookup(false, resolveName)('photos.example', { all }, (error, found) => resolve(error ?? found));
  });

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.0.2', '192.168.1.1', '198.18.0.1'],
  ...['192.0.2.1', '224.0.0.1', '255.255.255.255', '::', '::1', '::127.0.0.1', '::ffff:169.254.169.254', 'fe80::1'],
  ...['fd00:ec2::254', 'fc00::1', 'ff02::1', '64:ff9b::a00:1', '2002:a00:1::', '2001::1', '2001:db8::1', '4000::1'],
])('a name that leads to %s is refused, also beside a public address', async (address) => {
  expect(await looksUp([address], true)).toMatchObject({ name: 'PrivateAddressError' });
  expect(await looksUp(['93.184.216.34', address], true)).toMatchObject({ name: 'PrivateAddressError' });
  expect(await looksUp([address], false)).toMatchObject({ name: 'PrivateAddressError' });
});

test('a name that leads to public addresses is resolved to them', async () => {
  expect(await looksUp(['93.184.216.34', '2606:4700::1111'], true)).toEqual([
    { address: '93.184.216.34', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ]);
  expect(await looksUp(['93.184.216.34'], false)).toBe('93.184.216.34');
});
