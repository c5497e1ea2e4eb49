import { isDeepStrictEqual } from 'node:util';
import { kindOf } from '../../lib/constructs/observability/alarm-table/alarm';
import { COMPOSITES, compositesOf } from '../../lib/constructs/observability/alarm-table/composites';
import { compositeStates, telling } from '../../lib/tools/ops/alarms/composites';
import { alarmDefinitions, type AlarmDefinition } from '../../lib/tools/ops/alarms/definitions';
import { evaluateAlarm } from '../../lib/tools/ops/alarms/evaluate';
import type { MetricTerm } from '../../lambda/contract/metric-term';
import { prod, STAGES } from '../support/stages';
import { BROKEN, brokenPeriod, healthyPeriod } from './alarm-days';
import { regional } from './inputs';
import { synthesise } from './templates';

/** As a larger stage has them too: four vCPUs, two shards. */
const large = {
  ...prod,
  monthlyBudgetUsd: 10_000,
  cache: { ...prod.cache, nodeType: 'cache.r7g.xlarge', shards: 2 },
};
const stages = Object.entries({ ...STAGES, large, regional }).map(([name, input]) => {
  const { service, settings } = synthesise(name, input);
  return { name, service, alarms: alarmDefinitions(service.template, `${settings.cache.replicationGroupId}-`) };
});
const all = stages.flatMap(({ name, alarms }) => alarms.map((alarm) => [name, alarm.name, alarm] as const));

/** Periods of two days, so that the longest window slides over a whole one. */
const periodsOf = ({ period }: AlarmDefinition) => (2 * 86_400) / period;

const days = new Map<string, (number | undefined)[]>();

/** Every period of those two days, made once: windows slide over them. */
function healthyDays(alarm: AlarmDefinition, figure: MetricTerm): (number | undefined)[] {
  const key = JSON.stringify([figure.metric, figure.statistic, alarm.period]);
  const minutes = alarm.period / 60;
  const found =
    days.get(key) ?? Array.from({ length: periodsOf(alarm) }, (_, i) => healthyPeriod(figure, i * minutes, minutes));
  days.set(key, found);
  return found;
}

function healthy(alarm: AlarmDefinition, end: number): (figure: MetricTerm) => (number | undefined)[] {
  return (figure) => healthyDays(alarm, figure).slice(end - alarm.periods, end);
}

/** Windows of one burn rate: each may fire for a moment, and only both together say something. */
const together = new Set(COMPOSITES.filter(({ when }) => when === 'all').flatMap(({ of }) => of));
/** A stage without replicas has no lag, one with dedicated CPUs no credits. */
const present = (kinds: readonly string[]) => kinds.filter((kind) => !['ReplicationLag', 'Credits'].includes(kind));
const alone = all.filter(([, name]) => !together.has(name));

test.each(alone)('%s %s is quiet all day, through a deploy, a failover and a backup', (_, __, alarm) => {
  const states = new Map<string, number>();
  for (let end = alarm.periods; end <= periodsOf(alarm); end++) {
    const { state, reason } = evaluateAlarm(alarm, healthy(alarm, end));
    if (state === 'ALARM') states.set(reason, end);
  }
  expect([...states]).toStrictEqual([]);
});

test.each(all)('%s %s fires when what it watches breaks, and is quiet again afterwards', (_, __, alarm) => {
  const kind = kindOf(alarm.name);
  const before = periodsOf(alarm) - 2;
  const minutes = alarm.period / 60;
  const stateAfter = (broken: number, well: number) =>
    evaluateAlarm(alarm, (figure) =>
      Array.from({ length: alarm.periods }, (_unused, i) => {
        const ago = alarm.periods - 1 - i;
        return ago >= well && ago < well + broken
          ? brokenPeriod(kind, figure)
          : healthyPeriod(figure, (before - ago) * minutes, minutes);
      }),
    ).state;
  expect(stateAfter(alarm.periods, 0)).toBe('ALARM');
  // Not before so many periods say so; with one, nothing broken is nothing to say.
  expect(stateAfter(alarm.datapoints - 1, 0)).toBe('OK');
  expect(stateAfter(alarm.periods, alarm.periods)).toBe('OK');
});

test('every kind of alarm is broken once, and nothing is broken that has no alarm', () => {
  expect([...new Set(all.map(([, name]) => kindOf(name)))].sort()).toEqual(Object.keys(BROKEN).sort());
});

