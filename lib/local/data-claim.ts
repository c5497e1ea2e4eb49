import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Makes this process the user of a data folder. A server that outlived the process which started it (killed, not stopped) is
 * ended first; one whose process is alive is left alone.
 * @throws Error if another process uses the folder.
 */
export async function claim(home: string, data: string): Promise<void> {
  const ownerFile = path.join(home, 'owner');
  const owner = readPid(ownerFile);
  const server = readPid(path.join(data, 'postmaster.pid'));
  if (owner !== undefined && owner !== process.pid && server !== undefined && isAlive(owner) && isAlive(server)) {
    throw new Error(
      `Process ${owner} is using the database in ${home}. Stop it, or set CARFIN_CACHE_FOLDER to another folder.`,
    );
  }
  if (server !== undefined && isServerOf(server, data)) {
    process.kill(server, 'SIGINT');
    while (isAlive(server)) await sleep(50);
  }
  writeFileSync(ownerFile, String(process.pid));
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** A number alone may be another program's by now. */
function isServerOf(pid: number, data: string): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(data);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
