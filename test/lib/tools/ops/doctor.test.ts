import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Check } from '../../../../lambda/doctor/check';
import { examine } from '../../../../lambda/doctor/examine';
import type { Stores } from '../../../../lib/tools/breakage/breakage';
import { configured } from '../../../../lib/tools/breakage/refusals';
import { makeCertificates } from '../../../../lib/tools/engines/certificates';
import { closeServer, listen } from '../../../../lib/tools/engines/loopback';
import { withClient } from '../../../../lib/tools/example-data/vehicles-table';
import { examineApi } from '../../../../lib/tools/ops/diagnose/api-layers';
import { accessString } from '../../../../lambda/contract/access';
import { startEngines, type Engines } from '../../../support/engines';

let engines: Engines;
let folder: string;

beforeAll(async () => {
  engines = await startEngines(100);
  folder = mkdtempSync(path.join(tmpdir(), 'carfin-doctor-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await engines.stop();
});

const env = (change: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ ...engines.env('search'), ...change });
const brief = (checks: Check[]) => checks.map(({ system, layer, outcome }) => `${system} ${layer} ${outcome}`);
const failures = (checks: Check[]) => checks.filter(({ outcome }) => outcome === 'failed');

test('a system that is well: every layer of both stores answers, and nothing was changed', async () => {
  const checks = await examine(env());
  expect(brief(checks)).toEqual([
    ...['DNS', 'TCP', 'TLS', 'authentication', 'cluster', 'permission', 'writes'].map((layer) => `Valkey ${layer} ok`),
    ...['DNS', 'TCP', 'login', 'table'].map((layer) => `database ${layer} ok`),
  ]);
  expect(checks.find(({ layer }) => layer === 'cluster')?.found).toBe(
    '3 primaries answer, 16384 slots, cluster_state ok',
  );
  expect(await engines.cluster.everywhere('DBSIZE')).toEqual([0, 0, 0]);
});

describe('names the layer that fails, says what to do, and looks no further', () => {
  test.each<[string, () => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>, string]>([
    ['a name that is none', () => ({ VALKEY_ENDPOINT: 'no-such-host.invalid:6379' }), 'DNS'],
    ['a port where nobody listens', () => ({ VALKEY_ENDPOINT: '127.0.0.1:1' }), 'TCP'],
    ['another authority', async () => ({ VALKEY_CA_FILE: (await makeCertificates(folder)).caFile }), 'TLS'],
    ['a user that is none', () => ({ VALKEY_USER: 'nobody' }), 'authentication'],
  ])('Valkey: %s', async (_, change, layer) => {
    const checks = (await examine(env(await change()))).filter(({ system }) => system === 'Valkey');
    expect(failures(checks).map((each) => each.layer)).toEqual([layer]);
    expect(failures(checks)[0]?.advice).toMatch(/\w{4}/);
    const above = checks.slice(checks.findIndex((each) => each.layer === layer) + 1);
    expect(above.every(({ outcome }) => outcome === 'skipped')).toBe(true);
  });

  test('Valkey: a primary that is gone, by its address', async () => {
    const [, , gone] = engines.cluster.nodes;
    if (gone === undefined) throw new Error('there are three nodes');
    await gone.stop();
    const checks = await examine(env());
    await gone.start();
    await engines.cluster.untilOk();
    expect(failures(checks)).toEqual([
      expect.objectContaining({ layer: 'cluster', found: expect.stringContaining(String(gone.port)) as unknown }),
    ]);
  });

  test('Valkey: a permission that was taken away, by command and key', async () => {
    await engines.cluster.everywhere('ACL', 'SETUSER', 'search', '-expire');
    const checks = await examine(env());
    await engines.cluster.everywhere('ACL', 'SETUSER', 'search', ...accessString('search').split(' '));
    expect(failures(checks)).toEqual([
      expect.objectContaining({
        layer: 'permission',
        found: expect.stringMatching(/^EXPIRE search:doctor: NOPERM/) as unknown,
      }),
    ]);
    expect(failures(await examine(env()))).toStrictEqual([]);
  });

  test.each([
    ['no memory', { maxmemory: 1_000_000, 'maxmemory-policy': 'noeviction' }, 'writes', 'OOM'],
    ['too few replicas', { 'min-replicas-to-write': 1 }, 'writes', 'NOREPLICAS'],
  ])('Valkey: %s', async (_, settings, layer, code) => {
    const stores = { cluster: engines.cluster } as Stores;
    const breakage = configured(settings);
    await breakage.begin?.(stores);
    const checks = await examine(env());
    await breakage.end?.(stores);
    expect(failures(checks)).toEqual([expect.objectContaining({ layer, code })]);
    expect(failures(await examine(env()))).toStrictEqual([]);
  });

  test.each<[string, (url: URL) => unknown, string]>([
    ['a port where nobody listens', (url) => (url.port = '1'), 'TCP'],
    ['a password that is wrong', (url) => (url.password = 'wrong'), 'login'],
  ])('database: %s', async (_, change, layer) => {
    const url = new URL(engines.postgres.url);
    change(url);
    const checks = await examine(env({ DATABASE_URL: url.href }));
    expect(failures(checks).map((each) => [each.system, each.layer])).toEqual([['database', layer]]);
  });

  test('database: a column that is gone, by its name', async () => {
    const rename = (from: string, to: string) =>
      withClient(engines.postgres.ownerUrl, (client) => client.query(`ALTER TABLE vehicles RENAME ${from} TO ${to}`));
    await rename('price', 'cost');
    const checks = await examine(env());
    await rename('cost', 'price');
    expect(failures(checks)).toEqual([
      expect.objectContaining({ layer: 'table', found: expect.stringContaining('price') as unknown }),
    ]);
  });
});

describe('the API', () => {
  async function answering(status: number, body: string, work: (url: string) => Promise<void>): Promise<void> {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await work(`http://127.0.0.1:${await listen(server)}`).finally(() => closeServer(server));
  }

  test.each([
    [200, '{"status":"ok"}', 'ok', 'GET /v1/health: ok'],
    [403, '{}', 'ok', 'answers, and refuses who has not signed (403)'],
    // Which store it is stands above it, layer by layer.
    [503, '{"status":"down","valkey":{"ok":false}}', 'failed', 'GET /v1/health answers 503: down'],
    [504, '<p>Gateway Timeout</p>', 'failed', 'GET /v1/health answers 504: <p>Gateway Timeout</p>'],
    [
      502,
      '{"message":"Internal server error"}',
      'failed',
      'GET /v1/health answers 502: {"message":"Internal server error"}',
    ],
  ])('that answers %i', async (status, body, outcome, found) => {
    await answering(status, body, async (url) => {
      expect((await examineApi(url, false)).at(-1)).toMatchObject({ layer: 'gateway', outcome, found });
    });
  });

  test('that is private and out of reach from here has not failed; one that is regional has', async () => {
    const private_ = await examineApi('https://abc.execute-api.invalid/live', true);
    expect(private_.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped']);
    expect(private_[0]?.found).toContain('out of reach from here: the heartbeat asks it');
    const [regional] = await examineApi('https://abc.execute-api.invalid/live', false);
    expect(regional).toMatchObject({ outcome: 'failed' });
    await answering(503, '{"status":"down"}', async (url) => {
      expect((await examineApi(url, true)).at(-1)).toMatchObject({ outcome: 'failed' });
    });
  });
});
