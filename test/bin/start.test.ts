import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { cacheFolder } from '../../lib/tools/engines/cache-folder';
import { makeRunFolder } from '../../lib/tools/engines/run-folder';
import { valkeyBinary } from '../../lib/tools/engines/valkey-binary';

/** npm start as its user runs it, with a cache of its own: whoever runs it beside the tests is not disturbed. */
const cache = makeRunFolder(cacheFolder('tests'), 'start');
let environment: NodeJS.ProcessEnv;
let running: ChildProcess | undefined;

beforeAll(async () => {
  const valkey = await valkeyBinary();
  environment = { ...process.env, ...valkey.env, VALKEY_SERVER: valkey.path, CARFIN_CACHE_FOLDER: cache, PORT: '0' };
  delete environment.DATABASE_URL;
  spawnSync('chmod', ['755', cache]);
});

afterAll(() => {
  running?.kill('SIGINT');
  rmSync(cache, { recursive: true, force: true });
});

function start(): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], { cwd: PROJECT_ROOT, env: environment });
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

/** Processes whose command line or environment names the cache of this test. */
function leftovers(): string {
  return spawnSync('pgrep', ['-af', cache], { encoding: 'utf8' }).stdout;
}

test('npm start serves 117,129 listings, a second one on the same data is refused, and Ctrl-C leaves nothing behind', async () => {
  const first = start();
  running = first.child;
  await until(() => first.output().includes('Ctrl-C stops'), first.child, first.output);
  expect(first.output()).toMatch(/PostgreSQL 17\.\d+, 117,129 listings/);
  expect(first.output()).toMatch(/Valkey \d+\.\d+\.\d+, three primaries/);
  expect(first.output()).toMatch(/X-Cache: hit[^]*X-Cache: index[^]*X-Cache: hit/);
  const url = /Ready after .*: (http:\S+)/.exec(first.output())?.[1] ?? '';
  expect((await fetch(`${url}/v1/health`)).status).toBe(200);

  const second = start();
  const [code] = (await once(second.child, 'exit')) as [number];
  expect([code, second.output()]).toEqual([
    1,
    expect.stringContaining(`Process ${first.child.pid ?? 0} is using the database`),
  ]);

  first.child.kill('SIGINT');
  await once(first.child, 'exit');
  await expect(fetch(url)).rejects.toThrow();
  expect(leftovers()).toBe('');
}, 150_000);
