import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Where engines, data and certificates of the local run lie. As root it is a folder that other users may enter, because
 * PostgreSQL runs as one of them and the clone may lie where only root can look.
 * @returns the absolute path of a folder below the cache, made if need be. `CARFIN_CACHE_FOLDER` moves the cache.
 * @throws Error naming the folder and the variable if it can't be made or written to.
 */
export function cacheFolder(...below: string[]): string {
  const folder = path.join(base(), ...below);
  let first: string | undefined;
  try {
    first = makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const reason = (cause as Error).message.split(',', 1)[0] ?? '';
    throw new Error(
      `The cache folder ${folder} can't be written to (${reason}). Set CARFIN_CACHE_FOLDER to a folder that can.`,
      { cause },
    );
  }
  // The umask of whoever starts us may keep others out of what was made just now.
  for (let made = folder; first !== undefined && made.startsWith(first); made = path.dirname(made))
    chmodSync(made, 0o755);
  return folder;
}

/** @returns what another terminal must be told before `--local` finds this system there: a line, or none. */
export function cacheFolderForAnotherTerminal(): string[] {
  if (!process.env.CARFIN_CACHE_FOLDER) return [];
  return [`  export CARFIN_CACHE_FOLDER='${base().replaceAll("'", `'\\''`)}'`];
}

/**
 * Below /proc mkdirSync of Node.js 20 to 24 with `recursive` never ends, deaf to signals (ENOENT although the parent
 * exists).
 * @returns the first folder that had to be made
 */
function makeFolder(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  const first = makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another program may have made it just now.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return first ?? folder;
}

function base(): string {
  const { CARFIN_CACHE_FOLDER: chosen, XDG_CACHE_HOME: xdg } = process.env;
  if (chosen) return path.resolve(chosen);
  if (isRoot()) return '/var/cache/carfin-cache';
  return path.join(xdg || path.join(homedir(), '.cache'), 'carfin-cache');
}

/**
 * For what runs as another user because we are root.
 * @throws Error naming the first folder on the way that keeps others out
 */
export function checkOthersMayEnter(folder: string): void {
  const parent = path.dirname(folder);
  if (parent !== folder) checkOthersMayEnter(parent);
  if ((statSync(folder).mode & constants.S_IXOTH) === 0)
    throw new Error(
      `PostgreSQL does not run as root, and other users may not enter ${folder}. Set CARFIN_CACHE_FOLDER to a folder ` +
        'that all may enter.',
    );
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
