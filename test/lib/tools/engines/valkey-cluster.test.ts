import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'iovalkey';
import { ENV } from '../../../../lambda/contract/environment';
import { ENGINE_PARAMETERS } from '../../../../lib/constructs/cache/engine-parameters';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { besideProduction } from '../../../../lib/tools/engines/engine-version';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';
import type { ValkeyNode } from '../../../../lib/tools/engines/valkey-node';

let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
});
afterAll(async () => {
  await cluster.stop();
});

/** A connection of the search function to one node, as any client would make it. */
async function signIn(node: ValkeyNode, password: string): Promise<string> {
  const client = new Redis({
    host: '127.0.0.1',
    port: node.port,
    username: 'search',
    password,
    tls: { ca: readFileSync(cluster.caFile) },
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  const failure = new Promise<string>((resolve) => client.on('error', ({ message }: Error) => resolve(message)));
  try {
    await client.connect();
    return await client.ping();
  } catch {
    return await failure;
  } finally {
    client.disconnect();
  }
}

const passwordFile = () => cluster.environment('search')[ENV.valkeyPasswordFile] ?? '';
const password = () => readFileSync(passwordFile(), 'utf8');

test('three primaries share the slots, and each has a replica that is in step', async () => {
  const roles = (await cluster.everywhere('ROLE')) as unknown[][];
  expect(roles.map(([role]) => role)).toEqual(['master', 'master', 'master', 'slave', 'slave', 'slave']);
  const infos = (await cluster.everywhere('CLUSTER', 'INFO')) as string[];
  for (const info of infos) expect(info).toMatch(/cluster_state:ok[^]*cluster_slots_ok:16384[^]*cluster_size:3/);
});

test('each node speaks only TLS, under names that its certificate holds', async () => {
  const [node] = cluster.nodes as [ValkeyNode];
  expect(await signIn(node, password())).toBe('PONG');
  const plain = new Redis({ host: '127.0.0.1', port: node.port, lazyConnect: true, retryStrategy: () => null });
  plain.on('error', () => undefined);
  await expect(plain.connect()).rejects.toThrow('closed');
  plain.disconnect();
});

test('only the users of the functions and the administrator may sign in', async () => {
  const users = (await cluster.everywhere('ACL', 'LIST')) as string[][];
  for (const list of users) expect(list.find((line) => line.startsWith('user default'))).toMatch(/^user default off/);
  expect(await signIn(cluster.nodes[0] as ValkeyNode, 'guess')).toMatch(/WRONGPASS/);
  expect(statSync(passwordFile()).mode & 0o777).toBe(0o600);
});

test('a new password holds on every node, also on one that was down meanwhile', async () => {
  const [, , , down] = cluster.nodes as [ValkeyNode, ValkeyNode, ValkeyNode, ValkeyNode];
  const old = password();
  await down.stop();
  await cluster.rotatePassword('search');
  await down.start();
  const answers = (secret: string) => Promise.all(cluster.nodes.map((node) => signIn(node, secret)));
  expect(await answers(password())).toEqual(Array(6).fill('PONG'));
  expect(await answers(old)).toEqual(Array(6).fill(expect.stringMatching(/WRONGPASS/)));
  await cluster.untilOk();
});

test('stop leaves neither process nor file', async () => {
  const short = await LocalCluster.start({ primaries: 1 });
  const pids = short.nodes.map((node) => node.process?.pid ?? 0);
  await short.stop();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(existsSync(path.dirname(short.caFile))).toBe(false);
});

test('a setting that Valkey refuses is told in its own words', async () => {
  await expect(LocalCluster.start({ primaries: 1, settings: { 'maxmemory-policy': 'random' } })).rejects.toThrow(
    /ended\. Its last words:[^]*maxmemory-policy/,
  );
});

test('every parameter of the stage’s parameter group is in force on every node', async () => {
  const running = await Promise.all(
    cluster.nodes.map(async (node) => {
      const values = (await node.ask('CONFIG', 'GET', ...Object.keys(ENGINE_PARAMETERS))) as string[];
      return Object.fromEntries(values.flatMap((name, i) => (i % 2 === 0 ? [[name, values[i + 1]]] : [])));
    }),
  );
  expect(Object.keys(ENGINE_PARAMETERS).length).toBeGreaterThan(5);
  expect(running).toEqual(cluster.nodes.map(() => ENGINE_PARAMETERS));
});

test.each([
  ['7.2.14', '7.2.14 (as production)'],
  ['8.0.1', '8.0.1 (production: 7.2)'],
  ['7.20.1', '7.20.1 (production: 7.2)'],
])('%s is named beside production’s version', (version, named) => {
  expect(besideProduction(version, '7.2')).toBe(named);
});

test('a temporary folder may have spaces and quotes in its name', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'Jane "JD" Doe '));
  const script = `
    const { readdirSync } = require('node:fs');
    require('./lib/tools/engines/valkey-cluster').LocalCluster.start({ primaries: 1 }).then(async (cluster) => {
      console.log(JSON.stringify([await cluster.everywhere('PING'), readdirSync(process.env.TMPDIR).length]));
      await cluster.stop();
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, TMPDIR: folder },
    encoding: 'utf8',
  });
  const left = readdirSync(folder).filter((name) => name.startsWith('carfin-'));
  rmSync(folder, { recursive: true });
  expect([stderr, stdout.trim(), left]).toEqual(['', expect.stringMatching(/^\[\["PONG"\],[1-9]\]$/), []]);
});
