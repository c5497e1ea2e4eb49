import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { withLock } from '../../../../lib/tools/engines/lock';
import { commandLine, identityOf, isRunning, ownIdentity } from '../../../../lib/tools/engines/process-identity';

const home = mkdtempSync(path.join(tmpdir(), 'carfin-lock-'));
const newLock = () => path.join(mkdtempSync(path.join(home, 'case-')), 'lock');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true });
});

/** A process that runs this TypeScript and says something. */
async function running(code: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

const hold = (folder: string) =>
  running(
    `require('./lib/tools/engines/lock').withLock(${JSON.stringify(folder)}, () => {
       console.log('held');
       return new Promise((resolve) => setTimeout(resolve, 600_000));
     })`,
  );

test('the work of many processes never overlaps, and none is left out', async () => {
  const folder = newLock();
  const log = path.join(path.dirname(folder), 'log');
  const code = `
    const { appendFileSync } = require('node:fs');
    const { withLock } = require('./lib/tools/engines/lock');
    (async () => {
      console.log('ready');
      for (let i = 0; i < 5; i++) await withLock(${JSON.stringify(folder)}, async () => {
        appendFileSync(${JSON.stringify(log)}, process.pid + '\\n');
        await new Promise((resolve) => setTimeout(resolve, 5));
        appendFileSync(${JSON.stringify(log)}, process.pid + '\\n');
      });
    })();`;
  const workers = await Promise.all(Array.from({ length: 4 }, () => running(code)));
  await Promise.all(workers.map(async (child) => child.exitCode ?? once(child, 'exit')));
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(4 * 5 * 2);
  expect(lines.filter((_, i) => i % 2 === 0)).toEqual(lines.filter((_, i) => i % 2 === 1));
  expect(readdirSync(folder).map(Number)).toEqual([20]);
});

test('within one process the second waits for the first', async () => {
  const folder = newLock();
  const order: string[] = [];
  await Promise.all(
    ['first', 'second'].map((name) =>
      withLock(folder, async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} ends`);
      }),
    ),
  );
  expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('work that fails gives the lock back', async () => {
  const folder = newLock();
  await expect(withLock(folder, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await withLock(folder, () => Promise.resolve('done'))).toBe('done');
});

test('who waits is told for whom, once; a holder that is killed no longer blocks', async () => {
  const folder = newLock();
  const holder = await hold(folder);
  const told: string[] = [];
  const tell = (line: string) => {
    told.push(line);
    holder.kill('SIGKILL');
  };
  expect(await withLock(folder, () => Promise.resolve('mine'), tell, 0)).toBe('mine');
  expect(told).toEqual([`Waiting for process ${holder.pid ?? 0}, which holds ${folder}`]);
});

test("a holder whose number is another process's by now does not block", async () => {
  const folder = newLock();
  mkdirSync(folder);
  writeFileSync(path.join(folder, '7'), `${process.pid}-12345`);
  expect(await withLock(folder, () => Promise.resolve(readdirSync(folder)))).toEqual(['8']);
});

test('a lock that can not be made is an error with the way out, at once', async () => {
  const file = path.join(mkdtempSync(path.join(home, 'case-')), 'file');
  writeFileSync(file, '');
  const folder = path.join(file, 'lock');
  await expect(withLock(folder, () => Promise.resolve())).rejects.toThrow(
    new RegExp(`^The lock ${folder} can't be made: ENOTDIR.*CARFIN_CACHE_FOLDER`),
  );
});

test('a process is told by its number and start; one that ended is not running, even before it is reaped', async () => {
  expect(ownIdentity()).toMatch(new RegExp(`^${process.pid}-\\d+$`));
  expect(isRunning(ownIdentity())).toBe(true);
  expect(isRunning(`${process.pid}-1`)).toBe(false);
  // The shell becomes a sleep, which never reaps; its child ends only then, or the shell could still reap it.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600 3<&-'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  children.push(parent);
  const [line] = (await once(parent.stdout as Readable, 'data')) as [Buffer];
  const pid = Number(line.toString());
  while (!commandLine(parent.pid ?? 0).startsWith('sleep')) await new Promise((resolve) => setTimeout(resolve, 10));
  (parent.stdio[3] as Writable).end();
  while (identityOf(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(() => process.kill(pid, 0)).not.toThrow();
});
