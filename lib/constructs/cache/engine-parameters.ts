/**
 * What this project changes in the engine's configuration: the parameter group in AWS, the configuration file of the
 * local cluster. Names and defaults: AmazonElastiCache/latest/dg, ParameterGroups.Engine (Valkey 7.2 = Redis OSS 7).
 */
export const ENGINE_PARAMETERS = {
  // What ends soonest is evicted first: a key's TTL says what it is worth, and an answer (600 s) goes before a session
  // (1,800 s) or a chat. By volatile-lru, the default, answers that nobody repeats push out what people said and have
  // not touched meanwhile.
  'maxmemory-policy': 'volatile-ttl',
  // The best of so many keys drawn at random. Answers are few among many small keys of people: the default, 3, seldom
  // draws one.
  'maxmemory-samples': '20',
  // A catalogue's old index and buckets are large; freeing them must not stop the node.
  'lazyfree-lazy-eviction': 'yes',
  'lazyfree-lazy-expire': 'yes',
  'lazyfree-lazy-server-del': 'yes',
  'lazyfree-lazy-user-del': 'yes',
  // Microseconds. No command of ours takes 10 ms but the sweep's HKEYS.
  'slowlog-log-slower-than': '10000',
  // Percentiles for each command, for the engineer on call.
  'latency-tracking': 'yes',
  // A shard that lost its nodes must not stop the others.
  'cluster-require-full-coverage': 'no',
  // A stale answer is better than none while a majority is missing (AWS suggests it below three shards).
  'cluster-allow-reads-when-down': 'yes',
  // Bytes. A catalogue of 46 MB that is published while a replica is away must not cost a whole synchronisation; the
  // default is 1 MiB.
  'repl-backlog-size': '67108864',
} as const satisfies Record<string, string>;
