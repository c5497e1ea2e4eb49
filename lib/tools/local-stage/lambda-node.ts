import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../engines/cache-folder';
import { withLock } from '../engines/lock';

const run = promisify(execFile);

/** Lambda's `nodejs24.x`. */
export const LAMBDA_NODE_VERSION = '24.9.0';

/**
 * Node.js as Lambda runs it. npm has it as a package; as a dependency it would become the `node` of every npm script,
 * so it is unpacked into the cache folder instead.
 * @returns the path of the program. @throws Error where npm has no such package and this process is another version.
 */
export async function lambdaNode(): Promise<string> {
  const major = (version: string) => version.split('.')[0];
  if (major(process.versions.node) === major(LAMBDA_NODE_VERSION)) return process.execPath;
  if (process.platform !== 'linux') {
    throw new Error(
      `Lambda runs Node.js ${LAMBDA_NODE_VERSION}; on ${process.platform} run this with Node.js 24 itself.`,
    );
  }
  const cache = cacheFolder('node');
  const folder = path.join(cache, `${LAMBDA_NODE_VERSION}-${process.arch}`);
  if (!existsSync(folder)) await withLock(path.join(cache, 'lock'), () => unpack(cache, folder));
  return path.join(folder, 'package/bin/node');
}

async function unpack(cache: string, folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished);
  try {
    await run(
      'npm',
      ['pack', '--silent', '--pack-destination', unfinished, `node-linux-${process.arch}@${LAMBDA_NODE_VERSION}`],
      { cwd: cache },
    );
    const [archive = ''] = readdirSync(unfinished);
    await run('tar', ['-xzf', archive, 'package/bin/node'], { cwd: unfinished });
    rmSync(path.join(unfinished, archive));
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
