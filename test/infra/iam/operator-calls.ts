import type { AwsStub } from 'aws-sdk-client-mock';
import { cloudFormation, cloudWatch, elastiCache, lambda, logs, sns } from '../../lib/tools/ops/aws-stage';

/** A call as IAM sees it. */
export interface Call {
  action: string;
  resource: string;
}

type Input = Readonly<Record<string, string>>;

/** The prefix of each client's actions in IAM. */
const SERVICES: readonly (readonly [string, AwsStub<never, never, never>])[] = Object.entries({
  cloudformation: cloudFormation,
  cloudwatch: cloudWatch,
  elasticache: elastiCache,
  lambda,
  logs,
  sns,
}) as never;

/**
 * What a call is authorised on, `R:A` being Region and account; what is not here is authorised on `*` (service
 * authorization reference).
 */
const RESOURCES: Readonly<Record<string, (input: Input) => string>> = {
  // As it was named, and with any id: arn:…:stack/<name>/* (aws/aws-cdk#7319).
  'cloudformation:DescribeStacks': ({ StackName = '' }) => `cloudformation:R:A:stack/${StackName}/*`,
  'cloudwatch:DescribeAlarmHistory': ({ AlarmName = '' }) => `cloudwatch:R:A:alarm:${AlarmName}`,
  'cloudwatch:SetAlarmState': ({ AlarmName = '' }) => `cloudwatch:R:A:alarm:${AlarmName}`,
  'elasticache:DescribeReplicationGroups': ({ ReplicationGroupId = '' }) =>
    `elasticache:R:A:replicationgroup:${ReplicationGroupId}`,
  'lambda:InvokeFunction': ({ FunctionName = '' }) => `lambda:R:A:function:${FunctionName}`,
  'logs:FilterLogEvents': ({ logGroupName = '' }) => `logs:R:A:log-group:${logGroupName}:log-stream:`,
  'logs:GetLogEvents': ({ logGroupName = '', logStreamName = '' }) =>
    `logs:R:A:log-group:${logGroupName}:log-stream:${logStreamName}`,
  'sns:ListSubscriptionsByTopic': ({ TopicArn = '' }) => TopicArn.replace('arn:aws:', ''),
};
const UNLIMITED = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'elasticache:DescribeCacheClusters',
  'elasticache:DescribeEvents',
  'elasticache:DescribeUpdateActions',
];

/**
 * @returns what the mocked clients were asked since they were reset, but for sts:GetCallerIdentity, which everybody
 * may.
 */
export function recordedCalls(at: (pattern: string) => string): Call[] {
  return SERVICES.flatMap(([service, mock]) =>
    mock.calls().map(({ args: [command] }) => {
      const name = (command as object).constructor.name.replace(/Command$/, '').replace(/^Invoke$/, 'InvokeFunction');
      const action = `${service}:${name}`;
      const resource = RESOURCES[action];
      if (resource === undefined && !UNLIMITED.includes(action))
        throw new Error(`${action} is called by a command: say here on which resource AWS authorises it.`);
      const { input } = command as unknown as { input: Input };
      return { action, resource: resource === undefined ? '*' : at(`arn:aws:${resource(input)}`) };
    }),
  );
}

/** The commands of AWS's own command line that runbooks hold, as calls. @param words after `aws` */
export function runbookCall(words: readonly string[], known: Readonly<Record<string, string>>): Call {
  const [service = '', operation = '', argument = ''] = words;
  const fill = (text: string) => text.replace(/<([^>]+)>/g, (_, name: string) => known[name] ?? `unknown ${name}`);
  const option = (name: string) => fill(words[words.indexOf(`--${name}`) + 1] ?? '');
  switch (`${service} ${operation}`) {
    case 'cloudwatch get-metric-statistics':
      return { action: 'cloudwatch:GetMetricStatistics', resource: '*' };
    case 'lambda get-account-settings':
      return { action: 'lambda:GetAccountSettings', resource: '*' };
    case 'rds describe-events':
      return { action: 'rds:DescribeEvents', resource: '*' };
    case 'scheduler list-schedules':
      return { action: 'scheduler:ListSchedules', resource: '*' };
    case 'logs tail':
      return { action: 'logs:FilterLogEvents', resource: `arn:aws:logs:R:A:log-group:${fill(argument)}:log-stream:` };
    case 'sqs receive-message':
      return { action: 'sqs:ReceiveMessage', resource: option('queue-url') };
    case 'sqs purge-queue':
      return { action: 'sqs:PurgeQueue', resource: option('queue-url') };
    default:
      throw new Error(`aws ${service} ${operation} is in a runbook: say here what the operator needs for it.`);
  }
}
