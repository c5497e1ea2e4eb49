import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FUNCTION_NAMES, FUNCTIONS } from '../../../../lambda/contract/functions';
import { bundleFunction, bundleModule } from '../../../../lib/constructs/functions/bundle';
import { startGateway } from '../../../../lib/tools/local-stage/gateway';
import { LocalFunctions } from '../../../../lib/tools/local-stage/local-system';
import { startPhotoOrigin, type PhotoOrigin } from '../../../../lib/tools/example-data/photo-origin';
import { startEngines, type Engines } from '../../../support/engines';

let engines: Engines;
let photos: PhotoOrigin;
let functions: LocalFunctions;
let url: string;
let stopGateway: () => Promise<void>;

beforeAll(async () => {
  [engines, photos] = await Promise.all([startEngines(), startPhotoOrigin()]);
  functions = new LocalFunctions(engines.cluster, engines.postgres.url, undefined, photos);
  await functions.warmUp();
  const gateway = await functions.serve(0);
  url = `http://127.0.0.1:${gateway.port}`;
  stopGateway = gateway.stop;
});

afterAll(async () => {
  await stopGateway();
  await functions.stop();
  await Promise.all([engines.stop(), photos.stop()]);
});

test('the bundles answer through the gateway, each as its own Valkey user', async () => {
  const ask = () =>
    fetch(`${url}/v1/vehicles/search?budgetMin=1000&budgetMax=4321&usage=${encodeURIComponent('주말 캠핑')}`);
  const first = await ask();
  const second = await ask();
  expect([first.status, first.headers.get('x-cache'), second.headers.get('x-cache')]).toEqual([200, 'index', 'memory']);
  expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await second.text()).toBe(await first.text());
  expect((await fetch(`${url}/v1/health`)).status).toBe(200);
});

/** What a browser's `<img>` sends (MDN, default Accept values). */
const IMG = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
/** As Chromium 156 asks. */
const IMG_WITH_JXL = `image/jxl,${IMG}`;

test('the photo of a listing comes as bytes, from its origin and then from Valkey', async () => {
  const found = await fetch(`${url}/v1/vehicles/search?budgetMin=1000&budgetMax=4000`);
  const { vehicles } = (await found.json()) as { vehicles: { photo: string }[] };
  const photo = `${url}/v1/images${vehicles[0]?.photo ?? ''}`;
  const answers = [
    await fetch(photo, { headers: { accept: IMG } }),
    await fetch(photo, { headers: { accept: IMG_WITH_JXL } }),
  ];
  expect(answers.map(({ status, headers }) => [status, headers.get('x-cache')])).toEqual([
    [200, 'origin'],
    [200, 'hit'],
  ]);
  for (const answer of answers) {
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
    expect([answer.headers.get('content-type'), answer.headers.get('content-length')]).toEqual([
      'image/png',
      String(bytes.length),
    ]);
  }
  const etag = answers[0]?.headers.get('etag') ?? '';
  expect((await fetch(photo, { headers: { accept: IMG, 'if-none-match': etag } })).status).toBe(304);
});

test.each([IMG, IMG_WITH_JXL, 'image/png', '*/*', 'application/json'])(
  'with Accept: %s the JSON routes answer the very same',
  async (accept) => {
    const search = `${url}/v1/vehicles/search?budgetMin=1000&budgetMax=4000`;
    const [usual, other] = [await fetch(search), await fetch(search, { headers: { accept } })];
    expect(other.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await other.text()).toBe(await usual.text());
    const wrong = await fetch(`${url}/v1/vehicles/search`, { headers: { accept } });
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await wrong.json()).toMatchObject({ status: 400 });
  },
);

test('a body that says that it is an image reaches a JSON route as what it is', async () => {
  const body = JSON.stringify({ userId: 'kim', question: '사진' });
  const answer = await fetch(`${url}/v1/sessions`, { method: 'POST', body, headers: { 'content-type': 'image/png' } });
  expect(answer.status).toBe(201);
});

