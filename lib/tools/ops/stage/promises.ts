import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import { promisesOf, type ServicePromise } from '../../../constructs/observability/promises/promises';
import { evaluateExpression } from './expression';
import { sparkline, total, type Series, type Window } from './series';
import type { Target } from './target';

/** s */
const QUARTER = 900;

/** A promise over one window. */
export interface Kept {
  window: string;
  /** undefined if there were no data, or so few that they say nothing. */
  value: number | undefined;
  /** undefined too if there were too few events to judge it by. */
  kept: boolean | undefined;
  /** Whether there were some, but too few to judge it by. */
  few: boolean;
  /** The value in each period of the window, oldest first. */
  series: Series;
  sparkline: string;
}

export interface PromiseReport extends Pick<
  ServicePromise,
  'id' | 'target' | 'bound' | 'unit' | 'measuredAt' | 'alarm' | 'beside'
> {
  name: string;
  windows: Kept[];
}

/** Holds each promise against the windows. @throws OperationError */
export async function measurePromises(target: Target, windows: readonly Window[]): Promise<PromiseReport[]> {
  const { name, groupId, nodeIds: nodes, shape } = target;
  const promises = promisesOf({ name, groupId, nodes, freshnessSeconds: shape.stage.freshnessSeconds });
  const terms = promises.flatMap(({ parts }) => Object.values(parts));
  const measured = await Promise.all(
    windows.map(async (window) => ({ window, all: await target.series(terms, window) })),
  );
  let next = 0;
  return promises.map((promise) => {
    const { id, title, target: wanted, bound, unit, measuredAt, alarm, beside, parts } = promise;
    const from = next;
    next += Object.keys(parts).length;
    return {
      id,
      name: title,
      target: wanted,
      bound,
      unit,
      measuredAt,
      alarm,
      ...(beside === undefined ? {} : { beside }),
      windows: measured.map(({ window, all }) => judge(promise, window, all.slice(from, next))),
    };
  });
}

/** @param series of the promise's parts, in their order. */
export function judge(promise: ServicePromise, window: Window, series: readonly Series[]): Kept {
  const parts = Object.entries(promise.parts);
  const valueOf = (of: (i: number, term: MetricTerm) => number | undefined, formula = promise.formula) =>
    evaluateExpression(formula, Object.fromEntries(parts.map(([part, term], i) => [part, of(i, term)])));
  const whole = (i: number, term: MetricTerm) => total(term, series[i] ?? []);
  const value = valueOf(whole);
  const { events, fewest, fewestInAll = 0 } = promise;
  const count = events === undefined ? Infinity : (valueOf(whole, events) ?? 0);
  const sayNothing = count < (fewest * window.seconds) / QUARTER;
  const few = value !== undefined && (sayNothing || count < fewestInAll);
  const periods = Math.max(0, ...series.map((each) => each.length));
  const line = Array.from({ length: periods }, (_, period) => valueOf((i) => series[i]?.[period]));
  return {
    window: window.name,
    value: sayNothing ? undefined : value,
    kept: few ? undefined : isKept(promise, value),
    few,
    series: line,
    sparkline: sparkline(line),
  };
}

function isKept({ bound, target }: ServicePromise, value: number | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  return bound === 'at least' ? value >= target : value <= target;
}
