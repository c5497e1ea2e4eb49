import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isRunning, ownIdentity } from './process-identity';

/**
 * Makes a folder that is of use only while this process runs. It carries the process's identity in its name, so that another
 * start can remove it if this one is killed.
 */
export function makeRunFolder(parent: string, name: string): string {
  sweepRunFolders(parent, name);
  return mkdtempSync(path.join(parent, `${name}-${ownIdentity()}-`));
}

/** Removes the folders of that name whose process has ended without doing it. */
export function sweepRunFolders(parent: string, name: string): void {
  for (const entry of readdirSync(parent)) {
    const [, identity] = new RegExp(`^${name}-(\\d+-\\d+)-`).exec(entry) ?? [];
    if (identity === undefined || isRunning(identity)) continue;
    try {
      rmSync(path.join(parent, entry), { recursive: true, force: true });
    } catch {
      // Another user's, or its engine is just ending in it: whoever comes next may.
    }
  }
}
