import { request, type IncomingMessage } from 'node:http';
import { FeedHub } from '../../../../lib/tools/board/feeds/hub';
import { AWS_PACE } from '../../../../lib/tools/board/feeds/system';
import { defineBoard, type BoardDefinition } from '../../../../lib/tools/board/definition/definition';
import { serveBoard } from '../../../../lib/tools/board/server/serve-board';
import { showBoard } from '../../../../lib/tools/board/show-board';
import type { Target } from '../../../../lib/tools/ops/stage/target';
import { cloudWatch, target, wellStage } from '../ops/aws-stage';
import { ops } from '../ops/terminal';
import { DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** The board of a stage in AWS, whose control APIs are mocked; the server is asked over HTTP. */
let stage: Target;
let board: { url: string; stop: () => Promise<void> };
let port: string;
/** Synthesised once: it takes a second. */
let definition: BoardDefinition | undefined;

beforeEach(async () => {
  wellStage();
  stage = target();
  definition ??= defineBoard(stage.shape);
  const hub = new FeedHub({ target: stage, definition, typedFor: 'prod', clock: Date.now, pace: AWS_PACE });
  board = await serveBoard({ hub });
  port = new URL(board.url).port;
});

afterEach(() => board.stop());

test('a port that is taken is wrong usage, with the way out', async () => {
  const wait = new AbortController();
  const { said, code } = await ops(stage, `board --port ${port}`, {
    board: (asked, options) => showBoard(asked, options, () => undefined, wait.signal),
  });
  const words = `Port ${port} can’t be had (EADDRINUSE). Name another with --port; without it a free one is taken.\n`;
  expect([said, code]).toEqual([words, 2]);
});

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  text: string;
}

/** Not fetch: it sets Host and Origin itself. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers: { host: `127.0.0.1:${port}`, ...headers },
    });
    asked.on('error', reject).on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.end();
  });
}

const PATHS = ['/', '/board/board.js', '/board/about', '/board/alarm?name=HitRate', '/board/nothing'];

test('it listens on 127.0.0.1 alone, and every answer forbids what is inline or from elsewhere', async () => {
  expect(board.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  for (const path of PATHS) {
    const { headers } = await ask(path);
    expect([path, headers['content-security-policy']]).toEqual([
      path,
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
        'trusted-types runbook',
    ]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

test.each([
  'evil.example',
  'evil.example:3000',
  '127.0.0.1.evil.example',
  'localhost.evil.example:80',
  'evil.localhost',
  '127.0.0.1@evil.example',
  '127.0.0.1:80:80',
  '0.0.0.0:3000',
  '[::2]:3000',
  ' ',
])('a foreign Host (%s) is refused on every path', async (host) => {
  const answers = await Promise.all(PATHS.map((path) => ask(path, { host })));
  expect(answers.map(({ status }) => status)).toEqual(PATHS.map(() => 421));
});

test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('this machine’s own name %s is served', async (name) => {
  expect((await ask('/', { host: `${name}:${port}` })).status).toBe(200);
});

test.each<[string, (own: string) => Record<string, string>]>([
  ['another origin', () => ({ origin: 'http://evil.example' })],
  ['an origin that hides', () => ({ origin: 'null' })],
  ['https of the same', (own) => ({ origin: `https://${own}` })],
  ['another port', () => ({ origin: 'http://127.0.0.1:1' })],
  ['another site, by what the browser says', () => ({ 'sec-fetch-site': 'cross-site' })],
  ['another port, by what the browser says', () => ({ 'sec-fetch-site': 'same-site' })],
])('a request of %s is refused', async (_, headers) => {
  expect((await ask('/board/about', headers(`127.0.0.1:${port}`))).status).toBe(403);
});

test('a link from elsewhere leads to the page, and the page may ask', async () => {
  expect((await ask('/', { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  const own = { origin: board.url, 'sec-fetch-site': 'same-origin' };
  expect((await ask('/board/about', own)).status).toBe(200);
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is refused with what is allowed', async (method) => {
  const { status, headers } = await ask('/board/about', { origin: board.url }, method);
  expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
});

test('a stage has nothing that can be broken from here', async () => {
  const path = '/board/drill/play?name=lose-valkey';
  expect((await ask(path)).status).toBe(405);
  expect((await ask(path, {}, 'POST')).status).toBe(403);
  expect((await ask(path, { origin: board.url }, 'POST')).status).toBe(404);
  expect(JSON.parse((await ask('/board/about')).text)).toMatchObject({ stage: 'prod', tryIt: false, drills: [] });
});

test('the page and all that it loads is less than 300,000 bytes, stands here, and holds nothing inline', async () => {
  const { text: html, headers } = await ask('/');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|https?:\/\//);
  const loaded = [...new Set([...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path))];
  expect(loaded.sort()).toEqual(['/board/board.js', '/board/icon.svg', '/board/style.css']);
  const files = await Promise.all(loaded.map((path) => ask(path)));
  expect(files.map(({ status }) => status)).toEqual([200, 200, 200]);
  const bytes = [html, ...files.map(({ text }) => text)].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(bytes).toBeLessThan(300_000);
  // Names of XML and of the licence are no addresses that anything is loaded from.
  const addresses = files.flatMap(({ text }) => text.match(/https?:\/\/[^"'`\s)]+/g) ?? []);
  expect(addresses.filter((each) => !each.startsWith('http://www.w3.org/'))).toStrictEqual([]);
});

/** As npm start shows it. */
async function serveLocally(): Promise<void> {
  await board.stop();
  const shown = definition ?? defineBoard(stage.shape);
  const hub = new FeedHub({ target: stage, definition: shown, typedFor: 'local', clock: Date.now, pace: AWS_PACE });
  board = await serveBoard({ hub, tryIt: true });
  port = new URL(board.url).port;
}

