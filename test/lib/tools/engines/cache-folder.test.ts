import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  cacheFolder,
  cacheFolderForAnotherTerminal,
  checkOthersMayEnter,
} from '../../../../lib/tools/engines/cache-folder';

const before = process.env.CARFIN_CACHE_FOLDER;
const parent = mkdtempSync(path.join(tmpdir(), 'carfin-cache-folder-'));

afterAll(() => {
  if (before === undefined) delete process.env.CARFIN_CACHE_FOLDER;
  else process.env.CARFIN_CACHE_FOLDER = before;
  rmSync(parent, { recursive: true, force: true });
});

test('folders that are missing are made, and others may enter them', () => {
  process.env.CARFIN_CACHE_FOLDER = path.join(parent, 'a', 'b');
  const folder = cacheFolder('c');
  expect(folder).toBe(path.join(parent, 'a', 'b', 'c'));
  for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(path.join(parent, made)).mode & 0o777).toBe(0o755);
  expect(cacheFolder('c')).toBe(folder);
});

test('a folder on the way that keeps others out is named: PostgreSQL could not enter it', () => {
  process.env.CARFIN_CACHE_FOLDER = path.join(parent, 'a');
  const folder = cacheFolder('c');
  expect(() => checkOthersMayEnter(folder)).toThrow(
    `PostgreSQL does not run as root, and other users may not enter ${parent}. Set CARFIN_CACHE_FOLDER to a folder`,
  );
  chmodSync(parent, 0o755);
  checkOthersMayEnter(folder);
});

test.each(['/proc/carfin-cache', '/dev/null/carfin-cache'])(
  '%s, where nothing can be made, is refused by name instead of tried for ever',
  (folder) => {
    process.env.CARFIN_CACHE_FOLDER = folder;
    expect(() => cacheFolder('tests')).toThrow(
      /^The cache folder .*carfin-cache.* can't be written to \(E\w+: .*\)\. Set CARFIN_CACHE_FOLDER to a folder/,
    );
  },
);

test('another terminal is told of a folder that was chosen, as a shell takes it', () => {
  delete process.env.CARFIN_CACHE_FOLDER;
  expect(cacheFolderForAnotherTerminal()).toStrictEqual([]);
  process.env.CARFIN_CACHE_FOLDER = "/var/tmp/kim's cache";
  const [line = ''] = cacheFolderForAnotherTerminal();
  const { stdout } = spawnSync('sh', ['-c', `${line}; printf %s "$CARFIN_CACHE_FOLDER"`], { encoding: 'utf8' });
  expect(stdout).toBe("/var/tmp/kim's cache");
});
