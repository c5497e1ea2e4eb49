import { existsSync } from 'node:fs';
import path from 'node:path';
import { CAUSES } from '../../../../lambda/contract/causes';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import {
  billedMetrics,
  describeAlarm,
  kindOf,
  type AlarmedStage,
  type AlarmRow,
} from '../../../../lib/constructs/observability/alarm-table/alarm';
import { ALARM_CAUSES } from '../../../../lib/constructs/observability/alarm-table/alarm-causes';
import { COMPOSITES, compositesOf } from '../../../../lib/constructs/observability/alarm-table/composites';
import { alarmTable } from '../../../../lib/constructs/observability/alarm-table/table';
import { promisesOf } from '../../../../lib/constructs/observability/promises/promises';
import { evaluateExpression } from '../../../../lib/tools/ops/stage/expression';
import { brokenPeriod } from '../../../infra/alarm-days';

const stage: AlarmedStage = {
  name: 'prod',
  groupId: 'carfin-prod',
  nodes: ['node'],
  freshnessSeconds: 60,
  nodeType: 'cache.t3.medium',
  hasReplicas: true,
  environments: {
    search: 50,
    conversation: 50,
    events: 20,
    images: 10,
    'warm-up': 2,
    operations: 2,
    doctor: 2,
    heartbeat: 1,
  },
  deadLetterQueue: 'letters',
  webAcl: { metric: 'acl', region: 'ap-northeast-2' },
};
const table = alarmTable(stage);
const idsOf = (changes: Partial<AlarmedStage>) => alarmTable({ ...stage, ...changes }).map(({ id }) => id);
/** Larger nodes have another alarm of their CPU. */
const everyRow = [
  ...table,
  ...alarmTable({ ...stage, nodeType: 'cache.r7g.xlarge' }).filter(({ id }) => id === 'Cpu-node'),
];
const row = (id: string) => table.find((each) => each.id === id) as AlarmRow;

/** What an alarm compares where its metrics have these values, and fires or not. */
function fires({ of, threshold, fires: side }: AlarmRow, valueOf: (term: MetricTerm) => number | undefined): boolean {
  const value =
    'expression' in of
      ? evaluateExpression(
          of.expression,
          Object.fromEntries(Object.entries(of.metrics).map(([id, term]) => [id, valueOf(term)])),
        )
      : valueOf(of);
  return value !== undefined && (side === 'above' ? value > threshold : value < threshold);
}

