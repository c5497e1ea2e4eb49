import { once } from 'node:events';
import { ACCESS, accessString, type ValkeyUser } from '../../../lambda/contract/access';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { connectCluster, reauthenticate } from '../../../lambda/valkey/cluster';
import { logger } from '../../../lambda/telemetry/emitter';
import { valkeyCredentials } from '../../../lambda/valkey/credentials';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';
import { makeCertificates } from '../../../lib/tools/engines/certificates';
import { RequestContext } from '../../../lambda/telemetry/request';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await LocalCluster.start();
});
afterAll(async () => {
  await cluster.stop();
});

async function as<T>(
  user: ValkeyUser,
  work: (client: ValkeyClient, request: RequestContext) => Promise<T>,
): Promise<T> {
  const client = ValkeyClient.fromEnvironment(cluster.environment(user));
  try {
    return await work(client, new RequestContext(5_000));
  } finally {
    client.close();
  }
}

/**
 * What each node counts as refused for want of a permission; ElastiCache's CommandAuthorizationFailures, and an alarm.
 */
async function refusals(): Promise<(string | undefined)[]> {
  const infos = (await cluster.everywhere('INFO', 'everything')).map(String);
  return infos.map((info) => /acl_access_denied_cmd:(\d+)/.exec(info)?.[1]);
}

/** Commands that a user must not be able to run, on keys that are somebody else's. */
const FORBIDDEN: Record<ValkeyUser, [command: string, key: string, ...args: string[]][]> = {
  search: [
    ['SET', 'index:{catalogue}:current', 'x'],
    ['DEL', 'index:abc:0'],
    ['GET', 'a2a:{s}'],
    ['GET', 'chat:{u}'],
    ['HGETALL', 'pref:{u}'],
    ['SET', 'user:1', 'x'],
    ['HGETALL', 'image:{1}'],
    ['HSCAN', 'listing:9', '0'],
    ['FLUSHALL', 'search:x'],
    ['KEYS', 'search:*'],
    ['CONFIG', 'GET', 'maxmemory'],
  ],
  conversation: [
    ['SET', 'index:{catalogue}:current', 'x'],
    ['DEL', 'index:abc:0'],
    ['SET', 'image:x', 'x'],
    ['FLUSHALL', 'search:x'],
    ['KEYS', 'a2a:*'],
    ['XTRIM', 'chat:{u}', 'MAXLEN', '0'],
    ['SCAN', '0'],
  ],
  events: [
    ['XADD', 'a2a:{s}:events', '*', 'a', 'b'],
    ['HSET', 'a2a:{s}', 'a', 'b'],
    ['HGET', 'pref:{u}', 'a'],
    ['HGET', 'search:x', 'body'],
    ['HGET', 'image:{1}', 'a'],
  ],
  images: [
    ['GET', 'search:x'],
    ['HGET', 'index:abc', 'digest'],
    ['HMGET', 'listing:9', 'a'],
    ['GET', 'popular:x'],
    ['SET', 'lease:{catalogue}', 'x'],
    ['HGETALL', 'a2a:{s}'],
    ['GET', 'chat:{u}'],
    ['HGET', 'pref:{u}', 'a'],
    ['HGET', 'rec:{u}', 'a'],
    ['SET', 'user:{u}', 'x'],
    ['GET', 'seen:a2a:s'],
    ['FLUSHALL', 'image:{1}'],
    ['KEYS', 'image:*'],
    ['SCAN', '0'],
  ],
  'key-reader': [
    ['SET', 'search:x', 'x'],
    ['DEL', 'search:x'],
    ['GET', 'chat:{u}'],
    ['HGETALL', 'a2a:{s}'],
    ['GET', 'lease:{catalogue}'],
    ['HGET', 'image:{1}', 'a'],
  ],
  operations: [
    ['GET', 'chat:{u}'],
    ['HGETALL', 'a2a:{s}'],
    ['HGETALL', 'pref:{u}'],
    ['DEL', 'listing:9'],
    ['GET', 'user:1'],
    ['FLUSHALL', 'search:x'],
    ['KEYS', 'search:*'],
    ['CONFIG', 'GET', 'maxmemory'],
  ],
  'warm-up': [
    ['GET', 'chat:{u}'],
    ['GET', 'a2a:{s}'],
    ['HGETALL', 'pref:{u}'],
    ['SET', 'user:1', 'x'],
    ['FLUSHALL', 'search:x'],
    ['KEYS', 'search:*'],
  ],
};

