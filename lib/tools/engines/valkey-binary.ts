import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder';
import { hasApt, unpackValkey } from './valkey-package';

const run = promisify(execFile);

/** Production's engine version: what is tested here must not be older. */
const OLDEST = [7, 2] as const;

export interface ValkeyBinary {
  path: string;
  /** What it needs beside this process's own environment. */
  env: NodeJS.ProcessEnv;
  version: string;
}

/** @returns the servers that `VALKEY_SERVER` names, in its order: paths, separated as in `PATH`. */
export function namedServers(env: NodeJS.ProcessEnv = process.env): string[] {
  return (env.VALKEY_SERVER ?? '').split(path.delimiter).filter((file) => file !== '');
}

/**
 * Finds valkey-server: the first that `VALKEY_SERVER` names, the PATH, or the distribution's package, unpacked into the
 * cache folder without touching the system.
 * @throws Error that says how to install it where none of these works, or the one found is older than 7.2.
 */
export async function valkeyBinary(
  env: NodeJS.ProcessEnv = process.env,
  cache = cacheFolder('valkey'),
): Promise<ValkeyBinary> {
  const [named] = namedServers(env);
  if (named !== undefined) return describe(named, 'VALKEY_SERVER');
  const onPath = (env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'valkey-server'));
  const installed = onPath.find((file) => existsSync(file));
  if (installed !== undefined) return describe(installed, 'the PATH');
  if (!hasApt()) throw new Error(`valkey-server is not on the PATH. ${INSTALL_HELP}`);
  const unpacked = await unpackValkey(cache).catch((cause: unknown) => {
    throw new Error(`Valkey's package can't be unpacked: ${(cause as Error).message}\n${INSTALL_HELP}`, { cause });
  });
  return describe(unpacked.path, 'the unpacked package', unpacked.env);
}

/** @throws Error if it does not run, or is too old. */
async function describe(file: string, origin: string, env: NodeJS.ProcessEnv = {}): Promise<ValkeyBinary> {
  const { stdout } = await run(file, ['--version'], { env: { ...process.env, ...env } }).catch((cause: unknown) => {
    const words = (cause as { stderr?: string }).stderr?.trim() || (cause as Error).message;
    throw new Error(`${file} (from ${origin}) does not run: ${words}\n${INSTALL_HELP}`, { cause });
  });
  // 7.2 says "Server v=", 8.0 and newer "Valkey server v="; Redis and KeyDB put their names there.
  const [, version = '', major = 0, minor = 0] = /^(?:Valkey s|S)erver v=((\d+)\.(\d+)\.\S+)/m.exec(stdout) ?? [];
  const isOlder = Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
  if (!isOlder) return { path: file, env, version };
  throw new Error(
    `${file} (from ${origin}) is not Valkey ${OLDEST.join('.')} or newer: it says ` +
      `"${stdout.trim().split('\n', 1).join()}".\n${INSTALL_HELP}`,
  );
}

const INSTALL_HELP = [
  `Install Valkey ${OLDEST.join('.')} or newer, or set VALKEY_SERVER to its valkey-server:`,
  '  macOS           brew install valkey',
  '  Debian, Ubuntu  apt-get install valkey-server   (Debian 12: -t bookworm-backports)',
  '  Fedora, RHEL    dnf install valkey',
  '  Alpine          apk add valkey',
  '  Arch            pacman -S valkey',
].join('\n');