test('when each alarm fires, of how many periods, and whom it tells', () => {
  const line = ({ id, fires: side, threshold, datapoints, periods, period, missing, severity }: AlarmRow) =>
    `${id}: ${side} ${threshold}, ${datapoints} of ${periods} x ${period} s, ${missing.as}, ${severity}`;
  expect(table.map(line)).toEqual([
    'HitRate: below 70, 2 of 2 x 900 s, notBreaching, part',
    'CacheShare: below 5, 2 of 2 x 900 s, notBreaching, part',
    'QueriesSaved: below 60, 2 of 2 x 900 s, notBreaching, part',
    'SearchLatency: above 50, 3 of 3 x 300 s, notBreaching, part',
    'HandlerLatency: above 50, 3 of 3 x 300 s, notBreaching, part',
    'RepeatedSearch: above 10, 3 of 3 x 300 s, notBreaching, part',
    'ValkeyLatency: above 5, 3 of 3 x 300 s, notBreaching, part',
    'ValkeyBurnHour: above 1.44, 1 of 1 x 3600 s, notBreaching, part',
    'ValkeyBurnFiveMinutes: above 1.44, 1 of 1 x 300 s, notBreaching, part',
    'ValkeyBurnSixHours: above 0.6, 1 of 1 x 21600 s, notBreaching, part',
    'ValkeyBurnHalfHour: above 0.6, 1 of 1 x 1800 s, notBreaching, part',
    'SearchesUnanswered: above 10, 1 of 1 x 300 s, notBreaching, part',
    'DatabaseErrors: above 5, 2 of 2 x 300 s, notBreaching, notify',
    'Continuity: below 95, 1 of 1 x 900 s, notBreaching, part',
    'Completion: below 90, 1 of 1 x 900 s, notBreaching, part',
    'Satisfaction: below 4.5, 4 of 4 x 21600 s, notBreaching, notify',
    'ApiErrors: above 20, 1 of 1 x 300 s, notBreaching, part',
    'ApiRefusals: above 50, 1 of 1 x 300 s, notBreaching, part',
    'Heartbeat: above 50, 1 of 1 x 300 s, notBreaching, part',
    'AnsweredBurnHour: above 7.2, 1 of 1 x 3600 s, notBreaching, part',
    'AnsweredBurnFiveMinutes: above 7.2, 1 of 1 x 300 s, notBreaching, part',
    'AnsweredBurnSixHours: above 3, 1 of 1 x 21600 s, notBreaching, part',
    'AnsweredBurnHalfHour: above 3, 1 of 1 x 1800 s, notBreaching, part',
    'Failing-search: above 5, 1 of 1 x 300 s, notBreaching, part',
    'Failing-conversation: above 5, 1 of 1 x 300 s, notBreaching, part',
    'Blocked: above 100, 2 of 2 x 300 s, notBreaching, notify',
    'Errors-search: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Errors-conversation: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Errors-events: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Errors-images: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Throttles-search: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Throttles-conversation: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Throttles-events: above 500, 2 of 3 x 300 s, notBreaching, part',
    'Throttles-images: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Throttles-warm-up: above 0, 2 of 3 x 300 s, notBreaching, part',
    'Concurrency-search: above 40, 10 of 15 x 60 s, notBreaching, part',
    'Concurrency-conversation: above 40, 10 of 15 x 60 s, notBreaching, part',
    'Concurrency-events: above 16, 10 of 15 x 60 s, notBreaching, part',
    'WarmUpDuration: above 144000, 2 of 3 x 300 s, notBreaching, part',
    'WarmUpMissing: below 1, 3 of 3 x 300 s, notBreaching, part',
    'WarmUpFailed: above 2, 2 of 2 x 300 s, notBreaching, part',
    'IndexAge: above 1800, 3 of 3 x 300 s, notBreaching, part',
    'Freshness: above 60, 2 of 2 x 900 s, notBreaching, part',
    'WarmUpDeadLetters: above 0, 1 of 1 x 60 s, notBreaching, part',
    'Memory-node: above 80, 5 of 5 x 60 s, missing, part',
    'Cpu-node: above 45, 5 of 5 x 60 s, missing, part',
    'Evictions-node: above 100, 2 of 3 x 300 s, notBreaching, part',
    'Connections-node: above 461, 5 of 5 x 60 s, missing, part',
    'ReplicationLag-node: above 5, 5 of 5 x 60 s, notBreaching, part',
    'Traffic-node: above 0, 3 of 5 x 60 s, notBreaching, part',
    'Network-node: above 0, 3 of 3 x 300 s, notBreaching, part',
    'Swap-node: above 0, 5 of 5 x 60 s, missing, part',
    'Credits-node: below 20, 6 of 6 x 300 s, missing, part',
    'Refused-node: above 5, 2 of 3 x 300 s, notBreaching, part',
  ]);
});

