import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder';
import { withLock } from './lock';

const run = promisify(execFile);

export interface ValkeyBinary {
  path: string;
  /** What it needs beside this process's own environment. */
  env: NodeJS.ProcessEnv;
  version: string;
}

/** Valkey's packages and the libraries that a bare Debian lacks for them. */
const PACKAGES = ['valkey-server', 'valkey-tools', 'libjemalloc2', 'liblzf1'];

/**
 * Finds valkey-server: `VALKEY_SERVER`, the PATH, or the distribution's package, unpacked into the cache folder without
 * touching the system.
 * @throws Error that says how to install it where none of these works.
 */
export async function valkeyBinary(
  env: NodeJS.ProcessEnv = process.env,
  cache = cacheFolder('valkey'),
): Promise<ValkeyBinary> {
  if (env.VALKEY_SERVER) return describe(env.VALKEY_SERVER, 'VALKEY_SERVER');
  const onPath = (env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'valkey-server'));
  const installed = onPath.find((file) => existsSync(file));
  if (installed !== undefined) return describe(installed, 'PATH');
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`valkey-server is not on the PATH. ${INSTALL_HELP}`);
  const root = path.join(cache, 'root');
  if (!existsSync(root)) await withLock(path.join(cache, 'lock'), () => unpack(cache, root));
  const libraries = path.join(root, 'usr/lib');
  const folders = readdirSync(libraries).map((name) => path.join(libraries, name));
  return describe(path.join(root, 'usr/bin/valkey-server'), 'the unpacked package', {
    LD_LIBRARY_PATH: folders.join(':'),
  });
}

async function describe(file: string, origin: string, env: NodeJS.ProcessEnv = {}): Promise<ValkeyBinary> {
  try {
    const { stdout } = await run(file, ['--version'], { env: { ...process.env, ...env } });
    return { path: file, env, version: /v=(\S+)/.exec(stdout)?.[1] ?? stdout.trim() };
  } catch (cause) {
    throw new Error(`${file} (from ${origin}) does not run. ${INSTALL_HELP}`, { cause });
  }
}

/** `apt-get download` with lists of its own, so that neither root's rights nor the machine's sources are needed. */
async function unpack(cache: string, root: string): Promise<void> {
  if (existsSync(root)) return;
  const apt = path.join(cache, 'apt');
  const packages = path.join(apt, 'packages');
  for (const folder of ['lists/partial', 'cache/archives/partial', 'packages'])
    mkdirSync(path.join(apt, folder), { recursive: true });
  const sources = path.join(apt, 'sources.list');
  writeFileSync(sources, sourcesList());
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${path.join(apt, 'lists')}`,
    `Dir::Cache=${path.join(apt, 'cache')}`,
    'APT::Sandbox::User=root',
    'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  const unfinished = `${root}.${process.pid}`;
  try {
    await run('apt-get', [...options, 'update']);
    await run('apt-get', [...options, 'download', ...PACKAGES], { cwd: packages });
    for (const file of readdirSync(packages)) await run('dpkg-deb', ['-x', path.join(packages, file), unfinished]);
    renameSync(unfinished, root);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(`Valkey's package can't be unpacked: ${(cause as Error).message}\n${INSTALL_HELP}`, { cause });
  } finally {
    rmSync(apt, { recursive: true, force: true });
  }
}

/** Debian 12 has Valkey in its backports only; later releases, and Ubuntu, in their own archive. */
function sourcesList(): string {
  const release = readFileSync('/etc/os-release', 'utf8');
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]+)`, 'm').exec(release)?.[1] ?? '';
  const codename = value('VERSION_CODENAME');
  if (value('ID') === 'ubuntu') {
    const signed = '[signed-by=/usr/share/keyrings/ubuntu-archive-keyring.gpg]';
    return `deb ${signed} http://archive.ubuntu.com/ubuntu ${codename} main universe\n`;
  }
  const suites = codename === 'bookworm' ? [codename, `${codename}-backports`] : [codename];
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]';
  return suites.map((suite) => `deb ${signed} http://deb.debian.org/debian ${suite} main\n`).join('');
}

const INSTALL_HELP = [
  'Install Valkey 7.2 or newer, or set VALKEY_SERVER to its valkey-server:',
  '  macOS           brew install valkey',
  '  Debian, Ubuntu  apt-get install valkey-server   (Debian 12: -t bookworm-backports)',
  '  Fedora, RHEL    dnf install valkey',
  '  Alpine          apk add valkey',
  '  Arch            pacman -S valkey',
].join('\n');
