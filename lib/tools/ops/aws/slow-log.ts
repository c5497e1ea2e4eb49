import { paginateFilterLogEvents, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { cacheLogGroup } from '../../../constructs/cache/cache-logs';
import type { SlowCommand } from '../stage/target';

/** Pages of a search in the log, at most: a slow log that is full of a bad night is told by its newest lines. */
const MOST_PAGES = 10;

/** A line as ElastiCache writes it (AmazonElastiCache/latest/dg, Log_Delivery); it redacts arguments itself. */
interface SlowLine {
  CacheClusterId?: string;
  /** s since the epoch. */
  Timestamp?: number;
  /** Microseconds. */
  'Duration (us)'?: number;
  Command?: string;
}

/** What a node took long for, oldest first. @param since ms */
export async function readSlowLog(
  logs: CloudWatchLogsClient,
  groupId: string,
  nodeId: string,
  since: number,
): Promise<SlowCommand[]> {
  const found: SlowCommand[] = [];
  let pages = 0;
  for await (const { events = [] } of paginateFilterLogEvents(
    { client: logs },
    { logGroupName: cacheLogGroup(groupId, 'slow-log'), startTime: since, filterPattern: `"${nodeId}"` },
  )) {
    for (const { message = '{}', timestamp = 0 } of events) {
      const line = JSON.parse(message) as SlowLine;
      if (line.CacheClusterId !== nodeId) continue;
      // The name alone: what stands behind it, people wrote.
      const [command = 'unknown'] = (line.Command ?? '').split(' ', 1);
      const at = line.Timestamp === undefined ? timestamp : line.Timestamp * 1_000;
      found.push({ at, milliseconds: (line['Duration (us)'] ?? 0) / 1_000, command });
    }
    if (++pages === MOST_PAGES) break;
  }
  return found.sort((a, b) => a.at - b.at);
}
