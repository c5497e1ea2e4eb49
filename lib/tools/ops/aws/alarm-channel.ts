import { DescribeAlarmHistoryCommand, SetAlarmStateCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import type { Series } from '../stage/series';
import type { AlarmAction, Deliveries, Recipient } from '../stage/target';
import { readSeries } from '../../../../lambda/diagnosis/metric-series';

/** The topic of one severity, with the alarm that tests it. */
export class AlarmChannel {
  constructor(
    private readonly clients: { sns: SNSClient; cloudWatch: CloudWatchClient },
    private readonly topicArn: string,
    /** The whole name of the test alarm. */
    private readonly testAlarm: string,
  ) {}

  async recipients(): Promise<Recipient[]> {
    const found: Recipient[] = [];
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client: this.clients.sns },
      { TopicArn: this.topicArn },
    ))
      for (const { Endpoint = '', Protocol = '', SubscriptionArn } of Subscriptions)
        found.push({
          endpoint: shown(Protocol, Endpoint),
          protocol: Protocol,
          confirmed: SubscriptionArn?.startsWith('arn:') ?? false,
        });
    return found;
  }

  /**
   * An action is taken when the state changes, so the alarm must be well first; CloudWatch sets it back within a
   * minute.
   */
  async raise(StateReason: string): Promise<void> {
    for (const StateValue of ['OK', 'ALARM'] as const)
      await this.clients.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: this.testAlarm, StateValue, StateReason }),
      );
  }

  /** What CloudWatch says of the newest action since then (ms); undefined while it says nothing. */
  async action(since: number): Promise<AlarmAction | undefined> {
    const { AlarmHistoryItems = [] } = await this.clients.cloudWatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: this.testAlarm,
        HistoryItemType: 'Action',
        StartDate: new Date(since),
        ScanBy: 'TimestampDescending',
        MaxRecords: 1,
      }),
    );
    const said = AlarmHistoryItems[0]?.HistorySummary;
    return said === undefined ? undefined : { taken: said.startsWith('Successfully'), said };
  }

  /** What SNS counts since the minute of then (ms): it counts by the minute. */
  async deliveries(since: number): Promise<Deliveries> {
    const TopicName = this.topicArn.split(':').at(-1) ?? '';
    const figure = (metric: string): MetricTerm => ({
      namespace: 'AWS/SNS',
      metric,
      dimensions: { TopicName },
      statistic: 'Sum',
    });
    const now = Date.now();
    const seconds = 60 * (Math.ceil(now / 60_000) - Math.floor(since / 60_000));
    const [delivered, failed] = await readSeries(
      this.clients.cloudWatch,
      [figure('NumberOfNotificationsDelivered'), figure('NumberOfNotificationsFailed')],
      { seconds, period: 60 },
      now,
    );
    const sum = (series: Series = []) => series.reduce<number>((all, value) => all + (value ?? 0), 0);
    return { delivered: sum(delivered), failed: sum(failed) };
  }
}

/** The URL of a webhook is a key, and a number is a person's: enough of each to be recognised. */
function shown(protocol: string, endpoint: string): string {
  if (protocol === 'https') return `https://${new URL(endpoint).host}/…`;
  return protocol === 'sms' ? `…${endpoint.slice(-4)}` : endpoint;
}
