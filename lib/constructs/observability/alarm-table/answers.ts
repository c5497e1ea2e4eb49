import { DATABASE_DOWN, DATABASE_FAILED, VALKEY_DOWN, VALKEY_FAILED } from '../../../../lambda/contract/causes';
import { METRICS, type MetricName } from '../../../../lambda/contract/metrics';
import { own } from '../../../../lambda/contract/metric-term';
import { QUIET_SEARCHES } from '../promises/promise-table';
import { promiseOf, searchParts } from '../promises/promises';
import { burnAlarms, FIVE_MINUTES, idle, inARow, QUARTER, watch, type AlarmedStage, type AlarmRow } from './alarm';

/** Searches in five minutes below which an average says nothing: one cold start would. */
const FEW_SEARCHES = 20;
/** The same of searches that were asked before. */
const FEW_REPEATED = 10;
/** Commands to Valkey in five minutes below which a share says nothing. */
const FEW_COMMANDS = 500;
/** Searches without an answer in five minutes from which on they are no accident. */
const SEVERAL = 5;

/** Why searches are slow: what is not there first, since deadlines are waited for. */
const SLOW = [
  ...VALKEY_DOWN,
  'bypass',
  'noCatalogue',
  'indexDamaged',
  'valuesDamaged',
  'connectionsEnd',
  'valkeySlow',
  'databaseSlow',
  'valkeyFails',
] as const;

/** Alarms of what the searches promise. */
export function answerAlarms(stage: AlarmedStage): AlarmRow[] {
  return [
    ...cacheAlarms(stage),
    ...latencyAlarms(stage),
    ...valkeyBurns(stage),
    unanswered(stage),
    {
      id: 'DatabaseErrors',
      of: own(stage.name, METRICS.databaseFailures, 'Sum'),
      ...inARow(2, FIVE_MINUTES),
      threshold: 5,
      fires: 'above',
      missing: idle('no query was sent'),
      severity: 'notify',
      impact:
        'Queries to PostgreSQL fail or run out of time; what cache and index know is still answered, and the ' +
        'catalogue gets older.',
      causes: [...DATABASE_DOWN, ...DATABASE_FAILED],
      runbook: 'database-errors',
    },
  ];
}

/** What the cache is paid for. */
function cacheAlarms(stage: AlarmedStage): AlarmRow[] {
  const [hitRate, saved] = [promiseOf(stage, 'hitRate'), promiseOf(stage, 'queriesSaved')];
  const common = {
    ...inARow(2, QUARTER),
    missing: idle('nobody searched'),
    severity: 'part',
    causes: ['bypass', 'noCatalogue', 'indexDamaged', ...VALKEY_DOWN, ...VALKEY_FAILED],
  } as const;
  return [
    {
      id: 'HitRate',
      ...watch(hitRate, QUIET_SEARCHES),
      ...common,
      impact:
        `Less than ${hitRate.target} % of the searches are answered without the database; people wait longer and ` +
        'the database works.',
      runbook: 'hit-rate',
    },
    {
      id: 'CacheShare',
      of: {
        label: 'Answers of memory or stored, %',
        expression:
          `IF(${hitRate.events} < ${QUIET_SEARCHES}, 100, 100 * (FILL(memory, 0) + FILL(cache, 0)) / ` +
          `${hitRate.events})`,
        metrics: hitRate.parts,
      },
      threshold: 5,
      fires: 'below',
      ...common,
      impact:
        'Hardly any search is answered from memory or by a stored answer: nothing is kept, or the cache is ' +
        'bypassed. The index still answers, in one more round trip.',
      runbook: 'cache-share',
    },
    {
      id: 'QueriesSaved',
      ...watch(saved, saved.fewest),
      ...common,
      impact:
        `Less than ${saved.target} % of the queries that searches used to cost are saved; the database does what ` +
        'the cache is paid for.',
      runbook: 'queries-saved',
    },
  ];
}

/** Averages that are promised; what people feel at once is in the alarms of the API. */
function latencyAlarms(stage: AlarmedStage): AlarmRow[] {
  const common = { ...inARow(3, FIVE_MINUTES), missing: idle('nobody searched'), severity: 'part' } as const;
  const [search, handler, repeated, roundTrip] = [
    promiseOf(stage, 'search'),
    promiseOf(stage, 'searchHandler'),
    promiseOf(stage, 'repeatedSearch'),
    promiseOf(stage, 'roundTrip'),
  ];
  return [
    {
      id: 'SearchLatency',
      ...watch(search, FEW_SEARCHES),
      ...common,
      impact: `Searches take more than ${search.target} ms on average at the gateway.`,
      causes: SLOW,
      runbook: 'search-latency',
    },
    {
      id: 'HandlerLatency',
      ...watch(handler, FEW_SEARCHES),
      ...common,
      impact: `Searches take more than ${handler.target} ms on average in the handler alone.`,
      causes: SLOW,
      runbook: 'search-latency',
    },
    {
      id: 'RepeatedSearch',
      ...watch(repeated, FEW_REPEATED),
      ...common,
      missing: idle('no stored answer was sent again'),
      impact:
        `A search that was asked before takes more than ${repeated.target} ms on average: ` + 'the cache gives little.',
      causes: ['nodeOverloaded', ...SLOW],
      runbook: 'search-latency',
    },
    {
      id: 'ValkeyLatency',
      ...watch(roundTrip, FEW_SEARCHES),
      ...common,
      impact:
        `A round trip to Valkey takes more than ${roundTrip.target} ms on average; searches are slower, and beyond ` +
        '150 ms they go to the database.',
      causes: ['nodeOverloaded', ...SLOW],
      runbook: 'valkey-latency',
    },
  ];
}

/** How fast the error budget of Valkey's availability burns. */
function valkeyBurns(stage: AlarmedStage): AlarmRow[] {
  const available = promiseOf(stage, 'valkeyAvailable');
  return burnAlarms('ValkeyBurn', available, {
    label: 'Commands to Valkey that fail, %',
    few: () => `${available.events} < ${FEW_COMMANDS}`,
    missing: idle('nobody searched'),
    what: 'Commands to Valkey fail',
    causes: [...VALKEY_DOWN, ...VALKEY_FAILED],
    runbook: 'valkey-availability',
  });
}

function unanswered({ name }: AlarmedStage): AlarmRow {
  const { parts, sum } = searchParts(name);
  const of = (metric: MetricName) => own(name, metric, 'Sum');
  return {
    id: 'SearchesUnanswered',
    of: {
      label: 'Searches that no store could answer, %',
      expression: `IF(FILL(none, 0) < ${SEVERAL}, 0, 100 * FILL(none, 0) / ${sum})`,
      metrics: { ...parts, none: of(METRICS.answersUnavailable) },
    },
    ...inARow(1, FIVE_MINUTES),
    threshold: 10,
    fires: 'above',
    missing: idle('nobody searched'),
    severity: 'part',
    impact: 'More than one search in ten gets 503: neither the cache nor the database can answer.',
    causes: [...DATABASE_DOWN, ...VALKEY_DOWN, ...DATABASE_FAILED, ...VALKEY_FAILED],
    runbook: 'searches-unanswered',
  };
}
