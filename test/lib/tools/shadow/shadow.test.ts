import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { withClient } from '../../../../lib/tools/example-data/vehicles-table';
import { LocalFunctions } from '../../../../lib/tools/local-stage/local-system';
import { localAlarms } from '../../../../lib/tools/ops/local/local-alarms';
import { operateLocally } from '../../../../lib/tools/ops/local/local-operations';
import { LocalTelemetry } from '../../../../lib/tools/ops/local/local-telemetry';
import { originalEndpoint, originalSql } from '../../../../lib/tools/shadow/original-source';
import { shadowPage } from '../../../../lib/tools/shadow/page';
import { reportOf, type ShadowReport } from '../../../../lib/tools/shadow/report';
import { runSample, type RunOptions, type SampledPair } from '../../../../lib/tools/shadow/run-sample';
import { readSample, type Sampled } from '../../../../lib/tools/shadow/sample';
import { search, startEngines, type Engines } from '../../../support/engines';

let engines: Engines;
let functions: LocalFunctions;
let stopOperating: () => Promise<void>;
let stopGateway: () => Promise<void>;
/** A route of an application that searches as somebody wrote it once. */
let route: Server;
let routeUrl: string;
let answer: (asked: Asked) => Promise<unknown>;
const folder = mkdtempSync(path.join(tmpdir(), 'carfin-shadow-'));

interface Asked {
  budget: { min: number; max: number };
  usage?: string;
  persona: string | null;
}

