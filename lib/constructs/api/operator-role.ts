import { CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AUDIT_STREAMS, auditLogGroup } from '../../../lambda/contract/audit';
import type { FunctionName, WatcherName } from '../../../lambda/contract/functions';
import { CACHE_LOG_TYPES, cacheLogGroup } from '../cache/cache-logs';
import { TEST_ALARMS } from '../observability/test-alarms';
import { namedArn } from '../named-arn';
import { acknowledge } from '../rules/acknowledge';

interface OperatorRoleProps {
  replicationGroupId: string;
  /** Whose logs operators read. */
  functions: readonly (FunctionName | WatcherName)[];
  topics: readonly ITopic[];
  /** Failed warm-ups: read, and emptied once they are understood. */
  deadLetters: IQueue;
}

/**
 * What operators may run: levers, and what reads listings; what people said and like is reached by the API's callers
 * alone.
 */
const INVOKED: readonly FunctionName[] = ['warm-up', 'operations', 'doctor', 'search'];

/**
 * Reading that AWS can't limit to a resource, or only to one whose id a listing doesn't know (service-authorization
 * lists).
 */
const READING = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
  'elasticache:DescribeCacheClusters',
  'elasticache:DescribeEvents',
  'elasticache:DescribeReplicationGroups',
  'elasticache:DescribeUpdateActions',
  'lambda:GetAccountSettings',
  'rds:DescribeEvents',
  'scheduler:ListSchedules',
];

/**
 * What `npm run ops` and the commands of the runbooks need, and nothing else: it reads, invokes, sets the test alarms
 * and empties the queue of dead letters; it changes no resource. Who in the account may take it on is for the account's
 * own policies to say (sts:AssumeRole on this role).
 */
export class OperatorRole extends Construct {
  private readonly role: Role;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: OperatorRoleProps,
  ) {
    super(scope, id);
    const { replicationGroupId, topics, deadLetters } = props;
    const stack = Stack.of(this);
    this.role = new Role(this, 'Role', {
      roleName: `${replicationGroupId}-operator`,
      assumedBy: new AccountPrincipal(stack.account),
      description: 'Taken on by the engineer on call: docs/operations.md',
    });
    this.allow(READING, ['*'], READING_REASON);
    // AWS asks for the stack as it was named, so with an id of any: a policy with the id itself would refuse the name.
    const ownStack = stack.formatArn({
      service: 'cloudformation',
      resource: 'stack',
      resourceName: `${stack.stackName}/*`,
    });
    this.allow(['cloudformation:DescribeStacks'], [ownStack], 'The id that CloudFormation gave to the stack.');
    this.allow(
      ['lambda:InvokeFunction'],
      INVOKED.map((name) => namedArn(this, 'lambda', 'function', `${replicationGroupId}-${name}`)),
    );
    this.allow(['logs:FilterLogEvents'], this.logGroups(), 'The streams of one log group, named by who writes them.');
    // Who was forgotten and when, by pseudonyms: what a restore replays. Nothing else of the audit log.
    const forgotten = `${auditLogGroup(replicationGroupId)}:log-stream:${AUDIT_STREAMS.forgotten}`;
    this.allow(['logs:GetLogEvents'], [namedArn(this, 'logs', 'log-group', forgotten)]);
    this.allow(
      ['cloudwatch:DescribeAlarmHistory', 'cloudwatch:SetAlarmState'],
      Object.values(TEST_ALARMS).map((name) => namedArn(this, 'cloudwatch', 'alarm', `${replicationGroupId}-${name}`)),
    );
    this.allow(
      ['sns:ListSubscriptionsByTopic'],
      topics.map(({ topicArn }) => topicArn),
    );
    this.allow(['sqs:PurgeQueue', 'sqs:ReceiveMessage'], [deadLetters.queueArn]);
    new CfnOutput(stack, 'OperatorRoleArn', {
      value: this.role.roleArn,
      description: 'For npm run ops: docs/operations.md',
    });
  }

  /**
   * The functions' logs, and the two of the cluster: each by itself and with its streams, as actions ask for one or the
   * other.
   */
  private logGroups(): string[] {
    const { functions, replicationGroupId } = this.props;
    return [
      ...functions.map((name) => `/aws/lambda/${replicationGroupId}-${name}`),
      ...CACHE_LOG_TYPES.map((type) => cacheLogGroup(replicationGroupId, type)),
    ].flatMap((name) => ['', ':*'].map((streams) => namedArn(this, 'logs', 'log-group', `${name}${streams}`)));
  }

  /** @param wildcard why a resource holds one. */
  private allow(actions: string[], resources: string[], wildcard?: string): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
    if (wildcard === undefined) return;
    for (const resource of resources)
      acknowledge(this.role, { [`AwsSolutions-IAM5[Resource::${resource}]`]: wildcard });
  }
}

const READING_REASON =
  'Lists of alarms, metrics, nodes, updates, events and schedules: AWS defines no resource for these, or a ' +
  'listing does not know it.';
