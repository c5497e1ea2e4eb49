import type { MetricTerm } from '../promises/metric-term';
import type { ServicePromise } from '../promises/promises';

/** Metric math over several metrics; CloudWatch allows ten. */
export interface MathTerm {
  /** What its values are, with the unit. */
  label: string;
  expression: string;
  metrics: Readonly<Record<string, MetricTerm>>;
}

/** One metric alarm of a stage. */
export interface AlarmRow {
  /** Its name behind the stage's prefix. Alarms of one kind for each node or function end with `-<node>`, `-<function>`. */
  id: string;
  of: MetricTerm | MathTerm;
  /** Seconds. */
  period: number;
  threshold: number;
  /** On which side of the threshold it fires; the threshold itself is well. */
  fires: 'above' | 'below';
  /** So many of the last `periods`. */
  datapoints: number;
  periods: number;
  missing: { as: 'notBreaching' | 'breaching' | 'missing'; because: string };
  /** `notify`: it is told, and can wait for the morning. `part`: it says nothing alone, and speaks through its composite alarm. */
  severity: 'notify' | 'part';
  /** Who feels what. */
  impact: string;
  /** Its page, docs/runbooks/<slug>.md. */
  runbook: string;
}

/** An alarm that other alarms make. */
export interface CompositeRow {
  id: string;
  when: 'any' | 'all';
  of: readonly string[];
  severity: 'page' | 'notify';
  impact: string;
  runbook: string;
}

/** What the alarms of a stage depend on. */
export interface AlarmedStage {
  name: string;
  groupId: string;
  nodes: readonly string[];
  nodeType: string;
  hasReplicas: boolean;
  /** The functions that it has: how many environments of each at once, at most. */
  environments: Readonly<Record<string, number>>;
  deadLetterQueue: string;
}

/**
 * What an alarm on a promise compares.
 * @param fewest events in a period below which the promise's value says nothing: it then stands at its target, which is well.
 */
export function watch(promise: ServicePromise, fewest: number): Pick<AlarmRow, 'of' | 'threshold' | 'fires'> {
  const { title, unit, formula, events, parts, target, bound } = promise;
  const expression = events === undefined ? formula : `IF(${events} < ${fewest}, ${target}, ${formula})`;
  return {
    of: { label: `${title}, ${unit}`, expression, metrics: parts },
    threshold: target,
    fires: bound === 'at least' ? 'below' : 'above',
  };
}

export const MINUTE = 60;
export const FIVE_MINUTES = 300;
export const QUARTER = 900;
export const HOUR = 3_600;

/** No data where nothing happened. */
export const idle = (because: string): AlarmRow['missing'] => ({ as: 'notBreaching', because });

/** The kind of an alarm, without the node or function that it speaks of: what runbooks and causes are written for. */
export function kindOf(alarmId: string): string {
  return alarmId.split('-', 1)[0] ?? alarmId;
}

/** @returns the metrics that CloudWatch bills an alarm for. */
export const billedMetrics = ({ of }: AlarmRow): number => ('expression' in of ? Object.keys(of.metrics).length : 1);
