import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRunning, ownIdentity } from './process-identity';

/**
 * Makes a folder that is of use only while this process runs. It carries the process's identity in its name, so that
 * another start can remove it if this one is killed.
 */
export function makeRunFolder(parent: string, name: string): string {
  sweepRunFolders(parent, name);
  return mkdtempSync(path.join(parent, `${name}-${ownIdentity()}-`));
}

/** What names no process (a synthesis, a test) and has not changed for so long is nobody's, ms. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

const swept = new Set<string>();

/**
 * As {@link makeRunFolder}, under the system's temporary folder, as `carfin-<name>-…`. What runs that were killed left
 * there, of any name, is removed.
 */
export function makeTemporaryFolder(name: string, parent = tmpdir()): string {
  // Once is enough: what dies while this process runs is the next one's to find.
  if (!swept.has(parent)) {
    swept.add(parent);
    sweepRunFolders(parent, 'carfin-[a-z-]+');
    sweepForgotten(parent);
  }
  return mkdtempSync(path.join(parent, `carfin-${name}-${ownIdentity()}-`));
}

function sweepForgotten(parent: string): void {
  for (const entry of readdirSync(parent)) {
    if (!/^carfin-[a-z-]+-\w{6}$/.test(entry)) continue;
    const folder = path.join(parent, entry);
    try {
      if (Date.now() - statSync(folder).mtimeMs > FORGOTTEN_AFTER_MS) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
}

/**
 * Removes the folders of that name whose process has ended without doing it.
 * @param name a pattern.
 */
export function sweepRunFolders(parent: string, name: string): void {
  const named = new RegExp(`^${name}-(\\d+-\\d+)-`);
  for (const entry of readdirSync(parent)) {
    const [, identity] = named.exec(entry) ?? [];
    if (identity === undefined || isRunning(identity)) continue;
    try {
      rmSync(path.join(parent, entry), { recursive: true, force: true });
    } catch {
      // Another user's, or its engine is just ending in it: whoever comes next may.
    }
  }
}