test('what composite alarms are made of, whom they tell, and from which they follow', () => {
  const line = ({ id, when, of, severity, follows = 'follows nothing' }: (typeof COMPOSITES)[number]) =>
    `${id}: ${when} of ${of.join(' ')}, ${severity}, ${follows}`;
  expect(COMPOSITES.map(line)).toEqual([
    'AnsweredBurnFast: all of AnsweredBurnHour AnsweredBurnFiveMinutes, part, follows nothing',
    'AnsweredBurnSlow: all of AnsweredBurnSixHours AnsweredBurnHalfHour, part, follows nothing',
    'PeopleFeelIt: any of Heartbeat ApiErrors ApiRefusals SearchesUnanswered AnsweredBurnFast AnsweredBurnSlow ' +
      'Continuity Completion, page, follows nothing',
    'ValkeyBurnFast: all of ValkeyBurnHour ValkeyBurnFiveMinutes, part, follows nothing',
    'ValkeyBurnSlow: all of ValkeyBurnSixHours ValkeyBurnHalfHour, part, follows nothing',
    'ValkeyAvailability: any of ValkeyBurnFast ValkeyBurnSlow, notify, follows nothing',
    'CacheGivesLittle: any of HitRate QueriesSaved CacheShare, notify, ValkeyAvailability',
    'Latency: any of SearchLatency HandlerLatency RepeatedSearch ValkeyLatency, notify, PeopleFeelIt',
    'CatalogueAges: any of WarmUpMissing WarmUpFailed IndexAge Freshness WarmUpDeadLetters WarmUpDuration, ' +
      'notify, ValkeyAvailability',
    'FunctionErrors: any of Errors Failing, notify, PeopleFeelIt',
    'FunctionLimits: any of Throttles Concurrency, notify, PeopleFeelIt',
    'NodeMemory: any of Memory Evictions Swap, notify, follows nothing',
    'NodeLoad: any of Cpu Traffic Network Credits, notify, follows nothing',
    'NodeConnections: any of Connections, notify, follows nothing',
    'NodeReplication: any of ReplicationLag, notify, follows nothing',
    'NodeRefusals: any of Refused, notify, follows nothing',
  ]); // prettier-ignore
});

test.each(table.map((each) => [each.id, each] as const))(
  '%s fires when what it watches breaks, and says nothing without data or of a single event',
  (id, each) => {
    expect(fires(each, (term) => brokenPeriod(kindOf(id), term))).toBe(true);
    expect(fires(each, () => undefined)).toBe(false);
    const terms = 'expression' in each.of ? Object.values(each.of.metrics) : [each.of];
    for (const { statistic, namespace, metric, dimensions } of terms) {
      expect(statistic).toMatch(/^(Sum|SampleCount|Average|Maximum|Minimum|p99)$/);
      expect(namespace).toMatch(/^(CarFin\/Cache|AWS\/(ApiGateway|ElastiCache|Lambda|SQS|WAFV2))$/);
      // Without its dimensions CloudWatch knows no such metric, and the alarm never fires.
      const values: unknown[] = Object.values(dimensions);
      expect(values).not.toStrictEqual([]);
      const texts = [metric, ...Object.keys(dimensions), ...values];
      // Strictly: to toEqual a list of undefined is empty.
      expect(texts.filter((text) => typeof text !== 'string' || !/\w/.test(text))).toStrictEqual([]);
    }
    expect(billedMetrics(each)).toBe(terms.length);
  },
);

test.each([...everyRow, ...COMPOSITES])('$id says who feels what, and leads to its page', ({ impact, runbook }) => {
  expect(impact).toMatch(/^\S.{20,}\.$/);
  expect(existsSync(path.join(PROJECT_ROOT, 'docs/runbooks', `${runbook}.md`))).toBe(true);
});

test.each(everyRow)('$id has a label, causes that are known, and a reason for what missing data count as', (each) => {
  const { of, causes, missing } = each;
  expect('label' in of ? of.label : of.metric).toMatch(/^[A-Za-z].{3,}/);
  expect(missing.because).toMatch(/^[a-zA-Z].{8,}[^.]$/);
  expect(causes.length).toBeGreaterThan(0);
  expect(CAUSES).toEqual(expect.arrayContaining([...causes]));
  expect(new Set(causes).size).toBe(causes.length);
});

test.each(COMPOSITES)('$id says what it tells that no other alarm does', ({ tells }) => {
  expect(tells).toMatch(/^[A-Za-z].{8,}[^.]$/);
});