test.each([
  ['a path that is not percent-encoded', '/v1/%E0%A4%A/search', 400],
  ['an unknown parameter', '/v1/health?__proto__=1', 400],
  ['an unknown path', '/v2', 404],
])('%s is answered with problem details', async (_, path_, status) => {
  const answer = await fetch(url + path_);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
});

test('waits past their limit are refused at once, and delay nothing else, reads of events included', async () => {
  const created = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    body: JSON.stringify({ userId: 'kim', question: '?' }),
  });
  const { sessionId } = (await created.json()) as { sessionId: string };
  const wait = () => fetch(`${url}/v1/sessions/${sessionId}/events?after=1&waitMs=5000`);
  const waiting = Array.from({ length: FUNCTIONS.events.localProcesses }, wait);
  const refused = await Promise.race(waiting);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect((await fetch(`${url}/v1/vehicles/search?budgetMin=1&budgetMax=5000`)).status).toBe(200);
  for (let i = 0; i < 5; i++) expect((await fetch(`${url}/v1/sessions/${sessionId}/events?after=0`)).status).toBe(200);
  const write = await fetch(`${url}/v1/sessions/${sessionId}/agents/concierge`, { method: 'PATCH', body: '{"a":1}' });
  expect(write.status).toBe(200);
  const answers = (await Promise.all(waiting)).filter((each) => each !== refused);
  for (const each of answers)
    expect(await each.json()).toMatchObject({ version: 2, events: [{ type: 'agent', by: 'concierge' }] });
});

test('a body over 10 MB is refused as API Gateway would', async () => {
  const answer = await fetch(`${url}/v1/health`, { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
  expect(answer.status).toBe(413);
});

test('a function that fails is 502, and the gateway goes on', async () => {
  const gateway = await startGateway(0, () => Promise.reject(new Error('broken')));
  const answer = await fetch(`http://127.0.0.1:${gateway.port}/`);
  await gateway.stop();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'application/problem+json']);
});

test('a port in use is named, with the way out', async () => {
  const port = Number(new URL(url).port);
  await expect(startGateway(port, () => Promise.resolve({}))).rejects.toThrow(
    `Port ${port} is in use. Does npm start run`,
  );
});

test('many questions at once wait for a process and all are answered', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => fetch(`${url}/v1/vehicles/search?budgetMin=${i}&budgetMax=5000`)),
  );
  expect(answers.map(({ status }) => status)).toEqual(new Array(40).fill(200));
});

test.each(FUNCTION_NAMES)('the bundle of %s stays below 1 MB', (name) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'carfin-bundle-'));
  const bytes = bundleFunction(name, folder);
  rmSync(folder, { recursive: true });
  process.stdout.write(`Bundle ${name}: ${Math.round(bytes / 1000)} kB\n`);
  expect(bytes).toBeLessThan(1_000_000);
});

test('a cold start parses nothing that search needs seldom or late: PostgreSQL’s driver, the OpenAPI document', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'carfin-bundle-'));
  const { size, atStart } = bundleModule(FUNCTIONS.search.entry, folder);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const parsed = readFileSync(path.join(folder, 'index.mjs'), 'utf8');
  rmSync(folder, { recursive: true });
  expect(files).toContain(path.join('node_modules', 'pg', 'index.js'));
  expect(files.filter((file) => file.startsWith('openapi-'))).toHaveLength(1);
  // A word of each: the driver's login, the document's title.
  for (const late of ['SASL', 'openapi:"3.1.']) expect(parsed).not.toContain(late);
  expect(atStart).toBe(Buffer.byteLength(parsed));
  // 150 kB of both are not in it.
  expect(size - atStart).toBeGreaterThan(150_000);
});

test('the database may be written to by nobody who serves', async () => {
  const { Client } = await import('pg');
  const reader = new Client({ connectionString: engines.postgres.url });
  await reader.connect();
  await expect(reader.query('DELETE FROM vehicles')).rejects.toMatchObject({ code: '42501' });
  await reader.end();
});
