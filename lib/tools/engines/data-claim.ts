import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, identityOf, isRunning, ownIdentity } from './process-identity';

/**
 * Makes this process the user of a data folder. A server that outlived the process which started it (killed, not
 * stopped) is ended first; one whose process is alive is left alone.
 * @throws Error if another process uses the folder.
 */
export async function claim(home: string, data: string): Promise<void> {
  const ownerFile = path.join(home, 'owner');
  const owner = firstLine(ownerFile);
  const server = serverOf(data);
  if (server !== undefined && owner !== ownIdentity() && isRunning(owner)) {
    throw new Error(
      `Process ${Number.parseInt(owner, 10)} is using the database in ${home}. Stop it, or set ` +
        'CARFIN_CACHE_FOLDER to another folder.',
    );
  }
  if (server !== undefined) await end(server);
  writeFileSync(ownerFile, ownIdentity());
}

/** @returns the server that works on these data. The number in its file alone may be another program's by now. */
function serverOf(data: string): number | undefined {
  const pid = Number(firstLine(path.join(data, 'postmaster.pid')));
  return pid > 1 && commandLine(pid).includes(data) ? pid : undefined;
}

async function end(server: number): Promise<void> {
  const identity = identityOf(server);
  if (identity === undefined) return;
  for (const signal of ['SIGINT', 'SIGCONT']) process.kill(server, signal);
  while (isRunning(identity)) await sleep(50);
}

/** @returns empty if there is no such file. */
function firstLine(file: string): string {
  return existsSync(file) ? (readFileSync(file, 'utf8').split('\n', 1)[0] ?? '') : '';
}
