import { METRIC_NAMESPACE, SERVICE, STAGE_DIMENSION, type MetricName } from '../../../lambda/contract/metrics';

/** One statistic of one metric. */
export interface MetricTerm {
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, string>>;
  statistic: string;
}

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

/** A metric of our own. */
export function own(stage: AlarmedStage, metric: MetricName, statistic: string): MetricTerm {
  const dimensions = { service: SERVICE, [STAGE_DIMENSION]: stage.name };
  return { namespace: METRIC_NAMESPACE, metric, dimensions, statistic };
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
