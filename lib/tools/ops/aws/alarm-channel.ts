import { DescribeAlarmHistoryCommand, SetAlarmStateCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import type { Series } from '../stage/series';
import type { AlarmAction, Deliveries, Recipient, TestAlarm } from '../stage/target';
import type { AwsCalls } from './call';
import { readSeries } from '../../../../lambda/diagnosis/metric-series';

/** The topic of one severity, with the alarm that tests it. */
export class AlarmChannel implements TestAlarm {
  constructor(
    private readonly clients: { sns: SNSClient; cloudWatch: CloudWatchClient },
    private readonly calls: AwsCalls,
    private readonly topicArn: string,
    /** The whole name of the test alarm. */
    private readonly testAlarm: string,
  ) {}

  async recipients(): Promise<Recipient[]> {
    const pages = paginateListSubscriptionsByTopic({ client: this.clients.sns }, { TopicArn: this.topicArn });
    const found: Recipient[] = [];
    for await (const { Subscriptions = [] } of pages)
      for (const { Endpoint = '', Protocol: protocol = '', SubscriptionArn = '' } of Subscriptions)
        found.push({ endpoint: shown(protocol, Endpoint), protocol, confirmed: SubscriptionArn.startsWith('arn:') });
    return found;
  }

  /**
   * An action is taken when the state changes, so the alarm must be well first; CloudWatch sets it back within a
   * minute.
   */
  raise(StateReason: string): Promise<void> {
    return this.calls.run('Setting the test alarm', async () => {
      for (const StateValue of ['OK', 'ALARM'] as const)
        await this.clients.cloudWatch.send(
          new SetAlarmStateCommand({ AlarmName: this.testAlarm, StateValue, StateReason }),
        );
    });
  }

  async action(since: number): Promise<AlarmAction | undefined> {
    const command = new DescribeAlarmHistoryCommand({
      AlarmName: this.testAlarm,
      HistoryItemType: 'Action',
      StartDate: new Date(since),
      ScanBy: 'TimestampDescending',
      MaxRecords: 1,
    });
    const { AlarmHistoryItems = [] } = await this.calls.run("Reading the test alarm's history", () =>
      this.clients.cloudWatch.send(command),
    );
    const said = AlarmHistoryItems[0]?.HistorySummary;
    return said === undefined ? undefined : { taken: said.startsWith('Successfully'), said };
  }

  async deliveries(since: number): Promise<Deliveries> {
    const TopicName = this.topicArn.split(':').at(-1) ?? '';
    const terms = ['NumberOfNotificationsDelivered', 'NumberOfNotificationsFailed'].map((metric): MetricTerm => ({
      namespace: 'AWS/SNS',
      metric,
      dimensions: { TopicName },
      statistic: 'Sum',
    }));
    const now = Date.now();
    const seconds = 60 * (Math.ceil(now / 60_000) - Math.floor(since / 60_000));
    const [delivered, failed] = await this.calls.run('Counting deliveries', () =>
      readSeries(this.clients.cloudWatch, terms, { seconds, period: 60 }, now),
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
