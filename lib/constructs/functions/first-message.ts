import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ENV } from '../../../lambda/contract/environment';
import type { StageSettings } from '../../stages/settings';
import { ALARMS_ALONE } from '../observability/alarm-topic';
import { ALARM_CAUSES_FILE, type CodeSource } from './code';
import { loggedFunction } from './logged-function';
import { namedArn } from '../named-arn';
import { acknowledge } from '../rules/acknowledge';

interface FirstMessageProps {
  settings: StageSettings;
  stageName: string;
  code: CodeSource;
  /** Topics of alarms: each gets the first message of its own alarms. */
  topics: readonly ITopic[];
}

/** Lists and metrics, which AWS can't limit to a resource (service-authorization lists). */
const READING = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'elasticache:DescribeCacheClusters',
  'elasticache:DescribeEvents',
  'elasticache:DescribeReplicationGroups',
];

/**
 * Writes of every alarm that tells somebody what `npm run ops -- diagnose` would say. It is one more subscriber: what
 * people get goes out at once, whatever becomes of this. It reads, runs the doctor, which changes nothing, and
 * publishes.
 */
export class FirstMessage extends Construct {
  constructor(scope: Construct, id: string, { settings, stageName, code, topics }: FirstMessageProps) {
    super(scope, id);
    const { replicationGroupId } = settings.cache;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Reads what explains an alarm, and says it',
    });
    const doctor = namedArn(this, 'lambda', 'function', `${replicationGroupId}-doctor`);
    const may = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    may(READING, ['*']);
    may(['lambda:InvokeFunction'], [doctor]);
    may(
      ['sns:Publish'],
      topics.map(({ topicArn }) => topicArn),
    );
    const chat = settings.chat?.webhook;
    if (chat !== undefined) may(['secretsmanager:GetSecretValue'], [chat]);
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Lists of alarms, nodes and metrics: AWS defines no resource for these, or a listing does not know it.',
    });
    const writing = loggedFunction(this, {
      name: 'first-message',
      settings,
      code,
      role,
      // Said once or not at all: a second message of one alarm would be a riddle. What comes late says nothing of now.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(5),
      environment: {
        [ENV.stage]: stageName,
        [ENV.groupId]: replicationGroupId,
        [ENV.alarmCausesFile]: `/var/task/${ALARM_CAUSES_FILE}`,
        ...(chat === undefined ? {} : { [ENV.chatSecretArn]: chat }),
      },
    });
    acknowledge(writing, {
      'NIST.800.53.R5-LambdaInsideVPC':
        'It asks AWS and a chat, which the VPC has no way to; it reaches nothing inside but by invoking the doctor.',
    });
    for (const topic of topics)
      topic.addSubscription(new LambdaSubscription(writing, { filterPolicyWithMessageBody: ALARMS_ALONE }));
  }
}
