import { Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { AlarmRow, CompositeRow, Severity } from '../../../constructs/observability/alarm-table/alarm';
import { compositesOf } from '../../../constructs/observability/alarm-table/composites';
import { alarmTable } from '../../../constructs/observability/alarm-table/table';
import { StageDashboard } from '../../../constructs/observability/dashboard/stage-dashboard';
import type { StageShape } from '../../ops/stage/target';
import { withTemporaryApp } from '../../preflight/temporary-app';
import { parseDashboard, type DefinedWidget } from './dashboard-body';

/** What the board shows of a stage: its own dashboard and its own alarms. */
export interface BoardDefinition {
  widgets: DefinedWidget[];
  alarms: ReadonlyMap<string, DefinedAlarm>;
}

type DefinedAlarm = Pick<AlarmRow, 'impact' | 'runbook'> &
  Partial<Pick<AlarmRow, 'missing'>> &
  Pick<CompositeRow, 'follows'> & { severity: Severity; of: readonly string[] };

/** @returns what the constructs of the stage themselves make of it; nothing of AWS is asked. */
export function defineBoard(shape: StageShape): BoardDefinition {
  const rows = alarmTable(shape.stage);
  const composites = compositesOf(rows.map(({ id }) => id));
  return {
    widgets: parseDashboard(dashboardBody(shape)),
    alarms: new Map<string, DefinedAlarm>([
      ...rows.map((row) => [row.id, { ...row, of: [] }] as const),
      ...composites.map((row) => [row.id, row] as const),
    ]),
  };
}

function dashboardBody(shape: StageShape): string {
  return withTemporaryApp((app) => {
    // In a stage, as the stacks of a real one: CDK checks templates of the app itself, which takes seconds.
    const stack = new Stack(new Stage(app, 'Stage'), 'Board');
    new StageDashboard(stack, 'Dashboard', shape);
    const [found] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    return joined((found as { Properties: { DashboardBody: unknown } }).Properties.DashboardBody);
  });
}

/** What only a deploy knows, such as the region, stands as the name of what it refers to. */
function joined(body: unknown): string {
  if (typeof body === 'string') return body;
  const { 'Fn::Join': join } = body as { 'Fn::Join': [string, unknown[]] };
  const [separator, parts] = join;
  return parts
    .map((part) => (typeof part === 'string' ? part : String(Object.values(part as object)[0])))
    .join(separator);
}
