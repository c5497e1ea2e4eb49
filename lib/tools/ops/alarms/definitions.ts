import type { Template } from 'aws-cdk-lib/assertions';
import type { MetricTerm, Statistic } from '../../../../lambda/contract/metric-term';
import { isTestAlarm } from '../../../constructs/observability/test-alarms';

/** One line of an alarm's metric math, or its one metric. */
type Term = { id: string; period: number; figure: MetricTerm } | { id: string; expression: string };

/**
 * A metric alarm as the template has it: what CloudWatch evaluates. Composite alarms are made of these, and not among
 * them.
 */
export interface AlarmDefinition {
  name: string;
  description: string;
  terms: Term[];
  /** The id of the term that is compared. */
  compared: string;
  threshold: number;
  comparison: string;
  /** s. */
  period: number;
  periods: number;
  datapoints: number;
  missing: string;
  /** Whether it tells somebody; the others are parts of composite alarms. */
  tells: boolean;
}

interface MetricStat {
  Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: unknown }[] };
  Period: number;
  Stat: string;
}

interface Properties {
  AlarmName: string;
  AlarmDescription?: unknown;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string; Value: unknown }[];
  Period?: number;
  Statistic?: string;
  ExtendedStatistic?: string;
  Metrics?: { Id: string; Expression?: string; MetricStat?: MetricStat; ReturnData?: boolean; Period?: number }[];
  Threshold: number;
  ComparisonOperator: string;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  TreatMissingData?: string;
  AlarmActions?: unknown[];
}

/** @returns the metric alarms of a stack's template that watch something. @param prefix what their names begin with. */
export function alarmDefinitions(template: Template, prefix: string): AlarmDefinition[] {
  const found = template.findResources('AWS::CloudWatch::Alarm');
  const watching = Object.values(found as Record<string, { Properties: Properties }>).filter(
    ({ Properties: { AlarmName } }) => !isTestAlarm(AlarmName.slice(prefix.length)),
  );
  return watching.map(({ Properties }) => definition(Properties, prefix));
}

function definition(alarm: Properties, prefix: string): AlarmDefinition {
  const terms = termsOf(alarm);
  const periods = terms.flatMap((term) => ('figure' in term ? [term.period] : []));
  return {
    name: alarm.AlarmName.slice(prefix.length),
    description:
      typeof alarm.AlarmDescription === 'string' ? alarm.AlarmDescription : JSON.stringify(alarm.AlarmDescription),
    terms,
    compared: alarm.Metrics?.find(({ ReturnData }) => ReturnData !== false)?.Id ?? terms[0]?.id ?? '',
    threshold: alarm.Threshold,
    comparison: alarm.ComparisonOperator,
    period: Math.max(...periods),
    periods: alarm.EvaluationPeriods,
    datapoints: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    missing: alarm.TreatMissingData ?? 'missing',
    tells: (alarm.AlarmActions ?? []).length > 0,
  };
}

function termsOf(alarm: Properties): Term[] {
  if (alarm.Metrics === undefined) {
    const { Namespace = '', MetricName = '', Dimensions, Period = 60, Statistic, ExtendedStatistic } = alarm;
    const stat = {
      Metric: { Namespace, MetricName, ...(Dimensions ? { Dimensions } : {}) },
      Period,
      Stat: Statistic ?? ExtendedStatistic ?? 'Average',
    };
    return [term('only', stat)];
  }
  return alarm.Metrics.map(({ Id, Expression, MetricStat }) =>
    MetricStat === undefined ? { id: Id, expression: Expression ?? '' } : term(Id, MetricStat),
  );
}

function term(id: string, { Metric, Period, Stat }: MetricStat): Term {
  const dimensions = Object.fromEntries(
    // What only a deploy knows stays as the template says it; no local metric has it.
    (Metric.Dimensions ?? []).map(({ Name, Value }) => [
      Name,
      typeof Value === 'string' ? Value : JSON.stringify(Value),
    ]),
  );
  const figure: MetricTerm = {
    namespace: Metric.Namespace,
    metric: Metric.MetricName,
    dimensions,
    statistic: Stat as Statistic,
  };
  return { id, period: Period, figure };
}
