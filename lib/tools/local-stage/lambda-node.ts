import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../engines/cache-folder';
import { madeOnce } from '../engines/made-once';

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
  const folder = path.join(cacheFolder('node'), `${LAMBDA_NODE_VERSION}-${process.arch}`);
  await madeOnce(folder, unpack);
  return path.join(folder, 'package/bin/node');
}

async function unpack(folder: string): Promise<void> {
  await run('npm', ['pack', '--silent', `node-linux-${process.arch}@${LAMBDA_NODE_VERSION}`], { cwd: folder });
  const [archive = ''] = readdirSync(folder);
  await run('tar', ['-xzf', archive, 'package/bin/node'], { cwd: folder });
  rmSync(path.join(folder, archive));
}
