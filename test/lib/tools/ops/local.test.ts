import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalFunctions } from '../../../../lib/tools/local-stage/local-system';
import { connectTarget } from '../../../../lib/tools/ops/connect';
import { operateLocally } from '../../../../lib/tools/ops/local/local-operations';
import { LocalTelemetry } from '../../../../lib/tools/ops/local/local-telemetry';
import { readRunFile } from '../../../../lib/tools/ops/local/run-file';
import type { Target } from '../../../../lib/tools/ops/stage/target';
import { startEngines, type Engines } from '../../../support/engines';
import { ops } from './terminal';

let engines: Engines;
let functions: LocalFunctions;
let target: Target;
let url: string;
const stops: (() => Promise<unknown>)[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'carfin-run-'));

beforeAll(async () => {
  engines = await startEngines(500);
  const telemetry = new LocalTelemetry();
  functions = new LocalFunctions(engines.cluster, engines.postgres.url, (name) => (line) => telemetry.take(name, line));
  await functions.warmUp();
  const gateway = await functions.serve(0, (...answer) => telemetry.answered(...answer));
  url = `http://127.0.0.1:${gateway.port}`;
  process.env.CARFIN_CACHE_FOLDER = folder;
  const operated = await operateLocally({ cluster: engines.cluster, functions, telemetry, url });
  stops.push(operated.stop, gateway.stop);
  target = await connectTarget({ local: true });
}, 60_000);