test('of what is forbidden the log has the command, once while it goes on, and nothing of its arguments', async () => {
  const warned = jest.spyOn(logger, 'warn');
  await as('search', async (client, request) => {
    for (let i = 0; i < 3; i++) await client.run(request, 'chat:{u}', (valkey) => valkey.get('chat:{u}'));
  });
  expect(warned.mock.calls).toEqual([
    ['Valkey forbids a command', { layer: 'permission', command: 'get', reason: 'NOPERM' }],
  ]);
  warned.mockRestore();
});

describe.each(Object.keys(ACCESS) as ValkeyUser[])('user %s', (user) => {
  test.each(FORBIDDEN[user])('may not %s %s', async (command, key, ...args) => {
    const outcome = await as(user, (client, request) =>
      client.run(request, key, (valkey) => valkey.call(command, key, ...args)),
    );
    expect(outcome).toMatchObject({ ok: false, error: { name: 'ValkeyCommandError', code: 'NOPERM' } });
  });

  test('may follow a slot that is on its way to another node', async () => {
    const answers = await as(user, async ({ cluster }) => {
      if (cluster.status !== 'ready') await once(cluster, 'ready');
      return Promise.all(cluster.nodes('master').map((node) => node.asking()));
    });
    expect(answers).toEqual(['OK', 'OK', 'OK']);
  });

  test('is refused nothing that the client sends by itself, when it connects and when it asks for slots', async () => {
    const before = await refusals();
    await as(user, async ({ cluster: client }) => {
      if (client.status !== 'ready') await once(client, 'ready');
      await new Promise<void>((resolve, reject) =>
        client.refreshSlotsCache((error) => (error ? reject(error) : resolve())),
      );
    });
    expect(await refusals()).toEqual(before);
  });

  test('has an access string without a password, that denies what it does not name', () => {
    expect(accessString(user)).toMatch(/^on [^><]* -@all \+/);
  });
});

test('a certificate of another authority is refused', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'carfin-ca-'));
  try {
    const { caFile } = await makeCertificates(folder);
    const client = ValkeyClient.fromEnvironment({ ...cluster.environment('search'), VALKEY_CA_FILE: caFile });
    const outcome = await client.run(new RequestContext(1_000), 'search:x', (valkey) => valkey.get('search:x'));
    client.close();
    expect(outcome).toMatchObject({ ok: false, error: { name: 'ValkeyUnavailableError' } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each<[string, (folder: string) => Promise<NodeJS.ProcessEnv>, string]>([
  ['a name that is none', () => Promise.resolve({ VALKEY_ENDPOINT: 'no-such-host.invalid:6379' }), 'DNS'],
  ['a port where nobody listens', () => Promise.resolve({ VALKEY_ENDPOINT: '127.0.0.1:1' }), 'TCP'],
  ['another authority', async (folder) => ({ VALKEY_CA_FILE: (await makeCertificates(folder)).caFile }), 'TLS'],
  ['a user that is none', () => Promise.resolve({ VALKEY_USER: 'nobody' }), 'authentication'],
])('%s is told as what it is', async (_, change, layer) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'carfin-layer-'));
  const warn = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
  try {
    const valkey = connectCluster({ ...cluster.environment('search'), ...(await change(folder)) });
    const told = () => warn.mock.calls.map(([message, details]) => [message, (details as { layer: string }).layer]);
    // What another test's client found may still be on its way here.
    while (!told().some(([, each]) => each === layer)) await new Promise((resolve) => setTimeout(resolve, 20));
    valkey.disconnect();
    expect(told()).toContainEqual(['Connecting to Valkey failed', layer]);
  } finally {
    warn.mockRestore();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('connections sign in again before ElastiCache closes them at twelve hours', async () => {
  const env = cluster.environment('search');
  const valkey = connectCluster(env);
  await new Promise((resolve) => valkey.once('ready', resolve));
  await Promise.all(valkey.nodes().map((node) => node.ping()));
  const authentications = async () => {
    const stats = (await cluster.everywhere('INFO', 'commandstats')) as string[];
    return stats.reduce((sum, text) => sum + Number(/cmdstat_auth:calls=(\d+)/.exec(text)?.[1] ?? 0), 0);
  };
  const credentials = valkeyCredentials(env);
  // The administrator's own sign-ins count too, the same number in each of these.
  const idle = -(await authentications()) + (await authentications());
  const before = await authentications();
  await reauthenticate(valkey, credentials, Date.now() + 10 * 3_600_000);
  const after10Hours = await authentications();
  await reauthenticate(valkey, credentials, Date.now() + 11.5 * 3_600_000);
  const after11Hours = await authentications();
  valkey.disconnect();
  expect([after10Hours - before - idle, after11Hours - after10Hours - idle]).toEqual([0, 3]);
});
