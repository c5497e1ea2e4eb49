import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeCacheClustersCommand,
  DescribeEventsCommand,
  DescribeReplicationGroupsCommand,
  DescribeUpdateActionsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsTarget } from '../../../../lib/tools/ops/aws/aws-target';
import { parseSettings } from '../../../../lib/stages/parse-settings';
import { prod } from '../../../support/stages';

/** The settings of the stage that is operated. */
export const settings = parseSettings('prod', prod);
export const [primary, replica] = ['carfin-prod-0001-001', 'carfin-prod-0001-002'];
export const topic = 'arn:aws:sns:ap-northeast-2:111122223333:alarms';
const noticeTopic = 'arn:aws:sns:ap-northeast-2:111122223333:notices';

const mocks = [
  mockClient(CloudFormationClient),
  mockClient(CloudWatchClient),
  mockClient(CloudWatchLogsClient),
  mockClient(ElastiCacheClient),
  mockClient(LambdaClient),
  mockClient(SNSClient),
  mockClient(STSClient),
] as const;

export const [cloudFormation, cloudWatch, logs, elastiCache, lambda, sns, sts] = mocks;

/** Values of metrics by name: every period has the same, so that sums and means are easy to see. */
export const figures: { metrics: Record<string, number> } = { metrics: {} };

export const member = (id: string, status: string) => ({
  CacheClusterId: id,
  ReplicationGroupId: 'carfin-prod',
  CacheClusterStatus: status,
  Engine: 'valkey',
  EngineVersion: '7.2.6',
  NotificationConfiguration: { TopicArn: 'arn:aws:sns:ap-northeast-2:111122223333:events', TopicStatus: 'active' },
  PreferredMaintenanceWindow: 'sun:19:00-sun:20:00',
});

/** Before each test: a stage in which everything is well. */
export function wellStage(): void {
  for (const mock of mocks) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: settings.account, Arn: 'arn:aws:iam::111122223333:role/x' });
  cloudFormation.on(DescribeStacksCommand, { StackName: 'carfin-prod-service' }).resolves({
    Stacks: [
      {
        StackName: 'carfin-prod-service',
        CreationTime: new Date(),
        StackStatus: 'UPDATE_COMPLETE',
        Outputs: [
          { OutputKey: 'AlarmTopicArn', OutputValue: topic },
          { OutputKey: 'NoticeTopicArn', OutputValue: noticeTopic },
        ],
      },
    ],
  });
  sns.on(ListSubscriptionsByTopicCommand, { TopicArn: topic }).resolves({
    Subscriptions: [{ Endpoint: 'oncall@carfin.example', Protocol: 'email', SubscriptionArn: `${topic}:1` }],
  });
  sns.on(ListSubscriptionsByTopicCommand, { TopicArn: noticeTopic }).resolves({
    Subscriptions: [{ Endpoint: 'morning@carfin.example', Protocol: 'email', SubscriptionArn: `${noticeTopic}:1` }],
  });
  elastiCache.on(DescribeReplicationGroupsCommand, { ReplicationGroupId: 'carfin-prod' }).resolves({
    ReplicationGroups: [
      {
        Status: 'available',
        MultiAZ: 'enabled',
        CacheNodeType: 'cache.r7g.large',
        ConfigurationEndpoint: { Address: 'clustercfg.carfin-prod.example', Port: 6379 },
        NodeGroups: [
          {
            NodeGroupId: '0001',
            NodeGroupMembers: [
              { CacheClusterId: primary, PreferredAvailabilityZone: 'ap-northeast-2a' },
              { CacheClusterId: replica, PreferredAvailabilityZone: 'ap-northeast-2c' },
            ],
          },
        ],
      },
    ],
  });
  elastiCache
    .on(DescribeCacheClustersCommand)
    .resolvesOnce({ CacheClusters: [member(primary, 'available')], Marker: 'more' })
    .resolves({ CacheClusters: [member(replica, 'available'), { CacheClusterId: 'somebody-elses' }] });
  elastiCache.on(DescribeUpdateActionsCommand).resolves({ UpdateActions: [] });
  elastiCache.on(DescribeEventsCommand).resolves({ Events: [] });
  cloudWatch
    .on(DescribeAlarmsCommand, { AlarmNamePrefix: 'carfin-prod-' })
    .resolves({ MetricAlarms: [{ AlarmName: 'carfin-prod-HitRate', StateValue: 'OK' }] });
  figures.metrics = {
    AnswersFromCache: 60,
    AnswersFromIndex: 30,
    AnswersFromDatabase: 10,
    DatabaseQueries: 10,
    SearchTime: 8,
  };
  cloudWatch.on(GetMetricDataCommand).callsFake(answerMetrics);
}

function answerMetrics({ MetricDataQueries = [], StartTime, EndTime }: GetMetricDataCommand['input']) {
  return {
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
      const { MetricName = '', Dimensions = [] } = MetricStat?.Metric ?? {};
      const isMaster = Dimensions.some(({ Value }) => Value === primary) ? 1 : 0;
      const value = MetricName === 'IsMaster' ? isMaster : figures.metrics[MetricName];
      const period = (MetricStat?.Period ?? 60) * 1_000;
      const count = value === undefined ? 0 : ((EndTime?.getTime() ?? 0) - (StartTime?.getTime() ?? 0)) / period;
      return {
        Id,
        Timestamps: Array.from({ length: count }, (_, i) => new Date((StartTime?.getTime() ?? 0) + i * period)),
        Values: new Array<number | undefined>(count).fill(MetricStat?.Stat === 'SampleCount' ? 1 : value),
      };
    }),
  };
}

export const target = () => new AwsTarget('prod', settings);
// The SDK's own type of blob is not exported; bytes are all that is read of it.
export const payload = (value: unknown) => Buffer.from(JSON.stringify(value)) as never;
