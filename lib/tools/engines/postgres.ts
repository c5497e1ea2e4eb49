import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { cacheFolder, checkOthersMayEnter, isRoot } from './cache-folder';
import { claim } from './data-claim';
import { freePort } from './free-ports';
import { OwnedProcess } from './owned-process';
import { postgresBinaries } from './postgres-binaries';
import { makeRunFolder, sweepRunFolders } from './run-folder';

const run = promisify(execFile);

const OWNER = 'owner';
/** The login of the Lambda functions: it may read, nothing else. */
export const READER = 'carfin_reader';

export interface LocalPostgres {
  /** For the functions: a login that may only read. */
  url: string;
  /** For generators and tests. */
  ownerUrl: string;
  version: string;
  process: OwnedProcess;
  stop: () => Promise<void>;
}

interface Account {
  uid: number;
  gid: number;
}

/** `nobody`: it runs the server when we are root, which PostgreSQL refuses to be, and has no files of its own. */
const UNPRIVILEGED: Account = { uid: 65_534, gid: 65_534 };

/**
 * Starts PostgreSQL on a free port of 127.0.0.1.
 * @param folder where its data lie and stay; without it they are thrown away at stop, and nothing waits for the disk.
 * @param extra settings on top, as in postgresql.conf.
 */
export async function startPostgres(
  folder?: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<LocalPostgres> {
  const native = await postgresBinaries();
  const account = isRoot() ? UNPRIVILEGED : undefined;
  const throwaways = cacheFolder('postgres');
  sweepRunFolders(throwaways, 'run');
  const home = folder ?? makeRunFolder(throwaways, 'run');
  mkdirSync(home, { recursive: true });
  if (account) {
    checkOthersMayEnter(native);
    checkOthersMayEnter(path.dirname(home));
    chownSync(home, account.uid, account.gid);
  }
  const data = path.join(home, 'data');
  await claim(home, data);
  const password = await initialise(native, home, data, account);
  const port = await freePort();
  const server = await OwnedProcess.start(
    'PostgreSQL',
    path.join(native, 'bin/postgres'),
    ['-D', data, ...settings(port, folder === undefined, extra)],
    {
      ...account,
      cwd: home,
      env: { LC_ALL: 'C', PATH: process.env.PATH },
    },
    // At once, but not without giving its shared memory back.
    'QUIT',
  );
  const ownerUrl = urlOf(OWNER, password, port);
  const stop = async () => {
    await server.stop('SIGINT');
    if (folder === undefined) rmSync(home, { recursive: true, force: true });
  };
  let version = '';
  try {
    await server.until(async () => {
      version = await prepareReader(ownerUrl, password);
      return true;
    }, 30_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: urlOf(READER, password, port),
    ownerUrl,
    version,
    process: server,
    stop,
  };
}

function settings(port: number, throwaway: boolean, extra: Readonly<Record<string, string>>): string[] {
  const all = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '256MB',
    ...(throwaway ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    ...extra,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function urlOf(user: string, password: string, port: number): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`;
}

/** @returns the password of both logins, made at the first start and kept beside the data for its owner alone. */
async function initialise(native: string, home: string, data: string, account?: Account): Promise<string> {
  const passwordFile = path.join(home, 'password');
  if (existsSync(path.join(data, 'PG_VERSION'))) return readFileSync(passwordFile, 'utf8');
  const password = randomBytes(18).toString('base64url');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const how = ['-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-sync'];
  // Under its name only when it is whole: a start that is killed here is simply made again.
  const unfinished = `${data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await run(path.join(native, 'bin/initdb'), ['-D', unfinished, '-U', OWNER, ...how], {
    ...account,
    cwd: home,
    env: { LC_ALL: 'C', PATH: process.env.PATH },
  });
  renameSync(unfinished, data);
  return password;
}

async function prepareReader(ownerUrl: string, password: string): Promise<string> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const exists = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [READER]);
    if (exists.rowCount === 0) await client.query(`CREATE ROLE ${READER} LOGIN PASSWORD '${password}'`);
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? '';
  } finally {
    await client.end();
  }
}
