import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENV } from '../../../../lambda/contract/environment';
import { ofFunction, ofNode, type Statistic } from '../../../../lambda/contract/metric-term';
import { logger } from '../../../../lambda/telemetry/emitter';
import { closeServer, listen } from '../../../../lib/tools/engines/loopback';
import { LocalFunctions } from '../../../../lib/tools/local-stage/local-system';
import { connectTarget } from '../../../../lib/tools/ops/connect';
import { localAlarms } from '../../../../lib/tools/ops/local/local-alarms';
import { openToOps, operateLocally } from '../../../../lib/tools/ops/local/local-operations';
import type { LocalAnswers } from '../../../../lib/tools/ops/local/operations-server';
import { LocalTelemetry } from '../../../../lib/tools/ops/local/local-telemetry';
import { readRunFile, writeRunFile } from '../../../../lib/tools/ops/local/run-file';
import type { Target } from '../../../../lib/tools/ops/stage/target';
import { startEngines, type Engines } from '../../../support/engines';
import { ops } from './terminal';

let engines: Engines;
let functions: LocalFunctions;
let target: Target;
let url: string;
let telemetry: LocalTelemetry;
const stops: (() => Promise<unknown>)[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'carfin-run-'));

beforeAll(async () => {
  engines = await startEngines(500);
  telemetry = new LocalTelemetry();
  // As a drill has it: answers from memory would hide what happens below.
  const variables = { [ENV.listingMemoryBytes]: '0' };
  functions = new LocalFunctions(engines.cluster, engines.postgres.url, telemetry, undefined, variables);
  await functions.warmUp();
  const gateway = await functions.serve(0, (...answer) => telemetry.answered(...answer));
  url = `http://127.0.0.1:${gateway.port}`;
  process.env.CARFIN_CACHE_FOLDER = folder;
  const operated = await operateLocally({
    cluster: engines.cluster,
    functions,
    telemetry,
    url,
    alarms: localAlarms(3),
  });
  stops.push(operated.stop, gateway.stop);
  target = await connectTarget({ local: true });
});

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
  expect(output).toContain('Nothing of cluster and alarms needs attention. Whether the database answers:');
  expect(code).toBe(0);
});

test('promises are measured on what the functions emitted and the gateway saw', async () => {
  await searches();
  const { output } = await ops(target, '--json promises');
  const promises = JSON.parse(output) as { name: string; windows: { window: string; value?: number }[] }[];
  const lastHour = Object.fromEntries(promises.map(({ name, windows }) => [name, windows[0]?.value]));
  expect(lastHour['searches answered without the database']).toBe(100);
  // Averages of other requests: what the functions have not sent yet, the gateway has counted.
  for (const at of ['in the handler', 'at the gateway']) expect(lastHour[`search, average, ${at}`]).toBeGreaterThan(0);
  expect(lastHour['Valkey available']).toBe(100);
  expect(lastHour['round trip to Valkey, average']).toBeGreaterThan(0);
});

test('Lambda’s metrics of a function are those of its invocations, each counted once', async () => {
  const of = (name: string, metric: string, statistic: Statistic) =>
    telemetry.metrics.series(ofFunction('local', name, metric, statistic), { name: 'x', seconds: 900, period: 900 })[0];
  const [asked = 0, failed = 0] = [of('operations', 'Invocations', 'Sum'), of('operations', 'Errors', 'Sum')];
  await functions.invoke('operations', { operation: 'nodes' });
  await expect(functions.invoke('operations', { operation: 'none' })).rejects.toThrow();
  expect([of('operations', 'Invocations', 'Sum'), of('operations', 'Errors', 'Sum')]).toEqual([asked + 2, failed + 1]);
  expect(of('operations', 'Duration', 'Average')).toBeGreaterThan(0);
  await searches();
  expect([1, 2]).toContain(of('search', 'ConcurrentExecutions', 'Maximum'));
  expect(of('search', 'Errors', 'Sum')).toBe(0);
  // The schedule's runs and those of an operator; one may be under way.
  const ended = () => telemetry.logs('warm-up', { from: 0, contains: '"Warm-up ended"', limit: 99 }).length;
  await ops(target, 'warm');
  await untilTrue(() => of('warm-up', 'Invocations', 'Sum') === ended());
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
  for (const line of ['page-test', 'page-test --yes']) {
    const page = await ops(target, line);
    expect([page.said, page.code]).toEqual(['A local system pages nobody. Name a stage: --stage\n', 2]);
  }
  // Wrong usage, in words alone: nothing is out of reach.
  const unknown = await ops(target, 'catalogue rollback 000000000000 --yes');
  expect(unknown.said).toMatch(/^There is no catalogue 000000000000\. The versions that are kept: npm run ops/);
  const people = await ops(target, 'purge chat: --yes');
  expect(people.said).toMatch(/^chat: holds what people said .*: --people\n$/);
  expect([unknown.code, people.code, refused.code]).toEqual([2, 2, 2]);
});