test.each([
  ['/tmp/it’s here', "export CARFIN_CACHE_FOLDER='/tmp/it’s here'"],
  [undefined, null],
])('whoever types in another terminal is told of a cache that was set (%s)', async (folder, before) => {
  await serveLocally();
  const { CARFIN_CACHE_FOLDER: own } = process.env;
  if (folder === undefined) delete process.env.CARFIN_CACHE_FOLDER;
  else process.env.CARFIN_CACHE_FOLDER = folder;
  try {
    expect(JSON.parse((await ask('/board/alarm?name=HitRate')).text)).toMatchObject({ before });
    const lines = [...(before === null ? [] : [before]), 'npm run ops -- status --local'];
    expect((await ask('/')).text).toContain(
      `in another terminal:\n${lines.map((line) => `  ${line}\n`).join('')}The API`,
    );
  } finally {
    if (own === undefined) delete process.env.CARFIN_CACHE_FOLDER;
    else process.env.CARFIN_CACHE_FOLDER = own;
  }
});

test('beside the API a browser gets the page, and who asks otherwise what the address is', async () => {
  await serveLocally();
  const [browser, curl] = [await ask('/', { accept: 'text/html,*/*' }), await ask('/', { accept: '*/*' })];
  expect([browser, curl].map(({ headers }) => headers['content-type'])).toEqual([
    'text/html; charset=utf-8',
    'text/plain; charset=utf-8',
  ]);
  expect(curl).toMatchObject({
    status: 200,
    text: expect.stringContaining('npm run ops -- status --local') as unknown,
  });
});

test('HEAD has the headers and no body', async () => {
  const [head, got] = [await ask('/', {}, 'HEAD'), await ask('/')];
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', got.headers['content-length']]);
});

test.each([
  ['/board/alarm?name=Nothing', 404, /no alarm .*Nothing/],
  ['/board/alarm?name=%3Cscript%3E', 404, /no alarm/],
  ['/board/alarm', 404, /no alarm/],
  ['/board/node?name=..%2F..%2Fetc', 404, /no node/],
  ['/board/feeds?system=drill', 404, /No drill/],
  ['/board/../../package.json', 404, /has no/],
  ['/package.json', 404, /has no/],
  ['/board/constructor', 404, /has no/],
])('%s is %s and says why', async (path, status, detail) => {
  const answer = await ask(path);
  expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(detail)]);
});

