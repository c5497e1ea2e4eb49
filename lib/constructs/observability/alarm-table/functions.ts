import {
  definitionOf,
  FUNCTION_NAMES,
  SCALED_FUNCTION_NAMES,
  type FunctionName,
} from '../../../../lambda/contract/functions';
import { ofFunction, type Statistic } from '../promises/metric-term';
import { FIVE_MINUTES, idle, MINUTE, type AlarmedStage, type AlarmRow } from './alarm';

/** What operators run: they see its errors themselves. */
const BY_HAND: readonly FunctionName[] = ['operations', 'doctor'];
/** Of a function's time limit. */
const LONGEST_SHARE = 0.8;
const BUSY_SHARE = 0.8;
/** Past its concurrency a wait is refused at once, and asked again: only many such are news. */
const REFUSED_WAITS = 500;

/** Alarms of the Lambda functions. */
export function functionAlarms(stage: AlarmedStage): AlarmRow[] {
  const of = (name: FunctionName, metric: string, statistic: Statistic) =>
    ofFunction(stage.groupId, name, metric, statistic);
  const working = FUNCTION_NAMES.filter((name) => name in stage.environments && !BY_HAND.includes(name));
  const unused = idle('the function was not invoked');
  const common = { fires: 'above', severity: 'notify', missing: unused } as const;
  return [
    ...working.map((name): AlarmRow => ({
      ...common,
      ...{ id: `Errors-${name}`, of: of(name, 'Errors', 'Sum'), threshold: 0 },
      ...{ period: FIVE_MINUTES, datapoints: 2, periods: 3 },
      impact: `The ${name} function ends in errors: it handles what it expects, so this is a time-out, a lack of memory or a bug. ${
        name === 'warm-up' ? 'The catalogue gets older.' : 'Callers get 502.'
      }`,
      runbook: 'function-errors',
    })),
    ...working.map((name): AlarmRow => ({
      ...common,
      ...{
        id: `Throttles-${name}`,
        of: of(name, 'Throttles', 'Sum'),
        threshold: name === 'events' ? REFUSED_WAITS : 0,
      },
      ...{ period: FIVE_MINUTES, datapoints: 2, periods: 3 },
      impact:
        name === 'warm-up'
          ? 'Warm-ups are refused: two are running, or the account has no concurrency left.'
          : `More ${name} requests come at once than the stage allows; those beyond it are refused and have to be repeated.`,
      runbook: 'function-throttles',
    })),
    ...working
      .filter((name) => name !== 'events')
      .map((name): AlarmRow => ({
        ...common,
        ...{ id: `Duration-${name}`, of: of(name, 'Duration', 'p99') },
        threshold: definitionOf(name).timeoutSeconds * 1_000 * LONGEST_SHARE,
        ...{ period: FIVE_MINUTES, datapoints: 2, periods: 3 },
        impact: `The slowest in a hundred invocations of ${name} come near its time limit, past which they end without an answer.`,
        runbook: 'function-duration',
      })),
    ...SCALED_FUNCTION_NAMES.map((name): AlarmRow => ({
      ...common,
      ...{ id: `Concurrency-${name}`, of: of(name, 'ConcurrentExecutions', 'Maximum') },
      threshold: Math.floor((stage.environments[name] ?? 0) * BUSY_SHARE),
      ...{ period: MINUTE, datapoints: 10, periods: 15 },
      impact: `${name} uses more than four fifths of the concurrency that the stage allows; a little more and requests are refused.`,
      runbook: 'function-concurrency',
    })),
  ];
}
