import type { MetricTerm, Statistic } from '../../../../lambda/contract/metric-term';
import type { Widget } from '../shown';

/** Where a line's values come from: a metric, or metric math over metrics. */
export type LineSource = { term: MetricTerm } | { expression: string; terms: Readonly<Record<string, MetricTerm>> };

/** A widget with the source of each of its lines, in their order. */
export interface DefinedWidget {
  widget: Widget;
  sources: LineSource[];
}

/** A widget as the body has it (AmazonCloudWatch/latest/APIReference, CloudWatch-Dashboard-Body-Structure). */
interface RawWidget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    markdown?: string;
    title?: string;
    view?: string;
    stacked?: boolean;
    alarms?: string[];
    metrics?: (string | RawOptions)[][];
    annotations?: { horizontal?: { value: number; label?: string }[] };
  };
}

interface RawOptions {
  id?: string;
  label?: string;
  stat?: string;
  expression?: string;
  visible?: boolean;
}

/**
 * @param body the dashboard's JSON. @throws Error on what it doesn't know: a widget that is not drawn would be missed
 * by nobody
 */
export function parseDashboard(body: string): DefinedWidget[] {
  const { widgets } = JSON.parse(body) as { widgets: RawWidget[] };
  return widgets.map((raw) => {
    const { type, x, y, width, height, properties } = raw;
    const place = { x, y, width, height };
    switch (type) {
      case 'text':
        return { widget: { ...place, kind: 'text', text: properties.markdown ?? '' }, sources: [] };
      case 'alarm': {
        const alarms = (properties.alarms ?? []).map((arn) => arn.split(':').at(-1) ?? '');
        return { widget: { ...place, kind: 'alarms', title: properties.title ?? 'Alarms', alarms }, sources: [] };
      }
      case 'metric':
        return metricWidget(raw, place);
      default:
        throw new Error(`The dashboard has a widget of the type "${type}", which the board cannot draw.`);
    }
  });
}

function metricWidget(
  { properties }: RawWidget,
  place: Pick<RawWidget, 'x' | 'y' | 'width' | 'height'>,
): DefinedWidget {
  const { title = '', view, stacked = false, metrics = [], annotations } = properties;
  const rows = metrics.map(readRow);
  const terms = Object.fromEntries(
    rows.flatMap(({ options, term }) => (options.id !== undefined && term !== undefined ? [[options.id, term]] : [])),
  );
  const visible = rows.filter(({ options }) => options.visible !== false);
  const all = rows.flatMap(({ term }) => (term === undefined ? [] : [term]));
  return {
    widget: {
      ...place,
      kind: view === 'singleValue' ? 'number' : view === 'table' ? 'table' : 'graph',
      title,
      stacked,
      lines: visible.map(({ options, term }) => ({ label: options.label ?? term?.metric ?? '' })),
      silence: silenceOf(all),
      // A threshold without a name is a colour of a table, not an alarm's.
      thresholds: (annotations?.horizontal ?? []).flatMap(({ value, label }) => (label ? [{ value, label }] : [])),
    },
    sources: visible.map(({ options, term }) => (term ? { term } : { expression: options.expression ?? '', terms })),
  };
}

/** What it means that there are no data of these. */
function silenceOf(terms: readonly MetricTerm[]): string {
  if (terms.every(({ namespace }) => namespace === 'AWS/RDS')) return 'Only RDS measures this, and it told nothing.';
  if (terms.every(({ statistic }) => statistic === 'Sum')) return 'None in this time.';
  return 'No value in this time.';
}

/** `[namespace, metric, name, value, name, value, …, options]`, or options alone. */
function readRow(row: (string | RawOptions)[]): { options: RawOptions; term?: MetricTerm } {
  const last = row.at(-1);
  const options = typeof last === 'object' ? last : {};
  const [namespace, metric, ...names] = row.filter((each) => typeof each === 'string');
  if (namespace === undefined || metric === undefined) return { options };
  const dimensions: Record<string, string> = {};
  for (let i = 0; i < names.length; i += 2) dimensions[names[i] ?? ''] = names[i + 1] ?? '';
  return { options, term: { namespace, metric, dimensions, statistic: (options.stat ?? 'Average') as Statistic } };
}
