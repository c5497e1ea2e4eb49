import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { commandLine, identityOf, isRunning, ownIdentity } from '../../../../lib/tools/engines/process-identity';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
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
