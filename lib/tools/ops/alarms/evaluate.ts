import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import type { Series, Window } from '../stage/series';
import type { AlarmValue } from '../stage/target';
import type { AlarmDefinition } from './definitions';
import { evaluateExpression, type Value } from '../stage/expression';

export interface Evaluation {
  state: AlarmValue;
  /** The compared values, oldest first. */
  values: Value[];
  reason: string;
}

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Points that CloudWatch looks at beyond the evaluation periods (its guide's example has five for three). */
const BEYOND = 2;

/** @returns how far back an alarm looks. */
export function windowOf({ name, period, periods, missing }: AlarmDefinition): Window {
  return { name, period, seconds: period * (periods + (missing === 'missing' ? BEYOND : 0)) };
}

/**
 * Says what CloudWatch would of the last periods (user guide, AlarmThatSendsEmail: evaluating an alarm). Where missing
 * data is `missing` the newest real points count, if there are enough: a minute that has no data yet silences nothing.
 * One difference: with too few, these periods alone are looked at, where CloudWatch keeps the state it had.
 * @param series of a figure, oldest first.
 */
export function evaluateAlarm(alarm: AlarmDefinition, series: (figure: MetricTerm) => Series): Evaluation {
  const bySeries = new Map(
    alarm.terms.flatMap((term) => ('figure' in term ? [[term.id, series(term.figure)] as const] : [])),
  );
  const range = Math.max(alarm.periods, ...[...bySeries.values()].map(({ length }) => length));
  const all = Array.from({ length: range }, (_, i) => {
    const scope: Record<string, Value> = {};
    for (const [id, each] of bySeries) scope[id] = each[i];
    for (const term of alarm.terms)
      if ('expression' in term) scope[term.id] = evaluateExpression(term.expression, scope);
    return scope[alarm.compared];
  });
  const real = all.filter((value) => value !== undefined);
  const values = (alarm.missing === 'missing' && real.length >= alarm.periods ? real : all).slice(-alarm.periods);
  const compare = COMPARISONS[alarm.comparison];
  if (compare === undefined) throw new Error(`Alarm ${alarm.name}: the comparison ${alarm.comparison} is not known.`);
  const breaching = values.filter((value) =>
    value === undefined ? alarm.missing === 'breaching' : compare(value, alarm.threshold),
  ).length;
  const silent = alarm.missing === 'missing' && values.every((value) => value === undefined);
  const state = breaching >= alarm.datapoints ? 'ALARM' : silent ? 'INSUFFICIENT_DATA' : 'OK';
  const shown = values
    .map((value) => (value === undefined ? 'no data' : String(Math.round(value * 100) / 100)))
    .join(', ');
  return {
    state,
    values,
    reason: `${shown}; ${alarm.comparison} ${alarm.threshold}, ${alarm.datapoints} of ${alarm.periods}`,
  };
}
