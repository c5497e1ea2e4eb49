import { parseInfo } from '../../../../lambda/valkey/info';
import type { MetricStore } from './metric-store';

/** Counters of INFO and the metric whose increase they are in CloudWatch (AmazonElastiCache/latest/dg, CacheMetrics.Redis). */
const COUNTERS: Readonly<Record<string, string>> = {
  evicted_keys: 'Evictions',
  expired_keys: 'Reclaimed',
  keyspace_hits: 'CacheHits',
  keyspace_misses: 'CacheMisses',
  total_connections_received: 'NewConnections',
  acl_access_denied_auth: 'AuthenticationFailures',
  acl_access_denied_key: 'KeyAuthorizationFailures',
  acl_access_denied_cmd: 'CommandAuthorizationFailures',
};

/** Says of a node what ElastiCache would, from the engine's own figures. */
export class EngineMetrics {
  private readonly before = new Map<string, Record<string, string>>();

  constructor(private readonly store: MetricStore) {}

  /** @param text what INFO answers. */
  sample(nodeId: string, text: string): void {
    const info = parseInfo(text);
    const number = (name: string) => Number(info[name] ?? 0);
    const dimensions = { CacheClusterId: nodeId, CacheNodeId: '0001' };
    const record = (metric: string, value: number) =>
      this.store.record({ namespace: 'AWS/ElastiCache', metric, dimensions }, value);
    // Without a limit there is no share of it.
    if (number('maxmemory') > 0)
      record('DatabaseMemoryUsagePercentage', (100 * number('used_memory')) / number('maxmemory'));
    record('BytesUsedForCache', number('used_memory'));
    record('CurrConnections', number('connected_clients'));
    record('IsMaster', info.role === 'master' ? 1 : 0);
    const before = this.before.get(nodeId);
    this.before.set(nodeId, info);
    if (before === undefined) return;
    for (const [counter, metric] of Object.entries(COUNTERS))
      // A node that was started anew counts from 0.
      record(metric, Math.max(0, number(counter) - Number(before[counter] ?? 0)));
  }
}