test.each(stages)(
  'the alarms of $name: names are unique, composite ones are made of some, one wakes',
  ({ service, alarms }) => {
    const names = alarms.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const kinds = [...names.map(kindOf), ...compositesOf(names).map(({ id }) => id)];
    for (const { of } of compositesOf(names)) expect(kinds).toEqual(expect.arrayContaining(present(of)));
    // What tells nobody itself is part of what does.
    const parts = new Set(COMPOSITES.flatMap(({ of }) => of));
    for (const { name, tells } of alarms) expect([name, tells || parts.has(kindOf(name))]).toEqual([name, true]);
    const template = service.template;
    const [pages] = Object.keys(
      template.findResources('AWS::SNS::Topic', { Properties: { DisplayName: 'CarFin: people feel it' } }),
    );
    const waking = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) => {
      const found = Object.values(template.findResources(type)) as { Properties: Record<string, unknown> }[];
      return found
        .filter(({ Properties }) =>
          isDeepStrictEqual((Properties.AlarmActions as unknown[] | undefined)?.[0], { Ref: pages }),
        )
        .map(({ Properties }) =>
          String(Properties.AlarmName ?? Properties.CompositeAlarmName).replace(/^carfin-\w+-/, ''),
        );
    });
    // The one that is only set by a test of the page wakes too.
    expect(waking).toEqual(['PageTest', 'PeopleFeelIt']);
  },
);

test.each(stages)('the composite alarms of $name are quiet all day', ({ alarms }) => {
  const loud = new Set<string>();
  for (let minute = 1_440; minute < 2_880; minute += 5) {
    const firing = alarms.filter((alarm) => {
      // Windows end where the last whole period does.
      const end = Math.floor((minute * 60) / alarm.period);
      return evaluateAlarm(alarm, healthy(alarm, end)).state === 'ALARM';
    });
    for (const { name, state } of compositeStates(
      alarms.map(({ name }) => name),
      new Map(firing.map((each) => [each.name, ''])),
    ))
      if (state === 'ALARM') loud.add(name);
  }
  expect([...loud]).toStrictEqual([]);
});

test('composite alarms fire with any or with all of their alarms, and tell nothing that follows from another', () => {
  const alarms = stages[0]?.alarms ?? [];
  const names = alarms.map(({ name }) => name);
  const firing = (...some: string[]) =>
    compositeStates(names, new Map(some.map((name) => [name, '']))).flatMap(({ name, state }) =>
      state === 'ALARM' ? [name] : [],
    );
  const told = (...some: string[]) => telling(alarms, new Set(some)).sort();
  expect(firing()).toStrictEqual([]);
  expect(firing('ValkeyBurnHour', 'ValkeyBurnHalfHour')).toStrictEqual([]);
  expect(firing('ValkeyBurnHour', 'ValkeyBurnFiveMinutes')).toEqual(['ValkeyBurnFast', 'ValkeyAvailability']);
  expect(firing('AnsweredBurnSixHours', 'AnsweredBurnHalfHour')).toEqual(['AnsweredBurnSlow', 'PeopleFeelIt']);
  const since = new Map([
    ['ValkeyBurnHour', '2026-11-26T03:00:00Z'],
    ['ValkeyBurnFiveMinutes', '2026-11-26T03:04:00Z'],
  ]);
  expect(compositeStates(names, since).filter(({ state }) => state === 'ALARM')).toMatchObject([
    { name: 'ValkeyBurnFast', since: '2026-11-26T03:04:00Z' },
    { name: 'ValkeyAvailability', since: '2026-11-26T03:04:00Z' },
  ]);
  expect(told('ValkeyBurnSixHours', 'HitRate')).toEqual(['CacheGivesLittle']);
  expect(
    told('ValkeyBurnHour', 'ValkeyBurnFiveMinutes', 'HitRate', 'WarmUpMissing', 'Completion', 'SearchLatency'),
  ).toEqual(['PeopleFeelIt', 'ValkeyAvailability']);
});

test('people are told of 14 alarms, of which one pages, and of one more where the internet reaches the API', () => {
  const severities = COMPOSITES.map(({ severity }) => severity).filter((each) => each !== 'part');
  const alone = new Set(stages.flatMap(({ alarms }) => alarms.filter(({ tells }) => tells).map(({ name }) => name)));
  expect(severities.filter((each) => each === 'page')).toHaveLength(1);
  expect([...alone].sort()).toEqual(['Blocked', 'DatabaseErrors', 'Satisfaction']);
  expect(severities.length + alone.size).toBe(14 + 1);
});
