import {
  paginateDescribeAlarms,
  type CloudWatchClient,
  type CompositeAlarm,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmState } from '../stage/target';

/** Every alarm whose name begins so; the names come without that beginning. */
export async function readAlarms(cloudWatch: CloudWatchClient, prefix: string): Promise<AlarmState[]> {
  const found: (MetricAlarm | CompositeAlarm)[] = [];
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of paginateDescribeAlarms(
    { client: cloudWatch },
    { AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  ))
    found.push(...MetricAlarms, ...CompositeAlarms);
  return found.map((alarm) => ({
    name: (alarm.AlarmName ?? '').slice(prefix.length),
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.toISOString() ?? '',
    reason: alarm.StateReason ?? '',
    description: alarm.AlarmDescription ?? '',
  }));
}
