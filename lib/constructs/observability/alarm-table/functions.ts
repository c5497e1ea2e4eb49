import { DATABASE_DOWN, VALKEY_DOWN } from '../../../../lambda/contract/causes';
import {
  definitionOf,
  SCALED_FUNCTION_NAMES,
  WORKING_NAMES,
  type FunctionName,
} from '../../../../lambda/contract/functions';
import { ofFunction, type Statistic } from '../../../../lambda/contract/metric-term';
import { FIVE_MINUTES, idle, MINUTE, type AlarmedStage, type AlarmRow } from './alarm';

/** Of a function's time limit. */
const LONGEST_SHARE = 0.8;
const BUSY_SHARE = 0.8;
/** Past its concurrency a wait is refused at once, and asked again: only many such are news. */
const REFUSED_WAITS = 500;

/** Alarms of the Lambda functions: parts of two alarms for all of them. */
export function functionAlarms(stage: AlarmedStage): AlarmRow[] {
  const of = (name: FunctionName, metric: string, statistic: Statistic) =>
    ofFunction(stage.groupId, name, metric, statistic);
  const working = WORKING_NAMES.filter((name) => name in stage.environments);
  // A warm-up that fails has alarms of its own, which know more; both would tell of one thing.
  const answering = working.filter((name) => name !== 'warm-up');
  const common = { fires: 'above', severity: 'part', missing: idle('the function was not invoked') } as const;
  const often = { period: FIVE_MINUTES, datapoints: 2, periods: 3 } as const;
  return [
    ...answering.map((name): AlarmRow => ({
      ...common,
      ...often,
      id: `Errors-${name}`,
      of: of(name, 'Errors', 'Sum'),
      threshold: 0,
      impact:
        `The ${name} function ends in errors: it handles what it expects, so this is a time-out, a lack of memory or ` +
        'a bug. Callers get 502.',
      causes: ['functionsFail', ...DATABASE_DOWN, ...VALKEY_DOWN],
      runbook: 'function-errors',
    })),
    ...working.map((name): AlarmRow => ({
      ...common,
      ...often,
      id: `Throttles-${name}`,
      of: of(name, 'Throttles', 'Sum'),
      threshold: name === 'events' ? REFUSED_WAITS : 0,
      impact:
        name === 'warm-up'
          ? 'Warm-ups are refused: two are running, or the account has no concurrency left.'
          : `More ${name} requests come at once than the stage allows; those beyond it are refused and have to ` +
            'be repeated.',
      causes: ['functionsThrottled', 'databaseSlow', 'valkeySlow'],
      runbook: 'function-throttles',
    })),
    ...SCALED_FUNCTION_NAMES.map((name): AlarmRow => ({
      ...common,
      id: `Concurrency-${name}`,
      of: of(name, 'ConcurrentExecutions', 'Maximum'),
      threshold: Math.floor((stage.environments[name] ?? 0) * BUSY_SHARE),
      period: MINUTE,
      datapoints: 10,
      periods: 15,
      impact:
        `${name} uses more than four fifths of the concurrency that the stage allows; a little more and requests ` +
        'are refused.',
      causes: ['functionsThrottled', 'databaseSlow', 'valkeySlow'],
      runbook: 'function-concurrency',
    })),
    {
      ...common,
      ...often,
      id: 'WarmUpDuration',
      of: of('warm-up', 'Duration', 'p99'),
      threshold: definitionOf('warm-up').timeoutSeconds * 1_000 * LONGEST_SHARE,
      impact: 'Warm-ups come near their time limit, past which they end without a catalogue: the table has grown.',
      causes: ['databaseSlow', 'valkeySlow', 'warmUpFails'],
      runbook: 'function-duration',
    },
  ];
}
