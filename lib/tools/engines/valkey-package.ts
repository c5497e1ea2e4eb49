import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { madeOnce } from './made-once';

const run = promisify(execFile);

/** Programs that lie unpacked in the cache. */
interface UnpackedPackage {
  path: string;
  /** So that it finds the libraries unpacked beside it. */
  env: { LD_LIBRARY_PATH: string };
}

export function hasApt(): boolean {
  return existsSync('/usr/bin/apt-get');
}

/**
 * Debian's or Ubuntu's valkey-server with every library that this machine lacks for it, downloaded and unpacked into
 * the cache. Nothing is installed: it needs no rights and leaves the machine's packages, lists and caches as they are.
 * @throws Error with the words of apt-get or dpkg-deb.
 */
export async function unpackValkey(cache: string): Promise<UnpackedPackage> {
  const root = path.join(cache, `${osRelease('ID')}-${osRelease('VERSION_CODENAME')}-${process.arch}`);
  await madeOnce(root, unpack);
  // Debian 12 keeps some libraries in /lib, as packages: there usr/lib is the same place only on an installed system.
  const parents = ['usr/lib', 'lib'].map((name) => path.join(root, name)).filter((folder) => existsSync(folder));
  const libraries = parents.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)));
  return { path: path.join(root, 'usr/bin/valkey-server'), env: { LD_LIBRARY_PATH: libraries.join(':') } };
}

async function unpack(root: string): Promise<void> {
  const apt = path.join(root, 'apt');
  const archives = path.join(apt, 'cache/archives');
  for (const folder of [path.join(apt, 'lists/partial'), path.join(archives, 'partial')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(apt, 'sources.list'), sourcesList());
  const config = path.join(apt, 'apt.conf');
  writeFileSync(config, aptConfig(apt));
  await run('apt-get', ['-c', config, 'update']);
  // As an install would resolve it against what is installed here: whatever else valkey-server needs comes along.
  const install = ['--yes', '--download-only', '--no-install-recommends', 'install', 'valkey-server'];
  await run('apt-get', ['-c', config, ...install]);
  const files = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  for (const file of files) await run('dpkg-deb', ['-x', path.join(archives, file), root]);
  rmSync(apt, { recursive: true });
}

/** On top of the machine's own settings, such as a proxy: lists, cache and log of our own, and none of its hooks. */
function aptConfig(folder: string): string {
  const settings = {
    'Dir::Etc::sourcelist': path.join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': path.join(folder, 'lists'),
    'Dir::Cache': path.join(folder, 'cache'),
    'Dir::Cache::archives': path.join(folder, 'cache/archives'),
    'Dir::Log': folder,
    'APT::Sandbox::User': '',
    // Its locks guard the machine's packages, which stay untouched, and are root's to take.
    'Debug::NoLocking': 'true',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  // Images for containers have a hook that empties the machine's own cache of packages.
  const hooks = ['APT::Update', 'DPkg::Pre-Invoke', 'DPkg::Post-Invoke', 'DPkg::Pre-Install-Pkgs'];
  const lines = [
    ...hooks.map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Debian 12 has Valkey in its backports only; later releases, and Ubuntu since 24.04, in their own archive. */
function sourcesList(): string {
  const codename = osRelease('VERSION_CODENAME');
  if (osRelease('ID') === 'ubuntu') {
    // Ubuntu's main archive holds two architectures; all others lie in its archive of ports.
    const archive =
      process.arch === 'x64' ? 'http://archive.ubuntu.com/ubuntu' : 'http://ports.ubuntu.com/ubuntu-ports';
    return sources('ubuntu-archive-keyring', archive, [codename, `${codename}-updates`], 'main universe');
  }
  const suites = codename === 'bookworm' ? [codename, `${codename}-backports`] : [codename];
  return sources('debian-archive-keyring', 'http://deb.debian.org/debian', suites, 'main');
}

function sources(keyring: string, archive: string, suites: readonly string[], components: string): string {
  const signed = `[signed-by=/usr/share/keyrings/${keyring}.gpg]`;
  return suites.map((suite) => `deb ${signed} ${archive} ${suite} ${components}\n`).join('');
}

/** @returns a value of /etc/os-release, empty if it has none. */
function osRelease(name: string): string {
  return new RegExp(`^${name}="?([^"\n]+)`, 'm').exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
}
