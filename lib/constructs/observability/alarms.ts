import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmBase,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
  type IAlarm,
  type IAlarmRule,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  describeAlarm,
  SILENCE,
  kindOf,
  type AlarmedStage,
  type AlarmRow,
  type CompositeRow,
  type Severity,
} from './alarm-table/alarm';
import { compositesOf } from './alarm-table/composites';
import { alarmTable } from './alarm-table/table';
import { metricOf } from './row-metric';
import { acknowledge } from '../rules/acknowledge';

interface AlarmsProps {
  stage: AlarmedStage;
  /** Wakes somebody. */
  pages: ITopic;
  /** Topics that exist, and get the page too: their policies are not this stage's. */
  otherPages?: readonly ITopic[];
  /** Is read in the morning. */
  notices: ITopic;
}

const MISSING: Readonly<Record<AlarmRow['missing']['as'], TreatMissingData>> = {
  notBreaching: TreatMissingData.NOT_BREACHING,
  missing: TreatMissingData.MISSING,
};

/** A composite alarm takes a hundred alarms and a rule of 10,240 characters (PutCompositeAlarm). */
const MOST_PARTS = 60;
/** An alarm that follows from another waits so long for it, and is quiet for so long after it. */
const SUPPRESSION = { wait: Duration.minutes(5), extension: Duration.minutes(10) };

/** The alarms of the table, with where they go. */
export class Alarms extends Construct {
  private readonly made: ReadonlyMap<string, IAlarm>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const rows = alarmTable(props.stage);
    const made = new Map<string, IAlarm>(rows.map((row) => [row.id, this.metricAlarm(row)]));
    for (const row of compositesOf(rows.map(({ id }) => id))) made.set(row.id, this.compositeAlarm(row, made));
    this.made = made;
  }

  /** @throws Error where the stage has no such alarm */
  alarm(id: string): IAlarm {
    const found = this.made.get(id);
    if (found === undefined) throw new Error(`This stage has no alarm ${id}.`);
    return found;
  }

  private metricAlarm(row: AlarmRow): Alarm {
    const { stage } = this.props;
    const { id, threshold, fires, datapoints, periods, missing } = row;
    const alarm = new Alarm(this, id, {
      alarmName: `${stage.groupId}-${id}`,
      alarmDescription: `${describeAlarm(row, stage.name, stage.runbooks)}${SILENCE}${missing.because}.`,
      metric: metricOf(row),
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: datapoints,
      comparisonOperator:
        fires === 'below' ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: MISSING[missing.as],
    });
    this.tell(alarm, row.severity);
    return alarm;
  }

  private compositeAlarm(row: CompositeRow, made: ReadonlyMap<string, IAlarm>): CompositeAlarm {
    const { stage } = this.props;
    const parts = [...made].flatMap(([id, alarm]) => (row.of.includes(kindOf(id)) ? [alarm] : []));
    const follows = row.follows === undefined ? undefined : made.get(row.follows);
    const alarm = new CompositeAlarm(this, row.id, {
      compositeAlarmName: `${stage.groupId}-${row.id}`,
      alarmDescription: `${describeAlarm(row, stage.name, stage.runbooks)} Made of ${row.of.join(', ')}.`,
      alarmRule: this.rule(row, parts),
      ...(follows === undefined
        ? {}
        : {
            actionsSuppressor: follows,
            actionsSuppressorWaitPeriod: SUPPRESSION.wait,
            actionsSuppressorExtensionPeriod: SUPPRESSION.extension,
          }),
    });
    this.tell(alarm, row.severity);
    return alarm;
  }

  /** A large cluster has more alarms of one kind than one composite alarm takes: then they are gathered first. */
  private rule({ id, when }: CompositeRow, parts: readonly IAlarm[]): IAlarmRule {
    const firing = (alarms: readonly IAlarm[]) => {
      const rules = alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM));
      return when === 'any' ? AlarmRule.anyOf(...rules) : AlarmRule.allOf(...rules);
    };
    if (parts.length <= MOST_PARTS) return firing(parts);
    const groups = Array.from({ length: Math.ceil(parts.length / MOST_PARTS) }, (_, i) => {
      const group = new CompositeAlarm(this, `${id}${i + 1}`, {
        compositeAlarmName: `${this.props.stage.groupId}-${id}${i + 1}`,
        alarmDescription: `A part of ${id}.`,
        alarmRule: firing(parts.slice(i * MOST_PARTS, (i + 1) * MOST_PARTS)),
      });
      this.tell(group, 'part');
      return group;
    });
    return firing(groups);
  }

  private tell(alarm: AlarmBase, severity: Severity): void {
    const { pages, otherPages = [], notices } = this.props;
    if (severity === 'part') {
      acknowledge(alarm, {
        'NIST.800.53.R5-CloudWatchAlarmAction':
          'A part of a composite alarm, which tells people; alone it would say the same a second time.',
      });
      return;
    }
    const topics = severity === 'page' ? [pages, ...otherPages] : [notices];
    const actions = topics.map((topic) => new SnsAction(topic));
    alarm.addAlarmAction(...actions);
    alarm.addOkAction(...actions);
  }
}
