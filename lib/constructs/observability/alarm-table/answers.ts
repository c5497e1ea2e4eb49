import { METRICS, type MetricName } from '../../../../lambda/contract/metrics';
import { own, type Statistic } from '../promises/metric-term';
import { promiseOf } from '../promises/promises';
import { FIVE_MINUTES, HOUR, idle, QUARTER, watch, type AlarmedStage, type AlarmRow } from './alarm';

/** Searches in a quarter of an hour below which a share says nothing. */
const QUIET = 50;
/** Searches in five minutes below which an average says nothing: one cold start would. */
const FEW_SEARCHES = 20;
/** The same of searches that were asked before. */
const FEW_REPEATED = 10;
/** Commands to Valkey in five minutes below which a share says nothing. */
const FEW_COMMANDS = 500;

/** The error budget of Valkey's availability, and how many times as fast as allowed it burns (SRE workbook, Alerting on SLOs). */
const BURN = { fast: 14.4, slow: 6 } as const;

/** Alarms of what the searches promise. */
export function answerAlarms(stage: AlarmedStage): AlarmRow[] {
  const of = (metric: MetricName, statistic: Statistic) => own(stage.name, metric, statistic);
  const promise = (id: string) => promiseOf(stage, id);
  const nobody = idle('nobody searched');
  const tiers = {
    memory: of(METRICS.answersFromMemory, 'Sum'),
    cache: of(METRICS.answersFromCache, 'Sum'),
    index: of(METRICS.answersFromIndex, 'Sum'),
    database: of(METRICS.answersFromDatabase, 'Sum'),
  };
  const all = '(FILL(memory, 0) + FILL(cache, 0) + FILL(index, 0) + FILL(database, 0))';
  const shareOf = (part: string, inQuietHours: number) =>
    `IF(${all} < ${QUIET}, ${inQuietHours}, 100 * ${part} / ${all})`;
  const quarter = { period: QUARTER, datapoints: 2, periods: 2, missing: nobody } as const;
  const five = { period: FIVE_MINUTES, datapoints: 3, periods: 3, missing: nobody } as const;
  const available = promise('valkeyAvailable');
  const burn = (id: string, period: number, times: number): AlarmRow => ({
    id,
    of: {
      label: 'Commands to Valkey that fail, %',
      expression: `IF(${available.events} < ${FEW_COMMANDS}, 0, 100 - ${available.formula})`,
      metrics: available.parts,
    },
    period,
    threshold: Math.round((100 - available.target) * times * 1_000) / 1_000,
    fires: 'above',
    datapoints: 1,
    periods: 1,
    missing: nobody,
    severity: 'part',
    impact: `Commands to Valkey fail ${times} times as often as ${available.target} % allow, over ${period / 60} minutes.`,
    runbook: 'valkey-availability',
  });
  return [
    {
      id: 'HitRate',
      ...watch(promise('hitRate'), QUIET),
      ...quarter,
      severity: 'notify',
      impact: `Less than ${promise('hitRate').target} % of the searches are answered without the database; people wait longer and the database works.`,
      runbook: 'hit-rate',
    },
    {
      ...{ id: 'CacheShare', threshold: 5, fires: 'below', severity: 'notify', ...quarter, datapoints: 4, periods: 4 },
      of: {
        label: 'Answers of memory or stored, %',
        expression: shareOf('(FILL(memory, 0) + FILL(cache, 0))', 100),
        metrics: tiers,
      },
      impact:
        'Hardly any search is answered from memory or by a stored answer: nothing is kept, or the cache is bypassed. The index still answers, in one more round trip.',
      runbook: 'cache-share',
    },
    {
      ...{ id: 'FallThrough', threshold: 10, fires: 'above', severity: 'notify', ...quarter },
      of: { label: 'Answers of the database, %', expression: shareOf('FILL(database, 0)', 0), metrics: tiers },
      impact: 'More than one search in ten reaches the database; each takes 40 ms and more instead of one.',
      runbook: 'fall-through',
    },
    {
      ...{
        id: 'SearchesUnanswered',
        threshold: 1,
        fires: 'above',
        severity: 'notify',
        ...five,
        datapoints: 2,
        periods: 2,
      },
      of: {
        label: 'Searches that no store could answer, %',
        expression: `IF(${all} + FILL(none, 0) < 10, 0, 100 * FILL(none, 0) / (${all} + FILL(none, 0)))`,
        metrics: { ...tiers, none: of(METRICS.answersUnavailable, 'Sum') },
      },
      impact: 'More than one search in a hundred gets 503: neither the cache nor the database can answer.',
      runbook: 'searches-unanswered',
    },
    {
      id: 'SearchLatency',
      ...watch(promise('searchHandler'), FEW_SEARCHES),
      ...five,
      severity: 'notify',
      impact: `Searches take more than ${promise('searchHandler').target} ms on average; people feel it.`,
      runbook: 'search-latency',
    },
    {
      id: 'RepeatedSearch',
      ...watch(promise('repeatedSearch'), FEW_REPEATED),
      ...five,
      severity: 'notify',
      impact: `A search that was asked before takes more than ${promise('repeatedSearch').target} ms on average: the cache gives little.`,
      runbook: 'search-latency',
    },
    {
      ...{
        id: 'SearchLatencyWorst',
        of: of(METRICS.searchTime, 'p99'),
        threshold: 500,
        fires: 'above',
        severity: 'notify',
      },
      ...five,
      impact: 'One search in a hundred takes more than half a second in the handler.',
      runbook: 'search-latency',
    },
    {
      id: 'ValkeyLatency',
      ...watch(promise('roundTrip'), FEW_SEARCHES),
      ...five,
      severity: 'notify',
      impact: `A round trip to Valkey takes more than ${promise('roundTrip').target} ms on average; searches are slower, and beyond 150 ms they go to the database.`,
      runbook: 'valkey-latency',
    },
    burn('ValkeyBurnHour', HOUR, BURN.fast),
    burn('ValkeyBurnFiveMinutes', FIVE_MINUTES, BURN.fast),
    burn('ValkeyBurnSixHours', 6 * HOUR, BURN.slow),
    burn('ValkeyBurnHalfHour', 2 * QUARTER, BURN.slow),
    {
      id: 'QueriesSaved',
      ...watch(promise('queriesSaved'), QUIET),
      ...quarter,
      severity: 'notify',
      impact: `Less than ${promise('queriesSaved').target} % of the queries that searches used to cost are saved; the database does what the cache is paid for.`,
      runbook: 'queries-saved',
    },
    {
      ...{
        id: 'DatabaseErrors',
        of: of(METRICS.databaseFailures, 'Sum'),
        threshold: 5,
        fires: 'above',
        severity: 'notify',
        ...five,
      },
      ...{ datapoints: 2, missing: idle('no query was sent') },
      impact:
        'Queries to PostgreSQL fail or run out of time; what cache and index know is still answered, and the catalogue gets older.',
      runbook: 'database-errors',
    },
  ];
}
