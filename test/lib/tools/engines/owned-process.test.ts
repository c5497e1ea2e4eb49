import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../../../lib/tools/engines/cache-folder';
import { OwnedProcess } from '../../../../lib/tools/engines/owned-process';
import { identityOf } from '../../../../lib/tools/engines/process-identity';
import { makeRunFolder, makeTemporaryFolder, sweepRunFolders } from '../../../../lib/tools/engines/run-folder';

const home = mkdtempSync(path.join(tmpdir(), 'carfin-owned-'));
afterAll(() => rmSync(home, { recursive: true }));

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Processes whose command line holds the text. */
const naming = (text: string) => spawnSync('pgrep', ['-af', text], { encoding: 'utf8' }).stdout;

/** The folders of throwaway engines that this process made. */
const foldersOf = (pid: number) =>
  [cacheFolder('postgres'), tmpdir()].flatMap((parent) =>
    readdirSync(parent).filter((name) => name.includes(`-${pid}-`)),
  );

test('engines end with a process that is killed, even if paused, and the next start removes its folders', async () => {
  const code = `
    const { startPostgres } = require('./lib/tools/engines/postgres');
    const { LocalCluster } = require('./lib/tools/engines/valkey-cluster');
    Promise.all([startPostgres(), LocalCluster.start({ primaries: 1 })]).then(([postgres, { nodes: [node] }]) =>
      console.log(JSON.stringify([postgres.process.pid, node.process.pid])));`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = parent.pid ?? 0;
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const engines = JSON.parse(line.toString()) as [number, number];
  expect(engines.map((each) => identityOf(each))).toEqual(
    engines.map((each) => expect.stringContaining(`${each}-`) as string),
  );
  expect(foldersOf(pid)).toHaveLength(2);

  for (const each of engines) process.kill(each, 'SIGSTOP');
  parent.kill('SIGKILL');
  while (engines.some((each) => identityOf(each) !== undefined)) await pause();
  sweepRunFolders(cacheFolder('postgres'), 'run');
  sweepRunFolders(tmpdir(), 'carfin-valkey');
  expect(foldersOf(pid)).toStrictEqual([]);
});

test.each([
  ['that is stopped', 'sleep 86400.5', (program: OwnedProcess) => program.stop()],
  ['that ends by itself', 'sleep 0.25', (program: OwnedProcess) => program.stop('SIGCONT', 600_000)],
])('nothing stays of a program %s', async (_, command, end) => {
  const [program = '', ...args] = command.split(' ');
  const owned = await OwnedProcess.start('sleep', program, args);
  expect(naming(command)).toContain(command);
  await end(owned);
  expect([owned.running, naming(command)]).toEqual([false, '']);
});

test('a program that is missing is told by name', async () => {
  const owned = await OwnedProcess.start('The engine', '/nowhere/engine', []);
  await expect(owned.until(() => Promise.resolve(false), 10_000)).rejects.toThrow(
    /^The engine ended\. Its last words:\n.*\/nowhere\/engine/,
  );
});

test('only folders of processes that have ended are removed', () => {
  const dead = ['run-99999999-1-abcdef', `run-${process.pid}-1-abcdef`];
  const others = ['run-abcdef', 'running-99999999-1-abcdef', '17.10.0'];
  for (const name of [...dead, ...others]) mkdirSync(path.join(home, name, 'data'), { recursive: true });
  const mine = path.basename(makeRunFolder(home, 'run'));
  expect(readdirSync(home).sort()).toEqual([...others, mine].sort());
});

test('the next run removes what killed runs left in the temporary folder, of any name, and nothing else', () => {
  const parent = mkdtempSync(path.join(home, 'temporary-'));
  const yesterday = Date.now() / 1_000 - 25 * 3_600;
  const left = ['carfin-faults-99999999-1-abcdef', `carfin-bench-cold-${process.pid}-1-abcdef`];
  const forgotten = ['carfin-search-abcdef', 'carfin-app-ABC123'];
  const others = ['carfin-search-uvwxyz', 'somebody', 'carfin.json'];
  for (const name of [...left, ...forgotten, ...others])
    mkdirSync(path.join(parent, name, 'data'), { recursive: true });
  for (const name of forgotten) utimesSync(path.join(parent, name), yesterday, yesterday);
  const mine = path.basename(makeTemporaryFolder('cold', parent));
  expect(readdirSync(parent).sort()).toEqual([...others, mine].sort());
  expect(path.basename(makeTemporaryFolder('faults', parent))).toMatch(/^carfin-faults-/);
  expect(readdirSync(parent)).toContain(mine);
});

test('where there is no shell that guards it, an engine is refused with the way out', async () => {
  const real = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
  Object.defineProperty(process, 'platform', { ...real, value: 'win32' });
  const started = OwnedProcess.start('PostgreSQL', 'postgres', []);
  Object.defineProperty(process, 'platform', real);
  await expect(started).rejects.toThrow('PostgreSQL runs on Linux and macOS. On Windows, run this in WSL.');
});
