import { compositeStates } from '../alarms/composites';
import type { AlarmDefinition } from '../alarms/definitions';
import { evaluateAlarm, windowOf } from '../alarms/evaluate';
import type { AlarmState } from '../stage/target';
import type { MetricStore } from './metric-store';

/**
 * @returns what CloudWatch would say of these alarms and of the composite ones that they are parts of, composite ones
 * first.
 */
export function alarmStates(alarms: readonly AlarmDefinition[], metrics: MetricStore): AlarmState[] {
  const states = alarms.map((alarm): AlarmState => {
    const { state, reason } = evaluateAlarm(alarm, (figure) => metrics.series(figure, windowOf(alarm)));
    return { name: alarm.name, state, since: '', reason, description: alarm.description };
  });
  const firing = new Set(states.flatMap(({ name, state }) => (state === 'ALARM' ? [name] : [])));
  const names = states.map(({ name }) => name);
  return [...compositeStates(names, firing), ...states];
}
