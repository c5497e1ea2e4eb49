import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TEMPLATES_FOLDER } from './global-setup';

/** What the snapshots found, written by their test. */
export const CHANGES_FILE = 'changes.txt';

/** Jest has printed everything else by now: what a deploy would change stands last and alone. */
export default function globalTeardown(): void {
  const folder = process.env[TEMPLATES_FOLDER];
  if (folder === undefined) return;
  const changes = path.join(folder, CHANGES_FILE);
  if (existsSync(changes)) process.stderr.write(`\n${readFileSync(changes, 'utf8')}`);
  rmSync(folder, { recursive: true, force: true });
}