beforeAll(async () => {
  engines = await startEngines();
  functions = new LocalFunctions(engines.cluster, engines.postgres.url);
  await functions.warmUp();
  const gateway = await functions.serve(0);
  stopGateway = gateway.stop;
  process.env.CARFIN_CACHE_FOLDER = folder;
  const operated = await operateLocally({
    cluster: engines.cluster,
    functions,
    telemetry: new LocalTelemetry(),
    url: `http://127.0.0.1:${gateway.port}`,
    alarms: localAlarms(3),
  });
  stopOperating = operated.stop;
  route = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      answer(JSON.parse(text) as Asked).then(
        (value) => response.end(JSON.stringify(value)),
        () => response.writeHead(500).end(),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(route, 'listening');
  routeUrl = `http://127.0.0.1:${(route.address() as AddressInfo).port}/api/search`;
});

afterAll(async () => {
  route.closeAllConnections();
  await new Promise((resolve) => route.close(resolve));
  await stopOperating();
  await stopGateway();
  await functions.stop();
  await engines.stop();
  delete process.env.CARFIN_CACHE_FOLDER;
  rmSync(folder, { recursive: true, force: true });
});

const SAMPLE = [
  'search:2500-3200_working_mom_nolease_any',
  'budgetMin=2500&budgetMax=2500&persona=first_car_anxiety',
  'search:2500-4000_none_nolease_주말에 차박',
  'budgetMin=2500&budgetMax=4500&persona=large_family_dad&familyType=large&includeLease=true&limit=20&offset=40',
  'budgetMin=4500&budgetMax=7000&persona=ceo_executive',
].join('\n');
const LIMITS = { concurrency: 2, timeoutMs: 60_000 };
const target = { invoke: (name: 'search' | 'warm-up', event: unknown) => functions.invoke(name, event) };

/** One search of anybody with that budget, as the route's own SQL takes it. */
const sampledOne = ({ min, max }: Asked['budget']): Sampled => {
  const [one] = readSample(`budgetMin=${min}&budgetMax=${max}`);
  if (one === undefined) throw new Error('A sample of one holds one');
  return one;
};

async function asked(text: string, options: Partial<RunOptions> = {}): Promise<SampledPair[]> {
  const source = originalEndpoint(routeUrl, { ...LIMITS, ...options });
  return runSample(readSample(text), source, target, { ...LIMITS, ...options });
}

/** Rows as an application's own query gives them. */
const rows = (where: string, orderBy: string, ...values: unknown[]) =>
  withClient(engines.postgres.url, async (client) => {
    const { rows: found } = await client.query<Record<string, unknown>>(
      `SELECT * FROM vehicles WHERE ${where} ORDER BY ${orderBy}`,
      values,
    );
    return found;
  });

test('the original’s own SQL gives the same answers, up to the limit', async () => {
  const source = originalSql(engines.postgres.url, LIMITS);
  const pairs = await runSample(readSample(SAMPLE), source, target, LIMITS);
  await source.close();
  expect(source.name).toMatch(/^its SQL at 127\.0\.0\.1:\d+\/\w+$/);
  expect(pairs.map((pair) => [pair.line, pair.class, pair.rules])).toEqual([
    [1, 'by rule', ['limit']],
    [2, 'same', []],
    [3, 'by rule', ['limit']],
    [4, 'by rule', ['limit']],
    [5, 'by rule', ['limit']],
  ]);
  for (const { tier, handlerMs, apiMs, originalMs, found, total } of pairs) {
    expect([tier, typeof handlerMs]).toEqual([expect.stringMatching(/^(memory|hit|index)$/), 'number']);
    expect([apiMs > 0, originalMs > 0, found]).toEqual([true, true, total]);
  }
});

test('a route that hides nothing and orders by the km differs by rules, each named', async () => {
  answer = ({ budget }) =>
    rows('price BETWEEN $1 AND $2', 'model_year DESC NULLS LAST, distance', budget.min, budget.max);
  const [plain, mom] = await asked('budgetMin=2500&budgetMax=3200\nbudgetMin=2500&budgetMax=3200&persona=working_mom');
  expect([plain?.class, plain?.rules]).toEqual(['by rule', ['hidden', 'lease', 'rounding', 'limit']]);
  expect([mom?.class, mom?.rules]).toEqual(['by rule', ['hidden', 'lease', 'persona', 'order', 'rounding', 'limit']]);
});

test('a route that spells its columns otherwise and asks for free text gets it, and is the same by rule', async () => {
  const usages: unknown[] = [];
  answer = async ({ budget, usage, persona }) => {
    usages.push([usage, persona]);
    const source = originalSql(engines.postgres.url, LIMITS);
    const vehicles = await source.find(sampledOne(budget)); // prettier-ignore
    await source.close();
    return {
      vehicles: vehicles.map((each) =>
        Object.fromEntries(Object.entries(each).map(([name, value]) => [name.replaceAll('_', ''), value])),
      ),
    };
  };
  const [pair] = await asked('budgetMin=2500&budgetMax=2505&usage=%EC%B6%9C%ED%87%B4%EA%B7%BC');
  expect([pair?.class, pair?.rules, usages]).toEqual(['by rule', ['columns'], [['출퇴근', null]]]);
});

test('a lost listing, another price, a refusal, silence and nonsense are told as what they are', async () => {
  const source = originalSql(engines.postgres.url, LIMITS);
  const good = ({ budget }: Asked) => source.find(sampledOne(budget)) as Promise<Record<string, unknown>[]>;
  const one = 'budgetMin=2500&budgetMax=2600';
  answer = async (each) => (await good(each)).slice(1);
  expect((await asked(one))[0]).toMatchObject({
    class: 'differs',
    rules: [],
    why: expect.stringMatching(/^Place 1: listing \d+ by the original’s matches, \d+ here\.$/) as unknown,
  });
  answer = async (each) => (await good(each)).map((row, i) => (i === 2 ? { ...row, color_name: '<b>"</b>' } : row));
  expect((await asked(one))[0]).toMatchObject({
    class: 'differs',
    why: expect.stringMatching(/^Listing \d+: color_name is "<b>\\"<\/b>" in the original, .* here\.$/) as unknown,
  });
  answer = () => Promise.resolve([]);
  expect((await asked(one))[0]).toMatchObject({
    class: 'differs',
    found: 0,
    why: expect.stringMatching(/is not among the original’s\.$/) as unknown,
  });
  answer = () => Promise.reject(new Error());
  expect((await asked(one))[0]).toMatchObject({
    class: 'unanswered',
    found: null,
    why: 'The original gave no answer (HTTP 500).',
  });
  answer = () => Promise.resolve({ error: '김철수' });
  expect((await asked(one))[0]).toMatchObject({
    class: 'unanswered',
    why: 'The original gave no answer (no list of listings).',
  });
  answer = () => new Promise(() => undefined);
  expect((await asked(one, { timeoutMs: 300 }))[0]).toMatchObject({
    class: 'unanswered',
    why: expect.stringContaining('The original gave no answer (TimeoutError).') as unknown,
  });
  await source.close();
});

test('what differs because the table has changed is asked again, and told as that', async () => {
  const source = originalSql(engines.postgres.url, LIMITS);
  const [first] = await source.find(sampledOne({ min: 2_500, max: 2_600 }));
  const id = (first as { vehicle_id: number }).vehicle_id;
  await withClient(engines.postgres.ownerUrl, (client) =>
    client.query('DELETE FROM vehicles WHERE vehicle_id = $1', [id]),
  );
  const shows = async () => {
    const { body } = (await functions.invoke('search', search('budgetMin=2500&budgetMax=2600&limit=100'))) as {
      body: string;
    };
    return body.includes(`"vehicle_id":${id},`);
  };
  const differing: number[] = [];
  const [pair] = await runSample(readSample('budgetMin=2500&budgetMax=2600'), source, target, {
    ...LIMITS,
    beforeAsking: async (count) => {
      differing.push(count);
      await functions.warmUp();
      while (await shows()) await new Promise((resolve) => setTimeout(resolve, 50));
    },
  });
  await source.close();
  expect([differing, pair?.class, pair?.rules]).toEqual([[1], 'by rule', expect.arrayContaining(['freshness'])]);
});

test('no more searches are under way at once than was said', async () => {
  let [now, most] = [0, 0];
  answer = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return [];
  };
  await asked('budgetMin=1&budgetMax=2\n'.repeat(40), { concurrency: 3 });
  expect(most).toBeLessThanOrEqual(3);
  expect(most).toBeGreaterThan(0);
});

test('the page runs nothing, fetches nothing, and shows texts as texts', async () => {
  const hostile = '</td><script>alert(1)</script><img src=x onerror=alert(1)>"\'';
  const [pair] = await asked('budgetMin=1&budgetMax=2').then((pairs) =>
    pairs.map((each) => ({ ...each, class: 'differs' as const, why: hostile, tier: hostile })),
  );
  const page = shadowPage(
    reportOf({ stage: hostile, original: hostile, at: hostile, notes: [hostile] }, pair ? [pair] : []),
  );
  expect(page).not.toMatch(/<script|<img|onerror=[^&]*>|javascript:|https?:|url\(|@import|<link|<iframe/);
  expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)?.length).toBeGreaterThanOrEqual(6);
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  );
  expect(page).not.toContain(' style=');
});

