/**
 * What this project changes in the engine's configuration: the parameter group in AWS, the configuration file of the local
 * cluster. Names and defaults: AmazonElastiCache/latest/dg, ParameterGroups.Engine (Valkey 7.2 = Redis OSS 7).
 */
export const ENGINE_PARAMETERS = {
  // Every key has a TTL, so every key may be evicted, the least recently used first. Also the default; stated because all relies on it.
  'maxmemory-policy': 'volatile-lru',
  // More candidates make LRU truer for little CPU; the default is 3.
  'maxmemory-samples': '5',
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
} as const satisfies Record<string, string>;