/** The values of some parts, by their names; of the others there are no data. */
const valueOf = (id: string, values: Readonly<Record<string, number>>) => {
  const { of } = row(id);
  if (!('expression' in of)) throw new Error(`${id} has no expression.`);
  const none = Object.fromEntries(Object.keys(of.metrics).map((each) => [each, undefined]));
  return evaluateExpression(of.expression, { ...none, ...values });
};

test.each<[string, Record<string, number>, number | undefined]>([
  ['HitRate', { cache: 10, database: 39 }, 70],
  ['HitRate', { cache: 10, database: 40 }, 20],
  ['CacheShare', { index: 49 }, 100],
  ['CacheShare', { index: 45, memory: 2, cache: 3 }, 10],
  ['QueriesSaved', { database: 49, queries: 49 }, 60],
  ['QueriesSaved', { database: 50, queries: 50 }, 0],
  ['SearchLatency', { total: 19_000, count: 19 }, 50],
  ['SearchLatency', { total: 2_000, count: 20 }, 100],
  ['RepeatedSearch', { total: 900, count: 9 }, 10],
  ['RepeatedSearch', { total: 200, count: 10 }, 20],
  ['ValkeyBurnHour', { sent: 499, failed: 499 }, 0],
  ['ValkeyBurnHour', { sent: 500, failed: 50 }, 10],
  ['SearchesUnanswered', { none: 4 }, 0],
  ['SearchesUnanswered', { none: 5, cache: 5 }, 50],
  ['ApiErrors', { errors: 4, all: 4 }, 0],
  ['ApiErrors', { errors: 5, all: 10 }, 50],
  ['ApiRefusals', { refused: 119, invalid: 100, all: 200 }, 0],
  ['ApiRefusals', { refused: 120, invalid: 100, all: 200 }, 10],
  ['Heartbeat', { beats: 3 }, 0],
  ['Heartbeat', { beats: 4, answered: 1 }, 75],
  ['AnsweredBurnFiveMinutes', { errors: 2, late: 2, all: 40 }, 0],
  ['AnsweredBurnFiveMinutes', { errors: 3, late: 2, all: 50 }, 10],
  ['AnsweredBurnHalfHour', { errors: 10, late: 9, all: 190 }, 0],
  ['AnsweredBurnHalfHour', { errors: 10, late: 10, all: 200 }, 10],
  ['Failing-search', { failed0: 2, failed1: 2, all0: 4, all1: 4 }, 0],
  ['Failing-search', { failed0: 2, failed1: 3, all0: 40, all1: 60 }, 5],
  ['Continuity', { found: 0, missing: 19 }, 95],
  ['Continuity', { found: 10, missing: 10 }, 50],
  ['Satisfaction', { total: 19, count: 19 }, 4.5],
  ['Satisfaction', { total: 80, count: 20 }, 4],
  ['WarmUpMissing', { runs: 5, well: 1 }, 1],
  ['WarmUpMissing', {}, 1],
  ['WarmUpMissing', { runs: 1 }, 0],
  ['Freshness', { total: 70, count: 1 }, 70],
  ['Network-node', { in: 2 }, 2],
  ['Swap-node', { swap: 5, free: 3 }, 2],
  ['Credits-node', { credits: 3, cpu: 19.9 }, 100],
  ['Credits-node', { credits: 3, cpu: 20 }, 3],
  ['Refused-node', { logins: 1, keys: 2, commands: 4 }, 7],
])('%s of %j compares %p', (id, values, value) => {
  expect(valueOf(id, values)).toBe(value);
});

