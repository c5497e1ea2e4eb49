import { METRICS } from '../../../../lambda/contract/metrics';
import { bypassText } from '../report/bypass-text';
import type { Evidence } from './evidence';

export interface Cause {
  cause: string;
  /** What speaks for it. */
  because: string;
  /** What to type. */
  next: string;
}

interface Rule {
  cause: string;
  /** Alarms that this cause explains better than others; for them it comes first. */
  explains: RegExp;
  next: string;
  /** @returns what speaks for it, undefined if nothing does. */
  proof: (evidence: Evidence) => string | undefined;
}

const when = (holds: boolean, proof: string) => (holds ? proof : undefined);
const failedLayers = ({ checks = [] }: Evidence, system: string) =>
  checks
    .filter((check) => check.system === system && check.outcome === 'failed')
    .map(({ layer, found }) => `${layer} fails: ${found}`);

/** From the bottom of the system up: what is below explains what is above. */
const RULES: readonly Rule[] = [
  {
    cause: 'a node of Valkey is not available',
    explains:
      /Memory|Valkey|Evictions|Connections|Replication|Traffic|Network|Swap|Cpu|Credits|Continuity|PeopleFeelIt/,
    next: 'status, then the events of the group; a replacement takes minutes and heals by itself',
    proof: ({ cluster }) =>
      cluster?.nodes
        .filter(({ status }) => status !== 'available')
        .map(({ id, status }) => `${id} is ${status}`)
        .join(', ') ||
      when(cluster !== undefined && cluster.status !== 'available', `the cluster is ${cluster?.status ?? ''}`),
  },
  {
    cause: 'search can’t reach Valkey, or may not',
    explains: /Valkey|HitRate|CacheShare|FallThrough|Refused|Unanswered|Completion|PeopleFeelIt/,
    next: 'doctor',
    proof: (evidence) => failedLayers(evidence, 'Valkey')[0],
  },
  {
    cause: 'the database can’t be reached, or lacks what is read',
    explains: /Database|WarmUp|DeadLetters|Unanswered|Completion|PeopleFeelIt/,
    next: 'doctor; searches go on from the cache and the index until they expire',
    proof: (evidence) => failedLayers(evidence, 'database')[0],
  },
  {
    cause: 'the cache is bypassed',
    explains: /HitRate|CacheShare|Latency|QueriesSaved/,
    next: 'cache bypass off',
    proof: ({ catalogue }) => (catalogue?.bypass === undefined ? undefined : bypassText(catalogue.bypass)),
  },
  {
    cause: 'no catalogue is published',
    explains: /HitRate|FallThrough|QueriesSaved|WarmUp|Index/,
    next: 'warm --force, then logs warm-up',
    proof: ({ catalogue }) =>
      when(catalogue !== undefined && catalogue.current === undefined, 'the pointer is not there'),
  },
  {
    cause: 'warm-ups fail',
    explains: /WarmUp|DeadLetters|Index/,
    next: 'logs warm-up; if it refuses a catalogue that shrank, look at the table first',
    proof: ({ recent }) =>
      when((recent[METRICS.warmUpFailed] ?? 0) > 0, `${recent[METRICS.warmUpFailed] ?? 0} failed in the last 15 min`),
  },
  {
    cause: 'no warm-up runs',
    explains: /WarmUp|Index/,
    next: 'warm; then the schedule and the concurrency of the function',
    proof: ({ recent }) =>
      when(
        (recent[METRICS.warmUpSucceeded] ?? 0) + (recent[METRICS.warmUpFailed] ?? 0) === 0,
        'none ended in the last 15 min',
      ),
  },
  {
    cause: 'memory is full',
    explains: /Memory|Evict|Swap|HitRate|Continuity/,
    next: 'purge image: or purge rec:, whichever is larger; then a larger node or another shard',
    proof: ({ recent: { DatabaseMemoryUsagePercentage: used = 0, Evictions: evicted = 0 } }) =>
      when(
        used > 80 || evicted > 0,
        `${Math.round(used)} % of the fullest node, ${evicted} keys evicted in a minute at most`,
      ),
  },
  {
    cause: 'commands to Valkey fail',
    explains: /Valkey|HitRate|FallThrough|Refused|PeopleFeelIt/,
    next: 'logs search --contains layer; if it answers slowly: cache bypass on --valkey',
    proof: ({ recent }) =>
      when(
        (recent[METRICS.valkeyFailures] ?? 0) > 0,
        `${recent[METRICS.valkeyFailures] ?? 0} of ${recent[METRICS.valkeyOperations] ?? 0} in the last 15 min`,
      ),
  },
  {
    cause: 'queries fail',
    explains: /Database|Api|Unanswered|Completion|PeopleFeelIt/,
    next: 'doctor, then the metrics of the RDS instance',
    proof: ({ recent }) =>
      when((recent[METRICS.databaseFailures] ?? 0) > 0, `${recent[METRICS.databaseFailures] ?? 0} in the last 15 min`),
  },
  {
    cause: 'an older catalogue is pinned',
    explains: /WarmUp|Index/,
    next: 'catalogue show; catalogue unpin when the table is right again',
    proof: ({ catalogue }) => (catalogue?.pinned === undefined ? undefined : `pinned to ${catalogue.pinned}`),
  },
];

/** @returns the causes that something speaks for, the likeliest first. */
export function causesOf(evidence: Evidence): Cause[] {
  const found = RULES.flatMap((rule) => {
    const because = rule.proof(evidence);
    return because === undefined || because === '' ? [] : [{ rule, because }];
  });
  const rank = ({ explains }: Rule) => (explains.test(evidence.alarm.name) ? 0 : 1);
  return found
    .sort((a, b) => rank(a.rule) - rank(b.rule))
    .map(({ rule: { cause, next }, because }) => ({ cause, because, next }));
}
