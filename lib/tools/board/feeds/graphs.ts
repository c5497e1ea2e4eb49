import { evaluateExpression } from '../../ops/stage/expression';
import { total, type Series } from '../../ops/stage/series';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import { endOf } from '../../../../lambda/diagnosis/metric-series';
import type { DefinedWidget, LineSource } from '../definition/dashboard-body';
import type { ShownGraphs } from '../shown';
import type { BoardSystem } from './system';

/**
 * The values of every line of the dashboard; a number is its value over the whole window, as `setPeriodToTimeRange` has
 * it.
 */
export async function graphsFeed({ target, definition: { widgets }, clock, pace }: BoardSystem): Promise<ShownGraphs> {
  const terms = new Map<string, MetricTerm>();
  for (const { sources } of widgets)
    for (const source of sources) for (const term of termsOf(source)) terms.set(JSON.stringify(term), term);
  const series = await target.series([...terms.values()], pace.graphs);
  const found = new Map([...terms.keys()].map((key, i) => [key, series[i] ?? []]));
  const seriesOf = (term: MetricTerm) => found.get(JSON.stringify(term)) ?? [];
  return {
    end: endOf(clock(), pace.graphs.period),
    period: pace.graphs.period * 1_000,
    values: widgets.map((each) => valuesOf(each, seriesOf, pace.graphs.seconds / pace.graphs.period)),
  };
}

const termsOf = (source: LineSource) => ('term' in source ? [source.term] : Object.values(source.terms));

type SeriesOf = (term: MetricTerm) => Series;

function valuesOf({ widget, sources }: DefinedWidget, seriesOf: SeriesOf, count: number): (number | null)[][] {
  return sources.map((source) =>
    widget.kind === 'number'
      ? [over(source, (term) => total(term, seriesOf(term)))]
      : Array.from({ length: count }, (_, i) => over(source, (term) => seriesOf(term)[i])),
  );
}

function over(source: LineSource, value: (term: MetricTerm) => number | undefined): number | null {
  if ('term' in source) return value(source.term) ?? null;
  const values = Object.fromEntries(Object.entries(source.terms).map(([id, term]) => [id, value(term)]));
  return evaluateExpression(source.expression, values) ?? null;
}
