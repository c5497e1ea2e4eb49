import { Duration, Validations } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  MathExpression,
  Metric,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmedStage, AlarmRow, CompositeRow } from './alarm-table/alarm';
import { alarmTable, COMPOSITES } from './alarm-table/table';
import type { MetricTerm } from './promises/metric-term';

export interface AlarmsProps {
  stage: AlarmedStage;
  /** Wakes somebody. */
  pages: ITopic;
  /** Is read in the morning. */
  notices: ITopic;
}

const MISSING: Readonly<Record<AlarmRow['missing']['as'], TreatMissingData>> = {
  notBreaching: TreatMissingData.NOT_BREACHING,
  breaching: TreatMissingData.BREACHING,
  missing: TreatMissingData.MISSING,
};

/** The alarms of the table, with where they go. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const made = new Map(alarmTable(props.stage).map((row) => [row.id, this.metricAlarm(row)] as const));
    for (const row of COMPOSITES) this.compositeAlarm(row, made);
  }

  private metricAlarm(row: AlarmRow): Alarm {
    const { stage, notices } = this.props;
    const { id, threshold, fires, datapoints, periods, missing } = row;
    const alarm = new Alarm(this, id, {
      alarmName: `${stage.groupId}-${id}`,
      alarmDescription: `${describe(row, stage)} No data: ${missing.because}.`,
      metric: metricOf(row),
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: datapoints,
      comparisonOperator:
        fires === 'below' ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: MISSING[missing.as],
    });
    if (row.severity === 'notify') tell(alarm, notices);
    else
      Validations.of(alarm).acknowledge({
        id: 'NIST.800.53.R5-CloudWatchAlarmAction',
        reason: 'One window of a burn rate says nothing alone; it speaks through the composite alarm of both.',
      });
    return alarm;
  }

  private compositeAlarm(row: CompositeRow, made: ReadonlyMap<string, Alarm>): void {
    const { stage, pages, notices } = this.props;
    const firing = row.of.map((id) => {
      const alarm = made.get(id);
      if (alarm === undefined) throw new Error(`${row.id} is made of ${id}, which is no alarm of the table.`);
      return AlarmRule.fromAlarm(alarm, AlarmState.ALARM);
    });
    const alarm = new CompositeAlarm(this, row.id, {
      compositeAlarmName: `${stage.groupId}-${row.id}`,
      alarmDescription: `${describe(row, stage)} Made of ${row.of.join(', ')}.`,
      alarmRule: row.when === 'any' ? AlarmRule.anyOf(...firing) : AlarmRule.allOf(...firing),
    });
    tell(alarm, row.severity === 'page' ? pages : notices);
  }
}

function describe({ id, impact, runbook }: AlarmRow | CompositeRow, { name }: AlarmedStage): string {
  return `${impact} First: npm run ops -- diagnose ${id} --stage ${name}. Runbook: docs/runbooks/${runbook}.md.`;
}

function tell(alarm: Alarm | CompositeAlarm, topic: ITopic): void {
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
}

function metricOf({ of, period }: AlarmRow): IMetric {
  const every = Duration.seconds(period);
  const metric = ({ namespace, metric: metricName, dimensions, statistic }: MetricTerm) =>
    new Metric({ namespace, metricName, dimensionsMap: { ...dimensions }, statistic, period: every });
  if (!('expression' in of)) return metric(of);
  const usingMetrics = Object.fromEntries(Object.entries(of.metrics).map(([id, term]) => [id, metric(term)]));
  return new MathExpression({ label: of.label, expression: of.expression, usingMetrics, period: every });
}
