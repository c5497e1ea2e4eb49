import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { valkeyBinary, type ValkeyBinary } from '../../../../lib/tools/engines/valkey-binary';
import { hasApt } from '../../../../lib/tools/engines/valkey-package';

const folder = mkdtempSync(path.join(tmpdir(), 'carfin-valkey-binary-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A valkey-server that says this, and ends so. */
function server(says: string, status = 0): string {
  const file = path.join(folder, `server-${readdirSync(folder).length}`);
  writeFileSync(file, `#!/bin/sh\necho '${says}'\necho '${says}' >&2\nexit ${status}\n`, { mode: 0o700 });
  return file;
}

test('where none is installed the package runs from an empty cache; without apt the way out is told', async () => {
  const cache = mkdtempSync(path.join(folder, 'cache-'));
  const found = await valkeyBinary({ PATH: '' }, cache).catch((error: unknown) => error);
  const unpacked = expect.objectContaining({
    path: expect.stringContaining(cache) as string,
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
  }) as unknown;
  const wayOut = expect.objectContaining({
    message: expect.stringContaining('brew install valkey') as string,
  }) as unknown;
  expect(found).toEqual(hasApt() ? unpacked : wayOut);
  expect(readdirSync(cache)).toEqual(
    hasApt() ? [path.basename(path.join((found as ValkeyBinary).path, '../../..'))] : [],
  );
});

test.each([
  ['7.2.7', 'Server v=7.2.7 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=c373fdcd36e9c07d'],
  ['7.10.1', 'Valkey server v=7.10.1 sha=00000000:0'],
  ['8.0.1', 'Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=e4dfcdd6b1a35a40'],
  ['10.0.0-rc1', 'Valkey server v=10.0.0-rc1 sha=00000000:0'],
])('%s is taken as its server says it: %s', async (version, words) => {
  const file = server(words);
  expect(await valkeyBinary({ VALKEY_SERVER: file })).toEqual({ path: file, env: {}, version });
});

test.each([
  'Redis server v=7.0.15 sha=0',
  'Redis server v=7.2.5 sha=0',
  'Redis server v=8.0.1 sha=0',
  'Redis server v=6.2.14 sha=0',
  'KeyDB server v=6.3.4 sha=0',
  'Server v=7.0.15 sha=0',
  'no version at all',
])('a server that says "%s" is refused: by its name, where it came from, its words and the rule', async (words) => {
  const file = server(words);
  await expect(valkeyBinary({ VALKEY_SERVER: file })).rejects.toThrow(
    `${file} (from VALKEY_SERVER) is not Valkey 7.2 or newer: it says "${words}".\nInstall Valkey`,
  );
});

test('a server that does not run is told with its own words', async () => {
  const file = server('error while loading shared libraries: libssl.so.3', 127);
  await expect(valkeyBinary({ VALKEY_SERVER: file })).rejects.toThrow(
    /does not run: error while loading shared libraries: libssl\.so\.3\nInstall Valkey/,
  );
});
