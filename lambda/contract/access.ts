/**
 * Crosses the boundary: the CDK users, the local cluster's ACL and the permission tests all come from here.
 * Each Valkey user may do what its function does and nothing else (AmazonElastiCache/latest/dg, Clusters.RBAC).
 */

/**
 * What iovalkey's cluster client itself sends: without `cluster|info` it never becomes ready, without `asking` it loses
 * the keys of a slot that moves, without `client|setname` every look at the slots (each process, each 5 s) counts as a
 * refused command.
 */
const CONNECT = ['+ping', '+info', '+cluster|slots', '+cluster|info', '+asking', '+client|setname'];

/** Listings are written only to mend one whose bytes are damaged. */
const SEARCH_KEYS = ['%R~index:*', '~listing:*', '~search:*', '~popular:*', '~lease:{search:*'];
const SEARCH_COMMANDS = [
  ...['+get', '+set', '+del', '+exists', '+expire', '+eval', '+evalsha'],
  ...['+hmget', '+hgetall', '+hset', '+zincrby'],
];

interface Access {
  keys: readonly string[];
  commands: readonly string[];
}

/** Keys and commands of each Valkey user. */
export const ACCESS = {
  search: { keys: SEARCH_KEYS, commands: SEARCH_COMMANDS },
  conversation: {
    keys: [...SEARCH_KEYS, '~a2a:*', '~chat:*', '~pref:*', '~rec:*', '~user:*', '~seen:*', '~forgotten:*'],
    commands: [
      ...SEARCH_COMMANDS,
      ...['+wait', '+ttl', '+hget', '+hdel', '+hincrby', '+hkeys', '+hstrlen', '+time'],
      ...['+xadd', '+xdel', '+xlen', '+xrange', '+xrevrange', '+zadd', '+zcard', '+zremrangebyscore'],
      ...['+zrange', '+zrem', '+zremrangebyrank', '+hlen'],
    ],
  },
  /** Waits for a session's next event; of what it finds it can change nothing, and counts the waits. */
  events: {
    keys: ['%R~a2a:*', '%R~seen:*', '%R~forgotten:*', '~waits:*'],
    commands: [
      ...['+get', '+hget', '+hmget', '+xrange', '+xread', '+ttl'],
      ...['+eval', '+evalsha', '+time', '+zadd', '+zcard', '+zrem', '+zremrangebyscore', '+pexpire'],
    ],
  },
  images: {
    keys: ['~image:*'],
    commands: ['+get', '+set', '+del', '+hget', '+hset', '+hdel', '+expire', '+time', '+eval', '+evalsha'],
  },
  'warm-up': {
    keys: ['~index:*', '~listing:*', '~search:*', '~popular:*', '~lease:{search:*', '~lease:{catalogue}'],
    commands: [
      ...['+get', '+set', '+del', '+unlink', '+exists', '+expire', '+eval', '+evalsha'],
      ...['+hset', '+hget', '+hmget', '+hgetall', '+hdel', '+hscan'],
      ...['+time', '+zadd', '+zrem', '+zincrby', '+zrevrange', '+zremrangebyrank'],
    ],
  },
  /**
   * The levers of an operator. What people said it can remove, where ElastiCache knows write-only patterns, but not
   * read.
   */
  operations: {
    keys: [
      // The pointer, the pin and the bypass; what they point to is read.
      ...['~index:{catalogue}:*', '%R~index:*', '%R~listing:*'],
      // What a purge removes.
      ...['%W~search:*', '%W~rec:*', '%W~image:*', '%W~a2a:*', '%W~chat:*', '%W~pref:*'],
      // What forgetting again after a restore removes, and writes.
      ...['%W~user:*', '%W~seen:chat:*', '~forgotten:*'],
    ],
    commands: [
      ...['+get', '+set', '+del', '+unlink', '+exists', '+expire', '+eval', '+evalsha', '+scan'],
      ...['+hset', '+hget', '+hgetall', '+hscan', '+zscore', '+zrevrange'],
    ],
  },
  /** For programs of others that read keys, as the settings of a stage name them. */
  'key-reader': {
    keys: ['%R~search:*', '%R~index:*', '%R~listing:*', '%R~popular:*'],
    commands: ['+get', '+hmget', '+hgetall', '+hget', '+ttl', '+exists', '+type'],
  },
} as const satisfies Record<string, Access>;

/** The Valkey users: those of the functions, by their names, and the readers of keys. */
export type ValkeyUser = keyof typeof ACCESS;

/**
 * @param user a key of {@link ACCESS}.
 * @returns the access string, without passwords: ElastiCache takes it as it is, and a local ACL too.
 * @param readOnlyPatterns whether `%R~` and `%W~` (key patterns that only read or write) may be used: checked on Valkey
 * 8.0, and UNVERIFIED on ElastiCache. Without it a reader's commands still can't write, but search could write the
 * index, and operations read sessions.
 */
export function accessString(user: ValkeyUser, readOnlyPatterns = true): string {
  const { keys, commands } = ACCESS[user];
  const patterns = readOnlyPatterns ? keys : keys.map((pattern) => pattern.replace(/^%[RW]/, ''));
  return ['on', ...patterns, 'resetchannels', '-@all', ...CONNECT, ...commands].join(' ');
}
