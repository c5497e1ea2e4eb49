import { paginateDescribeEvents, type ElastiCacheClient } from '@aws-sdk/client-elasticache';

/** What happened to a node a while ago, although it is well now. */
export interface NodeEvent {
  id: string;
  what: 'was restarted' | 'was replaced' | 'failed over';
  minutesAgo: number;
}

/** How far back, minutes: what a node lost then is missed for a while. */
export const EVENT_MINUTES = 30;

/** Of ElastiCache's own words only the kind is told (AmazonElastiCache/latest/dg, ECEvents). */
const KINDS: readonly (readonly [RegExp, NodeEvent['what']])[] = [
  [/failover/i, 'failed over'],
  [/recover|replac/i, 'was replaced'],
  [/restart|reboot/i, 'was restarted'],
];

/** @returns what happened to the nodes of the group, the newest first. */
export async function readNodeEvents(
  elastiCache: ElastiCacheClient,
  groupId: string,
  now = Date.now(),
): Promise<NodeEvent[]> {
  const events: NodeEvent[] = [];
  for await (const { Events = [] } of paginateDescribeEvents({ client: elastiCache }, { Duration: EVENT_MINUTES }))
    for (const { SourceIdentifier: id = '', Message = '', Date: at } of Events) {
      const what = KINDS.find(([words]) => words.test(Message))?.[1];
      if (what === undefined || at === undefined || (id !== groupId && !id.startsWith(`${groupId}-`))) continue;
      events.push({ id, what, minutesAgo: Math.round((now - at.getTime()) / 60_000) });
    }
  return events.sort((a, b) => a.minutesAgo - b.minutesAgo);
}
