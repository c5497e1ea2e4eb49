/**
 * Runs the command line over HTTP against an emulator of AWS: what mocks can't show is whether the SDK's requests are ones that a
 * server takes. A program of its own, not a test of npm test: the emulator is Python. Started by .ci/run with AWS_ENDPOINT_URL.
 */
import assert from 'node:assert/strict';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateReplicationGroupCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { SubscribeCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { METRIC_NAMESPACE, METRICS, SERVICE, STAGE_DIMENSION } from '../../lambda/contract/metrics';
import { AwsTarget } from '../../lib/tools/ops/aws/aws-target';
import { parseSettings } from '../../lib/stages/parse-settings';
import { prod } from '../support/stages';
import { ops, type Run } from '../lib/tools/ops/terminal';

/** The account that the emulator answers for. */
const settings = parseSettings('prod', { ...prod, account: '123456789012' });
const { region } = settings;
const group = settings.cache.replicationGroupId;
let checks = 0;

function expectRun({ output, said, code }: Run, wanted: RegExp, wantedCode: number): void {
  assert.match(output + said, wanted);
  assert.equal(code, wantedCode, output + said);
  checks++;
}

async function prepare(): Promise<void> {
  await new ElastiCacheClient({ region }).send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: group,
      ReplicationGroupDescription: 'emulated',
      Engine: 'valkey',
      EngineVersion: settings.cache.engineVersion,
      CacheNodeType: settings.cache.nodeType,
      NumNodeGroups: 1,
      ReplicasPerNodeGroup: 1,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
    }),
  );
  const template = {
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } } },
    Outputs: { AlarmTopicArn: { Value: { Ref: 'Topic' } }, NoticeTopicArn: { Value: { Ref: 'Topic' } } },
  };
  await new CloudFormationClient({ region }).send(
    new CreateStackCommand({ StackName: `${group}-service`, TemplateBody: JSON.stringify(template) }),
  );
  await new SNSClient({ region }).send(
    new SubscribeCommand({
      TopicArn: `arn:aws:sns:${region}:${settings.account}:alarms`,
      Protocol: 'email',
      Endpoint: 'oncall@carfin.example',
    }),
  );
  const cloudWatch = new CloudWatchClient({ region });
  const Dimensions = Object.entries({ service: SERVICE, [STAGE_DIMENSION]: 'prod' }).map(([Name, Value]) => ({
    Name,
    Value,
  }));
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: METRIC_NAMESPACE,
      MetricData: [
        { MetricName: METRICS.answersFromCache, Value: 30, Dimensions, Timestamp: new Date() },
        { MetricName: METRICS.answersFromDatabase, Value: 70, Dimensions, Timestamp: new Date() },
      ],
    }),
  );
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: `${group}-HitRate`,
      AlarmDescription: 'people wait',
      Namespace: METRIC_NAMESPACE,
      MetricName: METRICS.answersFromCache,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
    }),
  );
  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: `${group}-HitRate`, StateValue: 'ALARM', StateReason: 'emulated' }),
  );
  const logs = new CloudWatchLogsClient({ region });
  const logGroupName = `/aws/lambda/${group}-search`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
  const message = JSON.stringify({ level: 'WARN', message: 'Connecting failed', layer: 'TLS' });
  await logs.send(
    new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents: [{ timestamp: Date.now(), message }] }),
  );
}

async function main(): Promise<void> {
  assert.ok(process.env.AWS_ENDPOINT_URL, 'AWS_ENDPOINT_URL must name the emulator');
  await prepare();
  const target = () => new AwsTarget('prod', settings);
  expectRun(await ops(target(), 'status'), new RegExp(`prod: ${group}, available[^]*HitRate`), 1);
  expectRun(await ops(target(), 'alarms'), /HitRate .* ALARM[^]*HitRate: people wait[^]*emulated/, 1);
  expectRun(await ops(target(), 'promises'), /searches answered without the database .* 30 % ✖/, 1);
  expectRun(await ops(target(), 'logs search'), /WARN Connecting failed {"layer":"TLS"}/, 0);
  expectRun(await ops(target(), 'page-test'), /Would set the test alarm of pages/, 4);
  expectRun(
    await ops(target(), 'catalogue show'),
    new RegExp(`Invoking ${group}-operations failed: ResourceNotFound[^]*Is stage prod deployed`),
    3,
  );
  const elsewhere = new AwsTarget('prod', parseSettings('prod', prod));
  expectRun(
    await ops(elsewhere, 'status'),
    /Stage prod is in account 111122223333, the credentials are of 123456789012/,
    2,
  );
  console.log(`Command line against the emulator: ${checks} passed, 0 failed`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
