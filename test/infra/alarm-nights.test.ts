import { METRICS } from '../../lambda/contract/metrics';
import type { MetricTerm, Statistic } from '../../lambda/contract/metric-term';
import { COMPOSITES } from '../../lib/constructs/observability/alarm-table/composites';
import { telling } from '../../lib/tools/ops/alarms/composites';
import { evaluateAlarm } from '../../lib/tools/ops/alarms/evaluate';
import { localAlarms } from '../../lib/tools/ops/local/local-alarms';

type Value = number | Partial<Record<Statistic, number>>;
/** What each metric gets in one minute; what is not named gets nothing. */
type Minute = Readonly<Record<string, Value>>;
/** A stage, long before minute 0, at which something happens. */
type Night = (minute: number) => Minute;

const alarms = localAlarms(1, 1);
/** Of a stage whose warm-up looks at the table every 5 s. */
const freshAlarms = localAlarms(1, 1, { freshnessSeconds: 5 });

/** @returns what a period of a metric shows. */
function period(night: Night, { metric, statistic }: MetricTerm, from: number, minutes: number): number | undefined {
  const values = Array.from({ length: minutes }, (_, i) => night(from + i)[metric]).flatMap((value) => {
    const one = typeof value === 'object' ? value[statistic] : value;
    return one === undefined ? [] : [one];
  });
  if (values.length === 0) return undefined;
  if (statistic === 'Sum' || statistic === 'SampleCount') return values.reduce((a, b) => a + b, 0);
  if (statistic === 'Average') return values.reduce((a, b) => a + b, 0) / values.length;
  return statistic === 'Minimum' ? Math.min(...values) : Math.max(...values);
}

/** @returns the names of the alarms that told somebody, by the minute of the first time. @param watched minutes */
function told(night: Night, watched = 75, of = alarms): Record<string, number> {
  const first: Record<string, number> = {};
  for (let now = 1; now <= watched; now += watched > 100 ? 15 : 1) {
    const firing = of.filter((alarm) => {
      // Once a minute over the periods up to now (CloudWatch user guide, alarm-evaluation).
      const minutes = alarm.period / 60;
      const series = (term: MetricTerm) =>
        Array.from({ length: alarm.periods }, (_, i) =>
          period(night, term, now - (alarm.periods - i) * minutes, minutes),
        );
      return evaluateAlarm(alarm, series).state === 'ALARM';
    });
    for (const name of telling(of, new Set(firing.map(({ name }) => name)))) first[name] ??= now;
  }
  return Object.fromEntries(Object.entries(first).filter(([name, at]) => !suppressed(name, at, first)));
}

/** An alarm waits so long, minutes, for the one that it follows from, before it tells anybody (Alarms, SUPPRESSION). */
const WAIT = 5;

function suppressed(name: string, at: number, first: Readonly<Record<string, number>>): boolean {
  const { follows = '' } = COMPOSITES.find(({ id }) => id === name) ?? {};
  const cause = first[follows];
  return cause !== undefined && cause <= at + WAIT;
}

/** A minute in which nobody asks but the heartbeat, and all is well. */
const QUIET: Minute = {
  Invocations: 1,
  [METRICS.heartbeatAnswered]: 1,
  [METRICS.warmUpSucceeded]: 1,
  [METRICS.answersFromCache]: 1,
  [METRICS.databaseQueries]: 1,
  [METRICS.searchTime]: { Sum: 3, SampleCount: 1 },
  [METRICS.repeatedSearchTime]: { Sum: 3, SampleCount: 1 },
  [METRICS.valkeyRoundTrip]: { Sum: 1, SampleCount: 1 },
  [METRICS.valkeyOperations]: 12,
  [METRICS.indexAge]: 60,
  Count: 1,
  Latency: { Sum: 30, SampleCount: 1 },
  DatabaseMemoryUsagePercentage: 20,
  CPUUtilization: 5,
  CPUCreditBalance: 400,
  CurrConnections: 20,
  ReplicationLag: 0.1,
};
/** A minute of an evening. */
const BUSY: Minute = {
  ...QUIET,
  [METRICS.answersFromCache]: 40,
  [METRICS.answersFromIndex]: 20,
  [METRICS.searchTime]: { Sum: 180, SampleCount: 60 },
  [METRICS.repeatedSearchTime]: { Sum: 80, SampleCount: 40 },
  [METRICS.valkeyRoundTrip]: { Sum: 60, SampleCount: 60 },
  [METRICS.valkeyOperations]: 400,
  [METRICS.sessionsFound]: 20,
  [METRICS.questionsAsked]: 10,
  [METRICS.questionsAnswered]: 10,
  Count: 90,
  Latency: { Sum: 1_200, SampleCount: 60 },
};
const from = (minute: number, before: Minute, after: Partial<Record<string, Value>>): Night => {
  const changed = { ...before, ...after } as Minute;
  return (now) => (now < minute ? before : changed);
};
const NOTHING: Partial<Record<string, Value>> = { [METRICS.heartbeatAnswered]: 0 };

