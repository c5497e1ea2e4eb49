import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Tells a process from a later one that got the same number.
 * @returns its number and when it started, as `<pid>-<start>`; undefined if there is no such process, or it has ended
 * and only waits to be reaped.
 */
export function identityOf(pid: number): string | undefined {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return started === undefined ? undefined : `${pid}-${started}`;
}

/** @param identity as {@link identityOf} gave it, now or in a process that has ended since. */
export function isRunning(identity: string): boolean {
  return identityOf(Number.parseInt(identity, 10)) === identity;
}

export function ownIdentity(): string {
  const identity = identityOf(process.pid);
  if (identity === undefined) throw new Error(`Process ${process.pid} can't see itself: is /proc mounted?`);
  return identity;
}

/** @returns program and arguments of a process; empty if it has ended. */
export function commandLine(pid: number): string {
  const words = process.platform === 'linux' ? readProc(pid, 'cmdline') : ps(pid, 'command=');
  return words?.replaceAll('\0', ' ').trim() ?? '';
}

/** Clock ticks since the machine started; `proc(5)`, fields 3 (state) and 22. */
function startOnLinux(pid: number): string | undefined {
  const stat = readProc(pid, 'stat');
  // The program's name, in parentheses, may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

/** Seconds since 1970. */
function startByPs(pid: number): string | undefined {
  const [, state, started = ''] = /^\s*(\S+)\s+(.*)/.exec(ps(pid, 'stat=,lstart=') ?? '') ?? [];
  return state === undefined || state.startsWith('Z') ? undefined : String(Date.parse(`${started.trim()} UTC`) / 1_000);
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    // ESRCH: it ended between opening and reading.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function ps(pid: number, columns: string): string | undefined {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  const { status, stdout, error } = spawnSync('ps', ['-o', columns, '-p', String(pid)], { env, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return status === 0 ? stdout : undefined;
}
