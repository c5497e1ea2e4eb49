import { SILENCE } from '../../../constructs/observability/alarm-table/alarm';
import { compositeStates } from '../alarms/composites';
import type { AlarmDefinition } from '../alarms/definitions';
import { evaluateAlarm, windowOf, type Evaluation } from '../alarms/evaluate';
import type { AlarmState } from '../stage/target';
import { measuredHere } from './engine-metrics';
import type { MetricStore } from './metric-store';

const MINUTE_MS = 60_000;
/** How far back it is looked for when an alarm began to fire: to the minute for three hours, then to the quarter. */
const MOST_MINUTES = 24 * 60;
const stepAt = (minutes: number) => (minutes < 180 ? 1 : 15);

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
    const description = state === 'INSUFFICIENT_DATA' ? describedHere(alarm, metrics, now) : alarm.description;
    return { name: alarm.name, state, since: state === 'ALARM' ? since(alarm) : '', reason, description };
  });
  const firing = new Map(states.flatMap(({ name, state, since }) => (state === 'ALARM' ? [[name, since]] : [])));
  const names = states.map(({ name }) => name);
  return [...compositeStates(names, firing), ...states];
}

/** Nobody maintains the nodes of this machine, and some of what AWS measures nobody measures here. */
function describedHere(alarm: AlarmDefinition, metrics: MetricStore, now: number): string {
  const { description, terms, period, periods } = alarm;
  const silent = terms.flatMap((term) =>
    'figure' in term && metrics.series(term.figure, windowOf(alarm), now).every((value) => value === undefined)
      ? [term.figure.metric]
      : [],
  );
  const why = silent.some(measuredHere)
    ? `the node has told nothing for ${(period * periods) / 60} minutes: it does not answer, or has just begun`
    : `only ElastiCache measures ${silent.join(' and ')}; on this machine nobody does`;
  const [told = ''] = description.split(SILENCE);
  return `${told}${SILENCE}${why}.`;
}

function evaluatedAt(alarm: AlarmDefinition, metrics: MetricStore, at: number): Evaluation {
  return evaluateAlarm(alarm, (figure) => metrics.series(figure, windowOf(alarm), at));
}

/** Looks back as far as the alarm would have fired. */
export function firingSince(metrics: MetricStore): Since {
  const now = metrics.clock();
  return (alarm) => {
    let minutes = 0;
    const firedBefore = (by: number) => evaluatedAt(alarm, metrics, now - by * MINUTE_MS).state === 'ALARM';
    while (minutes < MOST_MINUTES && firedBefore(minutes + stepAt(minutes))) minutes += stepAt(minutes);
    return new Date(now - minutes * MINUTE_MS).toISOString();
  };
}
