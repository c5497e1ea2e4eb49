import { METRIC_NAMESPACE, METRICS } from '../../lambda/contract/metrics';
import { promisesOf } from '../../lib/constructs/observability/promises/promises';
import { alarmDefinitions } from '../../lib/tools/ops/alarms/definitions';
import { STAGES } from '../support/stages';
import { withImages } from './inputs';
import { dashboardBody, synthesise } from './templates';

interface Widget {
  type: string;
  width: number;
  height: number;
  properties: {
    alarms?: string[];
    markdown?: string;
    title?: string;
    view?: string;
    metrics?: unknown[][];
    annotations?: { horizontal?: { label: string; value: number }[] };
  };
}

/** AWS's metrics that a dashboard may show, as their user guides name them. */
const AWS_METRICS: Readonly<Record<string, readonly string[]>> = {
  'AWS/ApiGateway': ['Latency', '4XXError', '5XXError', 'Count'],
  'AWS/ElastiCache': [
    'DatabaseMemoryUsagePercentage',
    'CPUUtilization',
    'CurrConnections',
    'Evictions',
    'ReplicationLag',
  ],
  'AWS/RDS': ['CPUUtilization', 'DatabaseConnections'],
  'AWS/Lambda': ['Invocations', 'ConcurrentExecutions'],
  [METRIC_NAMESPACE]: Object.values(METRICS),
};

function dashboardOf(name: string, input: (typeof STAGES)[string]) {
  const stage = synthesise(name, input);
  const { service, settings } = stage;
  const { widgets } = JSON.parse(dashboardBody(stage)) as { widgets: Widget[] };
  return { widgets, alarms: alarmDefinitions(service.template, `${settings.cache.replicationGroupId}-`), settings };
}

describe.each(Object.entries({ ...STAGES, images: withImages }))('the dashboard of %s', (name, input) => {
  const { widgets, alarms, settings } = dashboardOf(name, input);
  const metrics = widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .filter(([first]) => typeof first === 'string');

  test('shows only metrics that somebody emits', () => {
    expect(metrics.length).toBeGreaterThan(30);
    for (const [namespace, metric] of metrics as [string, string][]) expect(AWS_METRICS[namespace]).toContain(metric);
  });

  test('shows every metric that the functions emit', () => {
    const shown = metrics.filter(([namespace]) => namespace === METRIC_NAMESPACE).map(([, metric]) => metric);
    const emitted = Object.entries(METRICS).filter(
      ([key]) => settings.images !== undefined || !key.startsWith('image'),
    );
    expect([...new Set(shown)].sort()).toEqual(emitted.map(([, metric]) => metric).sort());
  });

  test('marks thresholds where its alarms have them', () => {
    const marks = widgets
      .filter(({ properties }) => properties.view !== 'table')
      .flatMap(({ properties }) => properties.annotations?.horizontal ?? []);
    expect(marks.length).toBeGreaterThan(14);
    for (const { label, value } of marks)
      expect(alarms.find((alarm) => alarm.name === label || alarm.name.startsWith(`${label}-`))?.threshold).toBe(value);
  });

  test('begins as a night does: what fires, its pages, each promise with target and colour, who gets no answer', () => {
    const promised = promisesOf({ name, groupId: 'x', nodes: [], freshnessSeconds: 60 });
    const labels = (widget?: Widget) =>
      (widget?.properties.metrics ?? []).flatMap(([first]) => {
        const { label, expression } = first as { label?: string; expression?: string };
        return expression === undefined ? [] : [label];
      });
    const [states, pages, , numbers, kept, , unanswered] = widgets;
    expect(states?.properties.alarms?.[0]).toMatch(/-PeopleFeelIt$/);
    expect(states?.properties.alarms).toHaveLength(settings.cache.replicasPerShard > 0 ? 14 : 13);
    expect(pages?.properties.markdown).toContain('people-feel-it.md');
    expect(labels(numbers)).toEqual(
      promised.map(({ title, bound, target, unit }) => `${title}: ${bound} ${target} ${unit}`),
    );
    expect(labels(kept)).toEqual(promised.map(({ title }) => title));
    expect(kept?.properties.annotations?.horizontal).toHaveLength(2);
    expect(unanswered?.properties.title).toBe('No answer and 5xx, %');
  });

  test('what a night wants first fits into two screens of a phone', () => {
    const first = widgets.findIndex(({ properties }) => properties.title === 'No answer and 5xx, %');
    // A row of the grid is about 60 pixels; a phone shows widgets one below another, at 844 pixels a screen.
    expect(60 * widgets.slice(0, first).reduce((sum, { height }) => sum + height, 0)).toBeLessThan(2 * 844);
  });

  test('shows every node, and nothing too narrow for a phone', () => {
    const nodes = settings.cache.shards * (1 + settings.cache.replicasPerShard);
    const memory = widgets.find(({ properties }) => properties.title === 'Memory, %');
    expect(memory?.properties.metrics).toHaveLength(nodes);
    for (const { width } of widgets) expect([6, 12, 24]).toContain(width);
  });
});
