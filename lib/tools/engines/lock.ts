import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, ownIdentity } from './process-identity';

const LOOK_EVERY_MS = 200;
/** After so long a wait a person wants to know for what. */
const TELL_AFTER_MS = 3_000;

/**
 * Runs the work while no other process runs work under the same lock. A holder that has ended, even if another process
 * has its number by now, no longer holds it.
 * @param folder becomes the lock and stays; it must serve no other purpose.
 * @param tell gets one line if the wait grows long.
 * @throws Error naming the folder if the lock can't be made there.
 */
export async function withLock<T>(
  folder: string,
  work: () => Promise<T>,
  tell: (line: string) => void = console.error,
  tellAfterMs = TELL_AFTER_MS,
): Promise<T> {
  const began = Date.now();
  let told = false;
  let mine: number | undefined;
  while ((mine = attempt(folder)) === undefined) {
    if (!told && Date.now() - began >= tellAfterMs) {
      const { holder } = last(folder);
      tell(`Waiting for process ${Number.parseInt(holder, 10)}, which holds ${folder}`);
      told = true;
    }
    await sleep(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    truncateSync(path.join(folder, String(mine)));
  }
}

function attempt(folder: string): number | undefined {
  try {
    return take(folder);
  } catch (cause) {
    const way = 'Make it writable, or set CARFIN_CACHE_FOLDER to a folder that is.';
    throw new Error(`The lock ${folder} can't be made: ${(cause as Error).message}. ${way}`, { cause });
  }
}

/**
 * The lock is a row of numbered files, each with its holder's identity, empty once released; the highest says who holds
 * it. It is never removed by another, so a lock that looks free can be taken by one process only: by the one that makes
 * the next number.
 */
function take(folder: string): number | undefined {
  mkdirSync(folder, { recursive: true });
  const { number, holder } = last(folder);
  if (holder !== '' && isRunning(holder)) return undefined;
  const next = number + 1;
  if (!create(folder, next)) return undefined;
  // Who looked long ago may have made a number that had been used and cleared away.
  if (last(folder).number !== next) {
    rmSync(path.join(folder, String(next)), { force: true });
    return undefined;
  }
  for (const old of numbers(folder)) if (old < next) rmSync(path.join(folder, String(old)), { force: true });
  return next;
}

/** @returns false if the number is taken. The file appears with its contents, never without. */
function create(folder: string, number: number): boolean {
  const draft = path.join(folder, `draft-${process.pid}`);
  writeFileSync(draft, ownIdentity());
  try {
    linkSync(draft, path.join(folder, String(number)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function last(folder: string): { number: number; holder: string } {
  const number = Math.max(0, ...numbers(folder));
  if (number === 0) return { number, holder: '' };
  try {
    return { number, holder: readFileSync(path.join(folder, String(number)), 'utf8') };
  } catch (error) {
    // Somebody made a higher one meanwhile and cleared this away.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return last(folder);
    throw error;
  }
}

function numbers(folder: string): number[] {
  return readdirSync(folder).map(Number).filter(Number.isInteger);
}