/** Reads events until each feed has come once. */
async function feeds(): Promise<Record<string, { known: boolean; value?: unknown; why?: string }>> {
  const response = await fetch(`${board.url}/board/feeds`);
  const found: Record<string, { known: boolean }> = {};
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    for (const [, name = '', data = ''] of text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g))
      if (name !== 'drill') found[name] = JSON.parse(data) as { known: boolean };
    if (Object.keys(found).length === 6) break;
  }
  return found;
}

test('the promises are those of ops promises, the alarms those of the stage', async () => {
  cloudWatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [
      {
        AlarmName: 'carfin-prod-HitRate',
        StateValue: 'ALARM',
        StateReason: '12 of 20',
        StateUpdatedTimestamp: new Date(5),
      },
    ],
    CompositeAlarms: [
      { AlarmName: 'carfin-prod-CacheGivesLittle', StateValue: 'ALARM', StateUpdatedTimestamp: new Date(7) },
    ],
  });
  const { promises, alarms } = await feeds();
  const { output } = await ops(stage, 'promises --json');
  const measured = JSON.parse(output) as {
    id: string;
    beside?: string;
    windows: { value?: number; kept?: boolean }[];
  }[];
  const wanted = measured
    .filter(({ beside }) => beside === undefined)
    .map(({ id, windows: [hour] }) => [id, hour?.value ?? null, hour?.kept ?? null]);
  const shown = promises?.value as { id: string; value: number | null; kept: boolean | null }[];
  expect(shown.map(({ id, value, kept }) => [id, value, kept])).toEqual(wanted);
  expect(wanted.filter(([, value]) => value !== null).length).toBeGreaterThan(1);
  expect(alarms?.value).toMatchObject({
    firing: [
      { name: 'CacheGivesLittle', severity: 'notify', since: 7, parts: [{ name: 'HitRate', reason: '12 of 20' }] },
    ],
  });
});

test('what AWS does not answer is told as not known, and hides nothing else', async () => {
  cloudWatch.on(GetMetricDataCommand).rejects(new Error('AccessDenied'));
  const { promises, graphs, alarms } = await feeds();
  expect([promises, graphs]).toEqual([
    expect.objectContaining({ known: false, why: expect.stringContaining('Reading metrics') as string }),
    expect.objectContaining({ known: false }),
  ]);
  expect(alarms?.known).toBe(true);
});

test.each([
  ['ALARM', 'HitRate is ALARM. Hits are few.'],
  ['OK', 'HitRate is OK. What it says when it fires: Hits are few.'],
  ['INSUFFICIENT_DATA', 'HitRate has no data: nobody searched. What it says when it fires: Hits are few.'],
] as const)('the page of an alarm that is %s says so', async (StateValue, told) => {
  const AlarmDescription = 'Hits are few. First: npm run ops. Runbook: x.md. No data means: nobody searched.';
  cloudWatch
    .on(DescribeAlarmsCommand)
    .resolves({ MetricAlarms: [{ AlarmName: 'carfin-prod-HitRate', StateValue, AlarmDescription }] });
  expect(JSON.parse((await ask('/board/alarm?name=HitRate')).text)).toMatchObject({ told });
});

test('an alarm’s page has the evidence of diagnose, its commands name the stage, and so does the runbook', async () => {
  const page = JSON.parse((await ask('/board/alarm?name=HitRate')).text) as Record<string, string> & {
    causes: { next: string }[];
  };
  expect([page.before, page.command]).toEqual([null, 'npm run ops -- diagnose HitRate --stage prod']);
  expect(page.runbook).toContain('<h4>Check</h4>');
  expect(page.runbook).toContain('npm run ops -- diagnose CacheGivesLittle --stage prod');
  expect(page.runbook).not.toContain('&lt;stage&gt;');
  for (const { next } of page.causes) expect(next).toMatch(/^npm run ops -- .* --stage prod$/);
});
