import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeRunFolder } from './run-folder';

/**
 * Makes a folder of the cache, once: under another name until it is whole. If two processes make it at the same time,
 * the first one's stays; what one that is killed leaves, the next removes.
 * @param make fills the folder that it is given
 */
export async function madeOnce(folder: string, make: (unfinished: string) => unknown): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = makeRunFolder(path.dirname(folder), 'unfinished');
  try {
    await make(unfinished);
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