test('which alarms a stage has depends on its nodes, its functions and who reaches it', () => {
  const of = (kind: string, changes: Partial<AlarmedStage>) => idsOf(changes).filter((id) => kindOf(id) === kind);
  expect(of('Credits', { nodeType: 'cache.t4g.small' })).toEqual(['Credits-node']);
  expect(of('Credits', { nodeType: 'cache.r7g.large' })).toStrictEqual([]);
  expect(of('ReplicationLag', { hasReplicas: false })).toStrictEqual([]);
  expect(of('Blocked', { webAcl: undefined })).toStrictEqual([]);
  expect(of('Memory', { nodes: ['a', 'b'] })).toEqual(['Memory-a', 'Memory-b']);
  expect(of('Errors', { environments: { search: 1, operations: 1, doctor: 1 } })).toEqual(['Errors-search']);
  const cpu = (nodeType: string) => alarmTable({ ...stage, nodeType }).find(({ id }) => id === 'Cpu-node');
  for (const type of ['cache.t3.micro', 'cache.t4g.small', 'cache.t3.medium', 'cache.r7g.large'])
    expect([type, cpu(type)]).toMatchObject([type, { threshold: 45, of: { metric: 'CPUUtilization' } }]);
  for (const type of ['cache.r7g.xlarge', 'cache.r6g.2xlarge'])
    expect([type, cpu(type)]).toMatchObject([type, { threshold: 90, of: { metric: 'EngineCPUUtilization' } }]);
});

test('who feels the errors of a function depends on whether somebody waits for it', () => {
  expect(row('Errors-search').impact).toMatch(/^The search function ends in errors: .* Callers get 502\.$/);
  expect(row('Throttles-events').impact).toMatch(/^More events requests come at once than the stage allows;/);
  expect(row('Throttles-warm-up').impact).toMatch(/^Warm-ups are refused: two are running/);
});

test('what a burn rate says is its pace and its window', () => {
  expect(row('AnsweredBurnHour').impact).toBe(
    'Requests fail or are late 14.4 times as often as 99.5 % allow, over 60 minutes.',
  );
  expect(row('ValkeyBurnSixHours').impact).toBe(
    'Commands to Valkey fail 6 times as often as 99.9 % allow, over 360 minutes.',
  );
});

test('a stage without some alarms has no composite alarm of them alone, and one that has a part has it', () => {
  expect(compositesOf(['HitRate', 'Connections-node', 'Errors-search']).map(({ id }) => id)).toEqual([
    'CacheGivesLittle',
    'FunctionErrors',
    'NodeConnections',
  ]);
  expect(compositesOf(['ValkeyBurnHour']).map(({ id }) => id)).toEqual(['ValkeyBurnFast', 'ValkeyAvailability']);
  expect(compositesOf([])).toStrictEqual([]);
});

test('what a mail says of an alarm: impact, the first command, its page', () => {
  expect(describeAlarm({ id: 'X-node', impact: 'Bad.', runbook: 'x' }, 'prod')).toBe(
    'Bad. First: npm run ops -- diagnose X-node --stage prod. Runbook: docs/runbooks/x.md.',
  );
  expect(describeAlarm({ id: 'X', impact: 'Bad.', runbook: 'x' }, 'dev', 'https://wiki')).toContain(
    'https://wiki/x.md.',
  );
});

test('every kind of alarm has its causes, also those that only some stages have', () => {
  expect(Object.keys(ALARM_CAUSES.causes).sort()).toEqual([...new Set(table.map(({ id }) => kindOf(id)))].sort());
  expect(ALARM_CAUSES.causes).toMatchObject({ Blocked: ['apiRefuses', 'apiUnreachable'], Credits: ['nodeOverloaded'] });
  expect(ALARM_CAUSES.parts).toMatchObject({ FunctionErrors: ['Errors', 'Failing'] });
});

test('every promise says what it is and where it is measured', () => {
  for (const { title, measuredAt, alarm } of promisesOf(stage)) {
    expect([title, measuredAt]).toEqual([expect.stringMatching(/\w{3}/), expect.stringMatching(/\w{6}/)]);
    expect(alarm).toMatch(/^[A-Z]\w+$/);
  }
});
