import { compositeStates } from '../alarms/composites';
import type { AlarmDefinition } from '../alarms/definitions';
import { evaluateAlarm, windowOf, type Evaluation } from '../alarms/evaluate';
import type { AlarmState } from '../stage/target';
import type { MetricStore } from './metric-store';

const MINUTE_MS = 60_000;
/** How far back it is looked for when an alarm began to fire. */
const MOST_MINUTES = 180;

/**
 * @returns what CloudWatch would say of these alarms and of the composite ones that they are parts of, composite ones
 * first; since when only of those that fire.
 */
export function alarmStates(alarms: readonly AlarmDefinition[], metrics: MetricStore): AlarmState[] {
  const now = metrics.clock();
  const states = alarms.map((alarm): AlarmState => {
    const { state, reason } = evaluatedAt(alarm, metrics, now);
    const since = state === 'ALARM' ? firingSince(alarm, metrics, now) : '';
    return { name: alarm.name, state, since, reason, description: alarm.description };
  });
  const firing = new Map(states.flatMap(({ name, state, since }) => (state === 'ALARM' ? [[name, since]] : [])));
  const names = states.map(({ name }) => name);
  return [...compositeStates(names, firing), ...states];
}

function evaluatedAt(alarm: AlarmDefinition, metrics: MetricStore, at: number): Evaluation {
  return evaluateAlarm(alarm, (figure) => metrics.series(figure, windowOf(alarm), at));
}

/** @returns the minute, ISO 8601. */
function firingSince(alarm: AlarmDefinition, metrics: MetricStore, now: number): string {
  let minutes = 0;
  while (minutes < MOST_MINUTES && evaluatedAt(alarm, metrics, now - (minutes + 1) * MINUTE_MS).state === 'ALARM')
    minutes++;
  return new Date(now - minutes * MINUTE_MS).toISOString();
}