/** As somebody types it. */
async function shadow(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/shadow.ts', ...args], {
    cwd: PROJECT_ROOT,
    // Not the system of somebody's npm start.
    env: { ...process.env, CARFIN_CACHE_FOLDER: folder },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

test('npm run shadow --local writes a table, data and a page, and ends with 1 where something differs', async () => {
  const [file, page] = [path.join(folder, 'sample.txt'), path.join(folder, 'page.html')];
  writeFileSync(file, SAMPLE);
  const said = await shadow('--local', '--sample', file, '--page', page);
  expect([said.code, said.stderr, said.stdout]).toEqual([
    0,
    expect.stringContaining('5 searches, asked of both'),
    expect.stringMatching(/^local beside the original \(its SQL at 127\.0\.0\.1:\d+\/\w+\)/),
  ]);
  expect(said.stdout).toMatch(/│ same +│ +1 │ +20\.0 % │/);
  expect(said.stdout).toMatch(/│ by rule +│ +4 │ +80\.0 % │/);
  expect(said.stdout).toContain(`The page: ${page}`);
  const html = readFileSync(page, 'utf8');
  expect(html).toContain('<svg viewBox=');
  expect(html).not.toContain('차박');

  answer = () => Promise.resolve([]);
  const json = await shadow(
    '--local',
    '--sample',
    file,
    '--original',
    routeUrl,
    '--again',
    '0',
    '--json',
    '--page',
    page,
  );
  const report = JSON.parse(json.stdout) as ShadowReport;
  expect([json.code, report.counts]).toEqual([1, { same: 0, 'by rule': 0, differs: 5, unanswered: 0 }]);
  expect(report.original).toBe(routeUrl);

  const log = path.join(folder, 'application.log');
  writeFileSync(log, report.pairs.map((pair) => `INFO ${JSON.stringify(pair)}\n`).join(''));
  const live = await shadow('--live', log, '--page', page);
  expect([live.code, live.stdout]).toEqual([1, expect.stringMatching(/^live beside the original/)]);
});

test.each([
  [['--local'], 'Name the searches: --sample <file>, or --live <file>.'],
  [['--stage', 'prod', '--local', '--sample', 'x'], "option '--local' cannot be used with option '--stage <stage>'"],
  [
    ['--local', '--sample', __filename, '--concurrency', '17'],
    'It must be a whole number from 1 to 16, received "17".',
  ],
])('wrong usage %j ends with 2 and a sentence', async (args, words) => {
  const { code, stderr } = await shadow(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});
