import { availableParallelism } from 'node:os';
import { parseInfo } from '../../../../lambda/valkey/info';
import type { MetricStore } from './metric-store';

/**
 * Counters of INFO and the metric whose increase they are in CloudWatch (AmazonElastiCache/latest/dg,
 * CacheMetrics.Redis).
 */
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

/** What is said of a node beside its counters. */
const GAUGES = [
  'DatabaseMemoryUsagePercentage',
  'BytesUsedForCache',
  'CurrConnections',
  'IsMaster',
  'EngineCPUUtilization',
  'CPUUtilization',
] as const;

/** @returns whether a node's figures say this of it; the others only AWS measures. */
export const measuredHere = (metric: string): boolean => [...GAUGES, ...Object.values(COUNTERS)].includes(metric);

const MINUTE_MS = 60_000;
/** Of a machine that slept, no more is filled in than this many minutes. */
const MOST_FILLED = 30;

/** Says of a node what ElastiCache would, from the engine's own figures. */
export class EngineMetrics {
  private readonly before = new Map<string, Record<string, string>>();
  /** When each node was last heard of, ms by the store's clock. */
  private readonly heard = new Map<string, number>();

  constructor(private readonly store: MetricStore) {}

  /** A node that is down or refuses has no figures, and none are made up for that time later. */
  silent(nodeId: string): void {
    this.heard.delete(nodeId);
  }

  /**
   * ElastiCache tells of every minute. Where this process or the answer was late, the minutes since the last sample
   * have the same figures, so that an alarm which wants five in a row does not depend on the machine's speed.
   * @param text what INFO answers
   */
  sample(nodeId: string, text: string): void {
    const info = parseInfo(text);
    const now = this.store.clock();
    const minutes = this.minutesUpTo(now, this.heard.get(nodeId));
    this.heard.set(nodeId, now);
    const number = (name: string) => Number(info[name] ?? 0);
    const dimensions = { CacheClusterId: nodeId, CacheNodeId: '0001' };
    const recordAt = (at: number, metric: string, value: number) =>
      this.store.recordAt(at, { namespace: 'AWS/ElastiCache', metric, dimensions }, value);
    const record = (metric: (typeof GAUGES)[number], value: number) => {
      for (const at of minutes) recordAt(at, metric, value);
    };
    const count = (metric: string, increase: number) => {
      const each = Math.floor(increase / minutes.length);
      for (const at of minutes) recordAt(at, metric, at === now ? increase - each * (minutes.length - 1) : each);
    };
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
      count(metric, Math.max(0, number(counter) - Number(before[counter] ?? 0)));
    record('EngineCPUUtilization', cpuShare(before, info, '_main_thread'));
    record('CPUUtilization', cpuShare(before, info, '') / availableParallelism());
  }

  /** @returns a time in each minute after that of `since`, the last one now. */
  private minutesUpTo(now: number, since = now): number[] {
    const passed = Math.floor(now / MINUTE_MS) - Math.floor(since / MINUTE_MS);
    const filled = Math.min(MOST_FILLED, Math.max(1, passed));
    return Array.from({ length: filled }, (_, i) => now - (filled - 1 - i) * MINUTE_MS);
  }
}

/** @returns what a node has used of one core between two samples, %, by its own clock: a drill's runs faster. */
function cpuShare(before: Record<string, string>, after: Record<string, string>, threads: '_main_thread' | ''): number {
  const increase = (name: string) => Number(after[name] ?? 0) - Number(before[name] ?? 0);
  const seconds = increase('server_time_usec') / 1e6;
  const used = increase(`used_cpu_user${threads}`) + increase(`used_cpu_sys${threads}`);
  // A node that was started anew counts from 0.
  return seconds > 0 ? Math.max(0, (100 * used) / seconds) : 0;
}
