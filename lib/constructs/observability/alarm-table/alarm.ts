import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import type { PromisingStage } from '../promises/promise-table';
import type { ServicePromise } from '../promises/promises';
import type { CauseId } from '../../../../lambda/contract/causes';

/** Metric math over several metrics; CloudWatch allows ten. */
interface MathTerm {
  /** What its values are, with the unit. */
  label: string;
  expression: string;
  metrics: Readonly<Record<string, MetricTerm>>;
}

/**
 * `page`: somebody is woken. `notify`: a ticket for the morning. `part`: it tells nobody; it speaks through the
 * composite alarm that it is part of.
 */
export type Severity = 'page' | 'notify' | 'part';

/** One metric alarm of a stage. */
export interface AlarmRow {
  /**
   * Its name behind the stage's prefix. Alarms of one kind for each node or function end with `-<node>`, `-<function>`.
   */
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
  /** What CloudWatch makes of no data, and why. */
  missing: { as: 'notBreaching' | 'missing'; because: string };
  severity: Exclude<Severity, 'page'>;
  /** Who feels what. */
  impact: string;
  /** What explains it, the likeliest first. */
  causes: readonly CauseId[];
  /** Its page, docs/runbooks/<slug>.md. */
  runbook: string;
}

/** An alarm that other alarms make. */
export interface CompositeRow {
  id: string;
  when: 'any' | 'all';
  /** Kinds of alarms, or other composite alarms. */
  of: readonly string[];
  severity: Severity;
  /** What it tells that no other alarm does. */
  tells: string;
  impact: string;
  runbook: string;
  /** While that composite alarm fires, this one tells nobody: it follows from it. */
  follows?: string;
}

/** What the alarms of a stage depend on. */
export interface AlarmedStage extends PromisingStage {
  nodeType: string;
  hasReplicas: boolean;
  /** The functions that it has: how many environments of each at once, at most. */
  environments: Readonly<Record<string, number>>;
  deadLetterQueue: string;
  /** Of an API that the internet reaches: the name of its web ACL's metrics. */
  webAcl?: { metric: string; region: string };
  /** Where the runbooks are read: a URL, or their folder in the project. */
  runbooks?: string;
}

/**
 * What an alarm on a promise compares.
 * @param fewest events in a period below which the promise's value says nothing: it then stands at its target, which is
 * well.
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
const HALF_HOUR = 1_800;
export const HOUR = 3_600;

/** In a description, before what it means that the alarm has no data: it may be read while it has some. */
export const SILENCE = ' No data means: ';

/** No data where nothing happened. */
export const idle = (because: string): AlarmRow['missing'] => ({ as: 'notBreaching', because });

/** Fires when `count` periods in a row say so. */
export const inARow = (count: number, period: number) => ({ period, datapoints: count, periods: count });

/** How many times its allowed rate an error budget burns, in seconds (SRE workbook, Alerting on SLOs). */
const BURNS = [
  { within: 'Hour', period: HOUR, times: 14.4 },
  { within: 'FiveMinutes', period: FIVE_MINUTES, times: 14.4 },
  { within: 'SixHours', period: 6 * HOUR, times: 6 },
  { within: 'HalfHour', period: HALF_HOUR, times: 6 },
] as const;

interface Burning extends Pick<AlarmRow, 'missing' | 'causes' | 'runbook'> {
  /** What its values are, with the unit. */
  label: string;
  /** Metric math over the promise's parts: whether too little happened to say anything. */
  few: (times: number) => string;
  /** What happens too often. */
  what: string;
}

/** How fast the error budget of a promised share burns: an alarm for each window, parts of the one that tells. */
export function burnAlarms(
  id: string,
  { formula, parts, target }: ServicePromise,
  { label, few, what, ...row }: Burning,
): AlarmRow[] {
  return BURNS.map(({ within, period, times }) => ({
    id: `${id}${within}`,
    of: { label, expression: `IF(${few(times)}, 0, 100 - ${formula})`, metrics: parts },
    ...inARow(1, period),
    threshold: Math.round((100 - target) * times * 1_000) / 1_000,
    fires: 'above',
    severity: 'part',
    impact: `${what} ${times} times as often as ${target} % allow, over ${period / 60} minutes.`,
    ...row,
  }));
}

/** The kind of an alarm, without the node or function that it speaks of: what runbooks and causes are written for. */
export function kindOf(alarmId: string): string {
  return alarmId.split('-', 1)[0] ?? alarmId;
}

/** @returns what a mail says of an alarm: who feels what, what to type first, and its page. */
export function describeAlarm(
  { id, impact, runbook }: Pick<AlarmRow, 'id' | 'impact' | 'runbook'>,
  stageName: string,
  runbooks = 'docs/runbooks',
): string {
  return `${impact} First: npm run ops -- diagnose ${id} --stage ${stageName}. Runbook: ${runbooks}/${runbook}.md.`;
}

/** @returns the metrics that CloudWatch bills an alarm for. */
export const billedMetrics = ({ of }: AlarmRow): number => ('expression' in of ? Object.keys(of.metrics).length : 1);