describe('nobody is told', () => {
  test.each<[string, Night]>([
    ['of a quiet night, or of a dev stage that nobody uses', () => QUIET],
    ['of an evening', () => BUSY],
    [
      'of a first deploy: no metrics, cold functions, nodes of T3 without credits',
      (minute) => {
        if (minute < 2) return {};
        const cold = minute < 5 ? { Latency: { Sum: 4_000, SampleCount: 2 }, [METRICS.answersLate]: 1 } : {};
        const warm = minute < 4 ? { [METRICS.warmUpSucceeded]: 0, [METRICS.heartbeatAnswered]: 0 } : {};
        return { ...QUIET, ...cold, ...warm, CPUCreditBalance: minute * 0.4 };
      },
    ],
    [
      'of the first hour after a deploy: an error, cold starts, one warm-up less',
      (minute) =>
        minute < 0 || minute > 2
          ? BUSY
          : {
              ...BUSY,
              '5XXError': 1,
              Errors: minute === 0 ? 1 : 0,
              Latency: { Sum: 8_000, SampleCount: 60 },
              [METRICS.answersLate]: 2,
              [METRICS.warmUpSucceeded]: minute === 0 ? 0 : 1,
              [METRICS.heartbeatAnswered]: minute === 0 ? 0 : 1,
            },
    ],
    [
      'of one cold search every five minutes',
      (minute) =>
        minute % 5 === 0
          ? {
              ...QUIET,
              Count: 2,
              Latency: { Sum: 3_000, SampleCount: 2 },
              [METRICS.searchTime]: { Sum: 900, SampleCount: 2 },
              [METRICS.answersLate]: 1,
            }
          : QUIET,
    ],
    ['of a caller who sends 400s', from(0, QUIET, { Count: 101, '4XXError': 100, [METRICS.invalidRequests]: 100 })],
    ['of a single failure at night', (minute) => (minute === 3 ? { ...QUIET, Count: 2, '5XXError': 1 } : QUIET)],
  ])('%s', (_, night) => {
    expect(told(night)).toEqual({});
  });
});

test('nobody is told where warm-ups look every 5 s and a dozen searches a minute need no database', () => {
  const few = { [METRICS.answersFromCache]: 10, [METRICS.answersFromIndex]: 2, [METRICS.databaseQueries]: 12 };
  expect(told(() => ({ ...BUSY, ...few }), 75, freshAlarms)).toEqual({});
  // It is the database that answers: 50 a minute are enough to judge by.
  const missed = { [METRICS.answersFromDatabase]: 50, [METRICS.databaseQueries]: 62 };
  expect(told(from(0, BUSY, { ...missed, [METRICS.answersFromIndex]: 0 }), 75, freshAlarms)).toHaveProperty(
    'CacheGivesLittle',
  );
});