afterAll(async () => {
  for (const stop of stops) await stop();
  await functions.stop();
  delete process.env.CARFIN_CACHE_FOLDER;
  await engines.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Functions send their metrics with the first request a second after the last sending. */
async function searches(): Promise<void> {
  const ask = () =>
    fetch(`${url}/v1/vehicles/search?budgetMin=900&budgetMax=${4_000 + Math.floor(Math.random() * 900)}`);
  for (let i = 0; i < 30; i++) await ask();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await Promise.all([ask(), ask()]);
}

test('status shows the three primaries from the engines’ own words', async () => {
  const { output, code } = await ops(target, 'status');
  expect(output).toMatch(/local: local, available, valkey \d+\.\d+/);
  for (const id of ['local-0001-001', 'local-0002-001', 'local-0003-001'])
    expect(output).toMatch(new RegExp(`${id} .* primary`));
  expect(output).toContain('Nothing needs attention.');
  expect(code).toBe(0);
});

test('promises are measured on what the functions emitted and the gateway saw', async () => {
  await searches();
  const { output } = await ops(target, '--json promises');
  const promises = JSON.parse(output) as { name: string; windows: { window: string; value?: number }[] }[];
  const lastHour = Object.fromEntries(promises.map(({ name, windows }) => [name, windows[0]?.value]));
  expect(lastHour['searches answered without the database']).toBe(100);
  expect(lastHour['search, average, at the gateway']).toBeGreaterThan(0);
  expect(lastHour['search, average, in the handler']).toBeGreaterThan(0);
  expect(lastHour['Valkey available']).toBe(100);
  expect(lastHour['round trip to Valkey, average']).toBeGreaterThan(0);
});

test('alarms are those of a stage of this shape, evaluated here', async () => {
  const { output, code } = await ops(target, '--json alarms');
  const alarms = JSON.parse(output) as { name: string; state: string }[];
  const states = Object.fromEntries(alarms.map(({ name, state }) => [name, state]));
  expect(states).toMatchObject({ HitRate: 'OK', SearchLatency: 'OK', 'Memory-local-0003-001': 'INSUFFICIENT_DATA' });
  expect(code).toBe(0);
});

test('doctor looks from a function and from the shell, and both find every layer well', async () => {
  for (const [line, place] of [
    ['doctor', 'a function, as search'],
    ['doctor --here', 'here'],
  ] as const) {
    const { output, code } = await ops(target, line);
    expect(output).toMatch(new RegExp(`Valkey .* permission .* ${place}`));
    expect(output).toContain('GET /v1/health: ok');
    expect(code).toBe(0);
  }
});

test('levers work as in AWS: shown, then pulled', async () => {
  expect((await ops(target, 'purge search:')).code).toBe(4);
  const { output, code } = await ops(target, 'purge search: --yes');
  expect(output).toMatch(/Removed [1-9]\d* keys/);
  expect(code).toBe(0);
  const shown = (await ops(target, 'catalogue show')).output;
  expect(shown).toContain('served');
  // In the words of the pages.
  expect(shown).toMatch(/current: \S+, confirmed \d+ (s|min) ago/);
  expect((await ops(target, 'doctor')).output).toMatch(/ ok .* Valkey .* permission /);
});

test('warm runs the warm-up, and logs has what it said', async () => {
  expect((await ops(target, 'warm')).output).toContain('unchanged: the current catalogue was confirmed');
  expect((await ops(target, 'logs warm-up')).output).toContain('INFO Warm-up ended');
});

test('what a function refuses is told, and a page is for nobody', async () => {
  const refused = await ops(target, 'purge index: --yes');
  expect(refused.said).toContain('the catalogue (index:, listing:) is never purged');
  const page = await ops(target, 'page-test --yes');
  expect([page.said, page.code]).toEqual(['A local system pages nobody. Name a stage: --stage\n', 3]);
});

test('the run file is its owner’s alone, and without its token nothing is answered', async () => {
  expect(statSync(path.join(folder, 'run.json')).mode & 0o077).toBe(0);
  const { operationsUrl } = readRunFile();
  const answer = await fetch(`${operationsUrl}/logs`, {
    method: 'POST',
    headers: { authorization: 'Bearer wrong' },
    body: '{}',
  });
  expect(await answer.text()).toContain('The token of the run file is wanted');
});

test('with a primary that is gone, status and diagnose still say what they find, within 5 s each', async () => {
  const node = engines.cluster.nodes.at(-1);
  await node?.stop();
  try {
    for (const line of ['status', 'diagnose hitrate']) {
      const began = Date.now();
      const { output, code } = await ops(target, line);
      expect(Date.now() - began).toBeLessThan(5_000);
      expect(output).toMatch(/not answering|without 1 of its primaries|unknown \(the nodes/);
      expect(code).toBe(1);
    }
  } finally {
    await node?.start();
    await engines.cluster.untilOk();
  }
}, 60_000);

test('where nothing runs, that is said', async () => {
  process.env.CARFIN_CACHE_FOLDER = path.join(folder, 'elsewhere');
  const { said, code } = await ops(target, 'status', { connect: () => connectTarget({ local: true }) });
  process.env.CARFIN_CACHE_FOLDER = folder;
  expect(said).toMatch(/Nothing runs locally: .*run\.json is not there\. Start it first: npm start/);
  expect(code).toBe(3);
});

test('search asks what a caller would, shows cars and the tier, and names a parameter that is wrong', async () => {
  const found = await ops(target, 'search budgetMin=900 budgetMax=4100 limit=3');
  expect(found.output).toMatch(/^200, X-Cache: \w+, \d+ ms[^]*\d+ matches, the first 3:[^]*만원/);
  expect(found.code).toBe(0);
  const same = (await (await fetch(`${url}/v1/vehicles/search?budgetMin=900&budgetMax=4100&limit=3`)).json()) as object;
  const data = JSON.parse((await ops(target, 'search budgetMax=4100 limit=3 budgetMin=900 --json')).output) as object;
  expect(data).toMatchObject({ status: 200, body: same });
  const wrong = await ops(target, 'search budgetMin=much');
  expect(wrong.output).toMatch(/^400: [^]*budgetMin must/);
  expect(wrong.code).toBe(1);
  const noParameter = await ops(target, 'search camping');
  expect(noParameter.said).toContain('"camping" is no parameter of a search. Write name=value');
  expect(noParameter.code).toBe(2);
});
