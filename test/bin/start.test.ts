import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { DRILLS } from '../../lib/tools/drills/drills';
import { cacheFolder } from '../../lib/tools/engines/cache-folder';
import { makeRunFolder } from '../../lib/tools/engines/run-folder';
import { generateListings } from '../../lib/tools/example-data/listings';
import { startPostgres } from '../../lib/tools/engines/postgres';
import { createVehicles, withClient } from '../../lib/tools/example-data/vehicles-table';
import { describeGivenDatabase } from '../../lib/tools/engines/given-database';
import { namingFullDisk } from '../../lib/tools/start/full-disk';
import { valkeyBinary } from '../../lib/tools/engines/valkey-binary';

/** npm start as its user runs it, with a cache of its own: whoever runs it beside the tests is not disturbed. */
const cache = makeRunFolder(cacheFolder('tests'), 'start');
let environment: NodeJS.ProcessEnv;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const valkey = await valkeyBinary();
  environment = { ...process.env, ...valkey.env, VALKEY_SERVER: valkey.path, CARFIN_CACHE_FOLDER: cache, PORT: '0' };
  delete environment.DATABASE_URL;
  spawnSync('chmod', ['755', cache]);
});

afterEach(async () => {
  // Whatever the test left running, and however it ended.
  for (const child of children
    .splice(0)
    .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }
});

afterAll(() => rmSync(cache, { recursive: true, force: true }));

function start(extra: NodeJS.ProcessEnv = {}): { child: ChildProcess; output: () => string } {
  const env = { ...environment, ...extra };
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], { cwd: PROJECT_ROOT, env });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