describe('somebody is woken', () => {
  test.each<[string, Night, number]>([
    [
      'when 9 searches in five minutes all end with 503',
      (minute) =>
        minute < 0 || minute > 4
          ? QUIET
          : {
              ...QUIET,
              Count: 2,
              '5XXError': minute === 0 ? 1 : 2,
              [METRICS.answersUnavailable]: minute === 0 ? 1 : 2,
              [METRICS.answersFromCache]: 0,
            },
      10,
    ],
    [
      'when 19 requests in five minutes all end with 5xx',
      (minute) => (minute < 0 || minute > 4 ? QUIET : { ...QUIET, Count: 4, '5XXError': minute === 0 ? 3 : 4 }),
      10,
    ],
    [
      'when 1,000 requests in five minutes all end with 403, though the heartbeat is answered',
      (minute) => (minute < 0 || minute > 4 ? QUIET : { ...QUIET, Count: 201, '4XXError': 200 }),
      10,
    ],
    [
      'when nobody reaches the API: it counts nothing, and the heartbeat is not answered',
      (minute) => (minute < 0 ? BUSY : { Invocations: 1, [METRICS.warmUpSucceeded]: 1 }),
      10,
    ],
    [
      'when a deploy brings everything down',
      from(0, BUSY, {
        ...NOTHING,
        '5XXError': 90,
        Errors: 60,
        [METRICS.answersFromCache]: 0,
        [METRICS.answersFromIndex]: 0,
        [METRICS.warmUpSucceeded]: 0,
        [METRICS.searchTime]: { Sum: 0, SampleCount: 0 },
      }),
      10,
    ],
    ['when one answer in nine comes late', from(0, BUSY, { [METRICS.answersLate]: 10 }), 45],
    ['when sessions are lost', from(0, BUSY, { [METRICS.sessionsMissing]: 10 }), 30],
    ['when questions of sessions are not answered', from(0, BUSY, { [METRICS.questionsAnswered]: 5 }), 30],
  ])('%s', (_, night, within) => {
    expect(told(night).PeopleFeelIt).toBeLessThanOrEqual(within);
  });
});

test('somebody is woken, after hours, when one answer in twenty comes late', () => {
  const night = from(0, BUSY, { [METRICS.answersLate]: 4.5 });
  expect(told(night)).toEqual({});
  expect(told(night, 300).PeopleFeelIt).toBeGreaterThan(75);
});

describe('it is told in the morning', () => {
  test('of a bypass of an hour that somebody forgot, before it ends', () => {
    const night = from(0, BUSY, { [METRICS.answersFromCache]: 0, [METRICS.answersFromIndex]: 60 });
    expect(told(night).CacheGivesLittle).toBeLessThanOrEqual(60);
  });

  test('of averages that are missed, and nobody is woken', () => {
    const names = told(from(0, BUSY, { Latency: { Sum: 6_000, SampleCount: 60 } }));
    expect(Object.keys(names)).toEqual(['Latency']);
  });

  test('of warm-ups that run and never end well, and of a catalogue that no warm-up confirms', () => {
    expect(Object.keys(told(from(0, QUIET, { [METRICS.warmUpSucceeded]: 0 })))).toEqual(['CatalogueAges']);
    const aging: Night = (minute) => (minute < 0 ? QUIET : { ...QUIET, [METRICS.indexAge]: 60 + 60 * minute });
    expect(Object.keys(told(aging))).toEqual(['CatalogueAges']);
  });

  test('of a node of T3 that runs out of credits while it needs them', () => {
    expect(Object.keys(told(from(0, BUSY, { CPUUtilization: 40, CPUCreditBalance: 5 })))).toEqual(['NodeLoad']);
  });
});

test('all of Valkey lost: a page, its cause and no more than three messages', () => {
  const night = from(0, BUSY, {
    [METRICS.answersFromCache]: 0,
    [METRICS.answersFromIndex]: 0,
    [METRICS.answersFromDatabase]: 60,
    [METRICS.databaseQueries]: 60,
    [METRICS.searchTime]: { Sum: 12_000, SampleCount: 60 },
    [METRICS.repeatedSearchTime]: { Sum: 0, SampleCount: 0 },
    [METRICS.valkeyFailures]: 400,
    [METRICS.questionsAnswered]: 0,
    [METRICS.warmUpSucceeded]: 0,
    [METRICS.warmUpFailed]: 1,
    Latency: { Sum: 13_000, SampleCount: 60 },
    '5XXError': 30,
  });
  const names = Object.keys(told(night));
  expect(names).toEqual(expect.arrayContaining(['PeopleFeelIt', 'ValkeyAvailability']));
  expect(names).toHaveLength(2);
});
