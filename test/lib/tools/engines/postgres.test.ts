import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cacheFolder } from '../../../../lib/tools/engines/cache-folder';
import { postgresBinaries } from '../../../../lib/tools/engines/postgres-binaries';
import { startPostgres } from '../../../../lib/tools/engines/postgres';
import { withClient } from '../../../../lib/tools/example-data/vehicles-table';

const before = process.env.CARFIN_CACHE_FOLDER;
let cache: string;

// Not the cache of the other tests: here it is made from nothing, under a umask that lets nobody else in.
beforeAll(async () => {
  const umask = process.umask(0o077);
  cache = path.join(mkdtempSync(path.join(tmpdir(), 'carfin-postgres-')), 'Jane Doe');
  spawnSync('chmod', ['755', path.dirname(cache)]);
  process.env.CARFIN_CACHE_FOLDER = cache;
  await postgresBinaries();
  process.umask(umask);
});

afterAll(() => {
  if (before === undefined) delete process.env.CARFIN_CACHE_FOLDER;
  else process.env.CARFIN_CACHE_FOLDER = before;
  rmSync(path.dirname(cache), { recursive: true, force: true });
});

test('the copied binaries stand alone: every link stays inside, and every other user may read them', async () => {
  const native = await postgresBinaries();
  const files = readdirSync(native, { recursive: true, encoding: 'utf8' }).map((name) => path.join(native, name));
  const links = files.filter((file) => lstatSync(file).isSymbolicLink());
  expect(links.map((link) => path.basename(link))).toContain('libicuuc.so.60');
  expect(links.filter((link) => !realpathSync(link).startsWith(realpathSync(native)))).toStrictEqual([]);
  expect(files.filter((file) => (statSync(file).mode & 0o044) !== 0o044)).toStrictEqual([]);
});

test('a folder keeps its data and its passwords; a throwaway server leaves nothing', async () => {
  const folder = cacheFolder('kept');
  const first = await startPostgres(folder);
  await withClient(first.ownerUrl, (client) => client.query('CREATE TABLE kept AS SELECT 1 AS one'));
  await first.stop();
  const second = await startPostgres(folder);
  const { rows } = await withClient(second.ownerUrl, (client) => client.query('SELECT one FROM kept'));
  await second.stop();
  expect(rows).toEqual([{ one: 1 }]);
  expect(statSync(path.join(folder, 'password')).mode & 0o777).toBe(0o600);

  const throwaway = await startPostgres();
  const { pid } = throwaway.process;
  await throwaway.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(readdirSync(cacheFolder('postgres')).filter((name) => name.startsWith('run-'))).toStrictEqual([]);
});

test('an initialisation that was killed is done again', async () => {
  const folder = cacheFolder('killed');
  const { spawn } = await import('node:child_process');
  // As a start that dies in the middle of it: the folder has a beginning of the data.
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '-e', `require('./lib/tools/engines/postgres').startPostgres(${JSON.stringify(folder)})`],
    {
      detached: true,
      stdio: 'ignore',
    },
  );
  while (
    readdirSync(folder).every((name) => !name.startsWith('data') || !existsSync(path.join(folder, name, 'PG_VERSION')))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  const server = await startPostgres(folder);
  await server.stop();
  expect(server.version).toMatch(/^17\./);
});
