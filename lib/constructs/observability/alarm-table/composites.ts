import { kindOf, type CompositeRow } from './alarm';

/** Both windows of a burn rate: each may fire for hours after the trouble, and only both together say something. */
const burn = (id: string, of: readonly [string, string], impact: string, runbook: string): CompositeRow => ({
  id,
  when: 'all',
  of,
  severity: 'part',
  tells: 'nothing alone',
  impact,
  runbook,
});

/** What a composite has unless its row says otherwise. */
const USUAL = { when: 'any', severity: 'notify' } as const;

const ROWS: readonly (Omit<CompositeRow, keyof typeof USUAL> & Partial<CompositeRow>)[] = [
  burn(
    'AnsweredBurnFast',
    ['AnsweredBurnHour', 'AnsweredBurnFiveMinutes'],
    'Answers that fail or come late use up the error budget of a month in two days.',
    'answers-in-time',
  ),
  burn(
    'AnsweredBurnSlow',
    ['AnsweredBurnSixHours', 'AnsweredBurnHalfHour'],
    'Answers that fail or come late use up the error budget of a month in five days.',
    'answers-in-time',
  ),
  {
    id: 'PeopleFeelIt',
    of: [
      'Heartbeat',
      'ApiErrors',
      'ApiRefusals',
      'SearchesUnanswered',
      'AnsweredBurnFast',
      'AnsweredBurnSlow',
      'Continuity',
      'Completion',
    ],
    severity: 'page',
    tells: 'people feel it now',
    impact: 'People get no answers, wait for them, or have lost what they said.',
    runbook: 'people-feel-it',
  },
  burn(
    'ValkeyBurnFast',
    ['ValkeyBurnHour', 'ValkeyBurnFiveMinutes'],
    'Valkey uses up its month’s error budget in two days; the database answers in its place.',
    'valkey-availability',
  ),
  burn(
    'ValkeyBurnSlow',
    ['ValkeyBurnSixHours', 'ValkeyBurnHalfHour'],
    'Valkey uses up its month’s error budget in five days.',
    'valkey-availability',
  ),
  {
    id: 'ValkeyAvailability',
    of: ['ValkeyBurnFast', 'ValkeyBurnSlow'],
    tells: 'Valkey fails while the database still hides it',
    impact: 'Valkey fails more often than promised; the database answers in its place.',
    runbook: 'valkey-availability',
  },
  {
    id: 'CacheGivesLittle',
    of: ['HitRate', 'QueriesSaved', 'CacheShare'],
    tells: 'Valkey works and yet saves nothing: a forgotten bypass, no catalogue, answers that are not kept',
    impact: 'The cache saves less than promised; the index or the database does its work.',
    runbook: 'hit-rate',
    follows: 'ValkeyAvailability',
  },
  {
    id: 'Latency',
    of: ['SearchLatency', 'HandlerLatency', 'RepeatedSearch', 'ValkeyLatency'],
    tells: 'all is answered, and slower than promised',
    impact: 'Searches or round trips to Valkey take longer than promised, before people complain.',
    runbook: 'search-latency',
    follows: 'PeopleFeelIt',
  },
  {
    id: 'CatalogueAges',
    of: ['WarmUpMissing', 'WarmUpFailed', 'IndexAge', 'Freshness', 'WarmUpDeadLetters', 'WarmUpDuration'],
    tells: 'answers are fast and right for yesterday’s table',
    impact: 'The catalogue is not brought up to date: cars that are sold are still shown.',
    runbook: 'warm-up-missing',
    follows: 'ValkeyAvailability',
  },
  {
    id: 'FunctionErrors',
    of: ['Errors', 'Failing'],
    tells: 'a bug or a time limit that a few people meet, too few to page',
    impact: 'A function ends in errors, or answers some of its requests with 5xx.',
    runbook: 'function-errors',
    follows: 'PeopleFeelIt',
  },
  {
    id: 'FunctionLimits',
    of: ['Throttles', 'Concurrency'],
    tells: 'the stage’s own limits are nearly or quite reached',
    impact: 'A function is at its concurrency, or nearly: requests are refused, or soon will be.',
    runbook: 'function-throttles',
    follows: 'PeopleFeelIt',
  },
  {
    id: 'NodeMemory',
    of: ['Memory', 'Evictions', 'Swap'],
    tells: 'a node fills up, hours before anybody feels it',
    impact: 'A node of Valkey is short of memory; then it evicts keys, and sessions may be among them.',
    runbook: 'memory',
  },
  {
    id: 'NodeLoad',
    of: ['Cpu', 'Traffic', 'Network', 'Credits'],
    tells: 'a node is near what it can do',
    impact: 'A node of Valkey is near what it can do; commands queue and answers get slower.',
    runbook: 'cpu',
  },
  {
    id: 'NodeConnections',
    of: ['Connections'],
    tells: 'something leaks connections, or somebody else connects',
    impact: 'A node has more connections than all functions together can hold.',
    runbook: 'connections',
  },
  {
    id: 'NodeReplication',
    of: ['ReplicationLag'],
    tells: 'a failover now would lose writes',
    impact: 'A replica is behind; a failover now would lose what it has not got.',
    runbook: 'replication-lag',
  },
  {
    id: 'NodeRefusals',
    of: ['Refused'],
    tells: 'a permission is lacking, or somebody tries what they may not',
    impact: 'A node refuses logins or commands.',
    runbook: 'refused',
  },
];

/**
 * Alarms that people are told of, and what they are made of. Only the first pages. A part stands before what it is part
 * of.
 */
export const COMPOSITES: readonly CompositeRow[] = ROWS.map((row) => ({ ...USUAL, ...row }));

/**
 * What takes a deploy back (lib/constructs/functions/canary.ts): failing requests of the functions that are shifted,
 * and the parts of PeopleFeelIt. Metric alarms, ten at most. Left out: windows of hours, which fire long after the
 * trouble, and refusals, which callers cause by themselves.
 */
export const TAKES_BACK = [
  'Failing-search',
  'Failing-conversation',
  'AnsweredBurnFiveMinutes',
  'ApiErrors',
  'SearchesUnanswered',
  'Heartbeat',
  'Continuity',
  'Completion',
] as const;

/** @returns the composite alarms that a stage with these alarms has: those of which it has a part. */
export function compositesOf(alarmIds: readonly string[]): CompositeRow[] {
  const there = new Set(alarmIds.map(kindOf));
  return COMPOSITES.filter(({ id, of }) => {
    const made = of.some((each) => there.has(each));
    if (made) there.add(id);
    return made;
  });
}