test('a heartbeat that gets no answer is told in its own log, as in a stage, and not at the terminal', async () => {
  const warned = jest.spyOn(logger, 'warn');
  await telemetry.beat('http://127.0.0.1:1');
  expect(warned).not.toHaveBeenCalled();
  expect((await ops(target, 'logs heartbeat')).output).toMatch(/WARN The heartbeat got no answer .*\w/);
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

test('a drill that is held takes --local, tells for how long its alarms fire, and gives it back', async () => {
  const before = readRunFile();
  const minutesAhead = 600;
  const clock = () => Date.now() + minutesAhead * 60_000;
  const since = new Date(clock() - 12 * 60_000).toISOString();
  const alarm = { name: 'HitRate', state: 'ALARM', since, reason: '60; LessThanThreshold 70', description: 'Less' };
  const answers = { alarms: () => [alarm] } as unknown as LocalAnswers;
  const held = await openToOps({ ...before, nodes: [] }, answers, clock);
  const asked = () => connectTarget({ local: true });
  const { output } = await ops(target, 'alarms', { connect: asked });
  // No CloudWatch says so on this machine.
  expect(output).toMatch(/ HitRate .* ALARM .* 12 min [^]*\nHitRate: Less\n {2}Why: 60; LessThanThreshold 70\n/);
  await held.stop();
  expect(readRunFile()).toEqual(before);

  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  writeRunFile({ ...before, pid: ended });
  const alone = await openToOps(before, answers);
  await alone.stop();
  expect(() => readRunFile()).toThrow('Nothing runs locally');
  writeRunFile(before);
});

test('with a primary that is gone, status and diagnose tell it and the way back, within 5 s each', async () => {
  const node = engines.cluster.nodes.at(-1);
  await node?.stop();
  try {
    for (const line of ['status', 'diagnose hitrate']) {
      const began = Date.now();
      const { output, code } = await ops(target, line);
      expect(Date.now() - began).toBeLessThan(5_000);
      expect(output).toMatch(/not answering|without 1 of its primaries|unknown \(the nodes/);
      // Nobody replaces a node of this machine.
      expect(output).toMatch(/npm start\b[^]*nothing on this machine starts again what has ended/);
      expect(output).not.toContain('ElastiCache replaces');
      expect(code).toBe(1);
    }
    expect((await ops(target, 'doctor')).output).toMatch(/\nway back: npm start \(nothing on this machine/);
  } finally {
    await node?.start();
    await engines.cluster.untilOk();
  }
});

test('a figure that a slow node tells late is taken, for every minute that went by', async () => {
  let now = 1_000_000 * 60_000;
  const telemetry = new LocalTelemetry(() => now);
  const memory = () =>
    telemetry.metrics.series(ofNode('local-0001-001', 'BytesUsedForCache', 'Maximum'), {
      name: 'x',
      seconds: 240,
      period: 60,
    });
  await untilTrue(async () => {
    await telemetry.sample(engines.cluster, 3);
    return memory()[3] !== undefined;
  });
  await engines.cluster.nodes[0]?.ask('CLIENT', 'PAUSE', 1_500, 'ALL');
  now += 60_000;
  await telemetry.sample(engines.cluster, 3);
  expect(memory()[3]).toBeUndefined();
  now += 120_000;
  await untilTrue(() => memory()[3] !== undefined);
  expect(memory()).not.toContain(undefined);
});

test('the alarms of a local system are one request, and a look at it few', async () => {
  const fetched = jest.spyOn(globalThis, 'fetch');
  const requests = async (line: string) => {
    fetched.mockClear();
    await ops(target, line);
    return fetched.mock.calls.length;
  };
  try {
    expect(await requests('alarms')).toBe(1);
    expect(await requests('status')).toBeLessThanOrEqual(3);
    expect(await requests('diagnose HitRate')).toBeLessThanOrEqual(8);
  } finally {
    fetched.mockRestore();
  }
});

test('a local system that hangs is told of within 5 s, with the way out', async () => {
  const silent = createServer(() => undefined);
  const hanging = mkdtempSync(path.join(tmpdir(), 'carfin-run-'));
  const run = { ...readRunFile(), operationsUrl: `http://127.0.0.1:${await listen(silent)}` };
  process.env.CARFIN_CACHE_FOLDER = hanging;
  try {
    writeRunFile(run);
    const began = Date.now();
    const told = await Promise.all(
      ['status', 'alarms', 'diagnose HitRate'].map((line) =>
        ops(target, line, { connect: () => connectTarget({ local: true }) }),
      ),
    );
    expect(Date.now() - began).toBeLessThan(5_000);
    for (const { said, code } of told) {
      expect(said).toMatch(/(does not answer|no answer) within 4 s/);
      expect(code).toBe(3);
    }
  } finally {
    process.env.CARFIN_CACHE_FOLDER = folder;
    await closeServer(silent);
    rmSync(hanging, { recursive: true, force: true });
  }
});

/** Waits for a state, whenever it comes; the test's own limit ends it. */
async function untilTrue(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50);
}

test('where nothing runs, that is said', async () => {
  process.env.CARFIN_CACHE_FOLDER = path.join(folder, 'elsewhere');
  const { said, code } = await ops(target, 'status', { connect: () => connectTarget({ local: true }) });
  process.env.CARFIN_CACHE_FOLDER = folder;
  expect(said).toMatch(
    /Nothing runs locally: .*run\.json is not there\. Start it first: npm start\. .* CARFIN_CACHE_FOLDER/,
  );
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
  expect(wrong.output).toMatch(/^400: [^]*budgetMin must .*, received "much"$/m);
  expect(wrong.code).toBe(2);
  const noParameter = await ops(target, 'search camping');
  expect(noParameter.said).toContain('"camping" is no parameter of a search. Write name=value');
  expect(noParameter.code).toBe(2);
});
