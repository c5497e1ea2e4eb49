import { METRICS } from '../../../../lambda/contract/metrics';
import type { Check } from '../../../../lambda/doctor/check';
import type { Shown } from '../../../../lambda/levers/request';
import { ofNode, own } from '../../../constructs/observability/promises/metric-term';
import { total, type Window } from '../stage/series';
import type { AlarmState, ClusterState, Target } from '../stage/target';

/** What the metrics of the last quarter of an hour say; undefined without data. */
const RECENT: Window = { name: 'recent', seconds: 900, period: 900 };
const COUNTED = [
  METRICS.answersFromMemory,
  METRICS.answersFromCache,
  METRICS.answersFromIndex,
  METRICS.answersFromDatabase,
  METRICS.answersUnavailable,
  METRICS.databaseFailures,
  METRICS.valkeyOperations,
  METRICS.valkeyFailures,
  METRICS.breakerOpen,
  METRICS.indexMissing,
  METRICS.warmUpSucceeded,
  METRICS.warmUpFailed,
] as const;
const OF_NODES = ['DatabaseMemoryUsagePercentage', 'Evictions'] as const;

export interface Evidence {
  alarm: AlarmState;
  cluster?: ClusterState;
  checks?: Check[];
  catalogue?: Shown;
  /** By metric; of nodes the highest. */
  recent: Readonly<Record<string, number | undefined>>;
  /** The newest lines that warn or fail, of search and warm-up. */
  complaints: string[];
  /** What could not be asked, and why: that may be the cause itself. */
  unanswered: string[];
}

/** Asks everything at once; what doesn't answer is evidence too. */
export async function gather(target: Target, alarm: AlarmState, now = Date.now()): Promise<Evidence> {
  const evidence: Evidence = { alarm, recent: {}, complaints: [], unanswered: [] };
  const ask = async <T>(what: string, work: () => Promise<T>, take: (answer: T) => void) => {
    try {
      take(await work());
    } catch (error) {
      evidence.unanswered.push(`${what}: ${(error as Error).message.split('\n', 1)[0] ?? ''}`);
    }
  };
  await Promise.all([
    ask(
      'cluster',
      () => target.cluster(),
      (cluster) => (evidence.cluster = cluster),
    ),
    ask(
      'doctor',
      () => target.invoke('doctor', {}),
      (checks) => (evidence.checks = checks as Check[]),
    ),
    ask(
      'catalogue',
      () => target.invoke('operations', { operation: 'show' }),
      (shown) => (evidence.catalogue = shown as Shown),
    ),
    ask(
      'metrics',
      () => recent(target),
      (values) => (evidence.recent = values),
    ),
    ...(['search', 'warm-up'] as const).map((name) =>
      ask(
        `log of ${name}`,
        () => target.logs(name, { from: now - RECENT.seconds * 1_000, limit: 200 }),
        (lines) => {
          const bad = lines.filter(({ text }) => /"level":"(WARN|ERROR)"/.test(text)).slice(-3);
          evidence.complaints.push(...bad.map(({ text }) => `${name}: ${text.slice(0, 300)}`));
        },
      ),
    ),
  ]);
  return evidence;
}

async function recent(target: Target): Promise<Record<string, number | undefined>> {
  const figures = [
    ...COUNTED.map((metric) => own(target.name, metric, 'Sum')),
    ...OF_NODES.flatMap((metric) => target.nodeIds.map((node) => ofNode(node, metric, 'Maximum'))),
  ];
  const series = await target.series(figures, RECENT);
  const values: Record<string, number | undefined> = {};
  figures.forEach((figure, i) => {
    const value = total(figure, series[i] ?? []);
    const known = values[figure.metric];
    values[figure.metric] = value === undefined || known === undefined ? (value ?? known) : Math.max(value, known);
  });
  return values;
}