async function until(condition: () => boolean, child: ChildProcess, output: () => string): Promise<void> {
  while (!condition()) {
    if (child.exitCode !== null) throw new Error(`npm start ended:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Runs through a shell, exactly as printed, what the start says can be typed; a drill has a system and a minute of its
 * own.
 */
async function expectPrintedCommandsToWork(output: string): Promise<void> {
  const curls = output.split('\n').filter((line) => line.startsWith('  curl '));
  expect(curls).toHaveLength(11);
  for (const line of curls) {
    const { stdout, stderr } = await runInShell(line);
    // What breaks a rule or can't be answered is problem details, which have these members.
    expect([line, stderr, Object.keys(JSON.parse(stdout) as object)]).toEqual([
      line,
      '',
      expect.not.arrayContaining(['title', 'detail']),
    ]);
  }
  const [, url = ''] = /Ready after .*: (http:\S+)/.exec(output) ?? [];
  const [, script = ''] =
    /## A conversation with curl[^]*?```sh\n([^]*?)```/.exec(
      readFileSync(path.join(PROJECT_ROOT, 'docs/api.md'), 'utf8'),
    ) ?? [];
  const conversation = await runInShell(`set -e\nAPI=${url}\n${script}`);
  const answers = conversation.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect([conversation.status, conversation.stderr, answers.map(({ version }) => version)]).toEqual([
    0,
    '',
    [undefined, 2, 3, 4, 5, 5, 6, 7],
  ]);
  const programs = output.split('\n').flatMap((line) => /^ {2}(npm run \S+ -- .+?) {2,}/.exec(line)?.[1] ?? []);
  expect(programs).toEqual(['npm run ops -- status --local', 'npm run drill -- kill-node']);
  const [, next = ''] = /in another terminal:\n([^]*?) {4}nodes, alarms/.exec(output) ?? [];
  const { stdout, stderr } = await runInShell(`set -e\n${next}`, elsewhere());
  const [node = ''] = /endpoint (\S+),/.exec(stdout)?.slice(1) ?? [];
  const { nodes } = JSON.parse(readFileSync(path.join(cache, 'run.json'), 'utf8')) as { nodes: string[] };
  expect([stderr, stdout, node]).toEqual([expect.any(String), expect.stringMatching(/primary/), nodes[0]]);
  expect(Object.keys(DRILLS)).toContain('kill-node');
}

/** Another terminal knows nothing of the first one's cache, unless the lines say so. */
const elsewhere = () => ({ ...environment, CARFIN_CACHE_FOLDER: undefined, XDG_CACHE_HOME: undefined });

/** Asynchronously: the stage's output is read meanwhile. */
async function runInShell(
  line: string,
  env = environment,
): Promise<{ stdout: string; stderr: string; status: number | null }> {
  const child = spawn('sh', ['-c', line], { cwd: PROJECT_ROOT, env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  return { stdout, stderr, status };
}

/** Processes whose command line or environment names the cache of this test. */
function leftovers(): string {
  return spawnSync('pgrep', ['-af', cache], { encoding: 'utf8' }).stdout;
}

test('npm start serves 117,129 listings, a second one is refused, and Ctrl-C leaves nothing behind', async () => {
  const first = start();
  await until(() => first.output().includes('Ctrl-C stops'), first.child, first.output);
  expect(first.output()).toMatch(/PostgreSQL 17\.\d+, 117,129 listings/);
  expect(first.output()).toMatch(/Valkey \d+\.\d+\.\d+ \((as production|production: 7\.2)\), three primaries/);
  expect(first.output()).toMatch(/X-Cache: index[^]*The same again:[^]*X-Cache: (memory|hit)/);
  expect(first.output()).not.toMatch(/ERROR|WARN/);
  await expectPrintedCommandsToWork(first.output());
  const url = /Ready after .*: (http:\S+)/.exec(first.output())?.[1] ?? '';
  expect((await fetch(`${url}/v1/health`)).status).toBe(200);
  expect(first.output()).toContain(`The board, in a browser: ${url}\n`);
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>CarFin board</title>')]);
  const words = await fetch(url);
  const [, typed = ''] = /in another terminal:\n([^]*)The API/.exec(await words.text()) ?? [];
  const status = await runInShell(`set -e\n${typed}`, elsewhere());
  expect([words.status, status]).toMatchObject([200, { stdout: expect.stringMatching(/primary/) as unknown }]);

  const second = start();
  const [code] = (await once(second.child, 'exit')) as [number];
  expect([code, second.output()]).toEqual([
    2,
    expect.stringMatching(new RegExp(`✖.* PostgreSQL[^]*Process ${first.child.pid ?? 0} is using the database`)),
  ]);
  expect(second.output()).not.toMatch(/✔| at /);

  const third = start({ PORT: new URL(url).port });
  const [thirdCode] = (await once(third.child, 'exit')) as [number];
  expect([thirdCode, third.output()]).toEqual([
    2,
    `Port ${new URL(url).port} is in use. Does npm start run already? Else take a free one: PORT=0 npm start\n` +
      `  because: listen EADDRINUSE: address already in use 127.0.0.1:${new URL(url).port}\n`,
  ]);

  first.child.kill('SIGINT');
  await once(first.child, 'exit');
  await expect(fetch(url)).rejects.toThrow();
  expect(leftovers()).toBe('');
});

test.each([
  [
    'no URL',
    'localhost:5432',
    'DATABASE_URL is no URL of PostgreSQL. Write postgresql://user:password@host:5432/database',
  ],
  [
    'a server that is not there',
    'postgresql://kim:secret@127.0.0.1:1/cars',
    "DATABASE_URL leads to kim@127.0.0.1:1/cars, and that can't be used: connect ECONNREFUSED 127.0.0.1:1",
  ],
])('DATABASE_URL that is %s is told by name, and nothing else is', async (_, url, message) => {
  const { child, output } = start({ DATABASE_URL: url });
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, output()]).toEqual([2, `${message}\n`]);
});

test('DATABASE_URL without the table, with columns missing, another password or none is told by name', async () => {
  const postgres = await startPostgres();
  try {
    await expect(describeGivenDatabase(postgres.ownerUrl)).rejects.toThrow(
      /can't be used: it has no table vehicles\.$/,
    );
    await withClient(postgres.ownerUrl, (client) => client.query('CREATE TABLE vehicles (vehicle_id int)'));
    await expect(describeGivenDatabase(postgres.ownerUrl)).rejects.toThrow(/lacks the columns manufacturer, model/);
    const wrong = new URL(postgres.ownerUrl);
    wrong.password = 'nobody-knows';
    const refused = describeGivenDatabase(wrong.href);
    await expect(refused).rejects.toThrow(/password authentication failed for user "owner"/);
    await expect(refused).rejects.not.toThrow(/nobody-knows/);
    wrong.password = '';
    await expect(describeGivenDatabase(wrong.href)).rejects.toThrow(
      /it wants a password, and the URL has none\. Write postgresql:\/\/user:password@host:5432\/database$/,
    );
    await createVehicles(postgres.ownerUrl, generateListings(20));
    expect(await describeGivenDatabase(postgres.url)).toMatch(
      /^PostgreSQL 17\.\d+ of DATABASE_URL \(carfin_reader@127\.0\.0\.1:\d+\/postgres\), 20 listings$/,
    );
  } finally {
    await postgres.stop();
  }
});

test('a cache folder that cannot be written to is told with the variable that moves it', async () => {
  const { child, output } = start({ CARFIN_CACHE_FOLDER: '/dev/null/cache' });
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, output()]).toEqual([
    2,
    expect.stringMatching(
      /^The cache folder \/dev\/null\/cache can't be written to .* Set CARFIN_CACHE_FOLDER to a folder that can\.\n/,
    ),
  ]);
  expect(output()).not.toMatch(/✔| at /);
});

test('a disk without room is told in one line, with the folders and the variables that move them', async () => {
  // What is written before the engine starts leads to a device that is always full.
  const full = makeRunFolder(cache, 'full');
  spawnSync('chmod', ['755', full]);
  mkdirSync(path.join(full, 'postgres/listings'), { recursive: true });
  symlinkSync('/dev/full', path.join(full, 'postgres/listings/password'));
  const { child, output } = start({ CARFIN_CACHE_FOLDER: full });
  const [code] = (await once(child, 'exit')) as [number];
  const told = output().split('\n').filter((line) => !/PostgreSQL/.test(line)); // prettier-ignore
  expect([code, told]).toEqual([
    2,
    [
      expect.stringMatching(
        /^No room on a disk: ENOSPC\. The cache folder \S+ and .* Free it, or set CARFIN_CACHE_FOLDER or TMPDIR /,
      ),
      '',
    ],
  ]);
});

test.each([
  ['PostgreSQL amid the listings', Object.assign(new Error('could not extend file "base/5/16390"'), { code: '53100' })],
  [
    'initdb',
    new Error('Command failed', { cause: new Error('initdb: error: could not write: No space left on device') }),
  ],
  ['Valkey', new Error('Valkey ended. Its last words:\nWrite error saving DB on disk: No space left on device')],
  ['a quota', Object.assign(new Error('EDQUOT: write'), { code: 'EDQUOT' })],
])('a disk without room is told by the same line for %s', (_, error) => {
  expect((namingFullDisk(error) as Error).message).toMatch(/^No room on a disk: .* CARFIN_CACHE_FOLDER or TMPDIR /);
  const other = new Error('connect ECONNREFUSED');
  expect(namingFullDisk(other)).toBe(other);
});

test.each(['abc', '0x10', '65536'])('PORT=%s is refused by name', async (port) => {
  const { child, output } = start({ PORT: port });
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, output()]).toEqual([
    2,
    expect.stringContaining(`PORT can't be used. It must be a whole number from 0 to 65535, received "${port}".`),
  ]);
});

test('Ctrl-C ends it while it starts', async () => {
  const { child, output } = start();
  await until(() => output().includes('- PostgreSQL'), child, output);
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(130);
  for (let left = leftovers(); left !== ''; left = leftovers())
    await new Promise((resolve) => setTimeout(resolve, 100));
});
