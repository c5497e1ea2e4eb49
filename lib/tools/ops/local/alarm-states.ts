import { SILENCE } from '../../../constructs/observability/alarm-table/alarm';
import { compositeStates } from '../alarms/composites';
import type { AlarmDefinition } from '../alarms/definitions';
import { evaluateAlarm, windowOf, type Evaluation } from '../alarms/evaluate';
import type { AlarmState } from '../stage/target';
import { measuredHere } from './engine-metrics';
import type { MetricStore } from './metric-store';

const MINUTE_MS = 60_000;
/** How far back it is looked for when an alarm began to fire. */
const MOST_MINUTES = 180;

/** @returns since when an alarm that fires does so, ISO 8601. */
type Since = (alarm: AlarmDefinition) => string;

/**
 * @param since costs more than the states: {@link firingSince} where it is shown, nothing where only names count
 * @returns what CloudWatch would say of these alarms and of the composite ones that they are parts of, composite ones
 * first; since when only of those that fire.
 */
export function alarmStates(
  alarms: readonly AlarmDefinition[],
  metrics: MetricStore,
  since: Since = () => '',
): AlarmState[] {
  const now = metrics.clock();
  const states = alarms.map((alarm): AlarmState => {
    const { state, reason } = evaluatedAt(alarm, metrics, now);
    const description = state === 'INSUFFICIENT_DATA' ? describedHere(alarm) : alarm.description;
    return { name: alarm.name, state, since: state === 'ALARM' ? since(alarm) : '', reason, description };
  });
  const firing = new Map(states.flatMap(({ name, state, since }) => (state === 'ALARM' ? [[name, since]] : [])));
  const names = states.map(({ name }) => name);
  return [...compositeStates(names, firing), ...states];
}

/** Nobody maintains the nodes of this machine, and some of what AWS measures nobody measures here. */
function describedHere({ description, terms, period, periods }: AlarmDefinition): string {
  const metrics = terms.flatMap((term) => ('figure' in term ? [term.figure.metric] : []));
  const why = metrics.some(measuredHere)
    ? `the node has told nothing for ${(period * periods) / 60} minutes: it does not answer, or has just begun`
    : `only ElastiCache measures ${metrics.join(' and ')}; on this machine nobody does`;
  const [told = ''] = description.split(SILENCE);
  return `${told}${SILENCE}${why}.`;
}

function evaluatedAt(alarm: AlarmDefinition, metrics: MetricStore, at: number): Evaluation {
  return evaluateAlarm(alarm, (figure) => metrics.series(figure, windowOf(alarm), at));
}

/** Looks back minute by minute, as far as the alarm would have fired. */
export function firingSince(metrics: MetricStore): Since {
  const now = metrics.clock();
  return (alarm) => {
    let minutes = 0;
    while (minutes < MOST_MINUTES && evaluatedAt(alarm, metrics, now - (minutes + 1) * MINUTE_MS).state === 'ALARM')
      minutes++;
    return new Date(now - minutes * MINUTE_MS).toISOString();
  };
}
