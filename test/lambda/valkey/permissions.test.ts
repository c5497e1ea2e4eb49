import { ACCESS, type ValkeyUser } from '../../../lambda/contract/access';
import type { ValkeyNode } from '../../../lib/tools/engines/valkey-node';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

/** One key of each kind. */
const KEYS = [
  ...['search:x', 'index:abc:0', 'index:{catalogue}:current', 'listing:9', 'popular:h', 'image:{1}'],
  ...['lease:{search:x}', 'lease:{catalogue}'],
  ...['a2a:{s}', 'chat:{u}', 'pref:{u}', 'rec:{u}', 'user:{u}', 'seen:chat:h', 'forgotten:h', 'waits:{all}'],
];

const SEARCH = ['search:x', 'listing:9', 'popular:h', 'lease:{search:x}'];
const PEOPLE = ['a2a:{s}', 'chat:{u}', 'pref:{u}', 'rec:{u}', 'user:{u}', 'seen:chat:h', 'forgotten:h'];
const INDEX = ['index:abc:0', 'index:{catalogue}:current'];

/** What each user may read and write, and nothing else. */
const MAY: Record<ValkeyUser, { read: string[]; write: string[] }> = {
  search: { read: [...SEARCH, ...INDEX], write: SEARCH },
  conversation: { read: [...SEARCH, ...INDEX, ...PEOPLE], write: [...SEARCH, ...PEOPLE] },
  events: { read: ['a2a:{s}', 'seen:chat:h', 'forgotten:h', 'waits:{all}'], write: ['waits:{all}'] },
  images: { read: ['image:{1}'], write: ['image:{1}'] },
  'warm-up': { read: [...SEARCH, ...INDEX, 'lease:{catalogue}'], write: [...SEARCH, ...INDEX, 'lease:{catalogue}'] },
  operations: {
    read: [...INDEX, 'listing:9', 'forgotten:h'],
    write: ['index:{catalogue}:current', 'search:x', 'image:{1}', ...PEOPLE],
  },
  'key-reader': { read: ['search:x', ...INDEX, 'listing:9', 'popular:h'], write: [] },
};

/** Commands with one key, what they need beside it, and whether they write. */
const READS = {
  get: [],
  hget: ['f'],
  hmget: ['f'],
  hgetall: [],
  hkeys: [],
  hscan: ['0'],
  ttl: [],
  zrevrange: ['0', '-1'],
};
const WRITES = { set: ['v'], del: [], unlink: [], hset: ['f', 'v'], hdel: ['f'], expire: ['9'], zadd: ['1', 'm'] };

let cluster: LocalCluster;
let node: ValkeyNode;

beforeAll(async () => {
  cluster = await LocalCluster.start({ primaries: 1 });
  [node] = cluster.nodes as [ValkeyNode];
});
afterAll(() => cluster.stop());

const USERS = Object.keys(ACCESS) as ValkeyUser[];

describe.each(USERS)('user %s', (user) => {
  const granted = new Set<string>(ACCESS[user].commands.map((command) => command.slice(1)));
  const reaches = async (commands: Record<string, string[]>): Promise<Record<string, string[]>> => {
    const connection = node.connect();
    await connection.connect();
    const found: Record<string, string[]> = {};
    for (const [command, more] of Object.entries(commands)) {
      found[command] = [];
      for (const key of KEYS) {
        const answer = await connection.call('ACL', 'DRYRUN', user, command, key, ...more);
        if (answer === 'OK') found[command].push(key);
      }
    }
    connection.disconnect();
    return found;
  };

  test.each([
    ['reads', READS, MAY[user].read],
    ['writes', WRITES, MAY[user].write],
  ] as const)('%s its own keys with the commands it has, and no other', async (_, commands, keys) => {
    const expected = Object.fromEntries(
      Object.keys(commands).map((command) => [
        command,
        granted.has(command) ? KEYS.filter((key) => keys.includes(key)) : [],
      ]),
    );
    expect(await reaches(commands)).toEqual(expected);
  });

  test('has no other command of the engine', async () => {
    const connection = node.connect();
    await connection.connect();
    const all = (await connection.call('COMMAND')) as [name: string, arity: number][];
    const allowed: string[] = [];
    for (const [name, arity] of all) {
      const [key = ''] = [...MAY[user].write, ...MAY[user].read];
      const rest = Array.from({ length: Math.abs(arity) - 1 }, () => key);
      const answer = await connection
        .call('ACL', 'DRYRUN', user, name, ...rest)
        .catch((error: unknown) => (error as Error).message);
      if (answer === 'OK' || /access/.test(String(answer))) allowed.push(name);
    }
    connection.disconnect();
    expect(all.length).toBeGreaterThan(200);
    // The engine asks for no permission for the last four.
    const connecting = ['info', 'ping', 'asking', 'auth', 'hello', 'quit', 'reset'];
    expect(allowed.filter((name) => !granted.has(name) && !connecting.includes(name))).toStrictEqual([]);
  });
});
