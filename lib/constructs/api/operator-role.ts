import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { FunctionName } from '../../../lambda/contract/functions';

export interface OperatorRoleProps {
  replicationGroupId: string;
  /** Whose logs operators read. */
  functions: readonly FunctionName[];
  alarmTopic: ITopic;
}

/** What operators may run; the others are invoked by their own callers. */
const INVOKED: readonly FunctionName[] = ['warm-up', 'operations', 'doctor'];

/** Reading that AWS can't limit to a resource, or only to one whose id a listing doesn't know (service-authorization lists). */
const READING = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'elasticache:DescribeCacheClusters',
  'elasticache:DescribeReplicationGroups',
  'elasticache:DescribeUpdateActions',
];

/**
 * What `npm run ops` needs and nothing else: it reads, invokes, pages; it changes no resource. Who in the account may take it on
 * is for the account's own policies to say (sts:AssumeRole on this role).
 */
export class OperatorRole extends Construct {
  constructor(scope: Construct, id: string, props: OperatorRoleProps) {
    super(scope, id);
    const { replicationGroupId, functions, alarmTopic } = props;
    const stack = Stack.of(this);
    const { account, region } = stack;
    const role = new Role(this, 'Role', {
      roleName: `${replicationGroupId}-operator`,
      assumedBy: new AccountPrincipal(account),
      description: 'Taken on by the engineer on call: docs/operations.md',
    });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    const streams = functions.map(
      (name) => `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${replicationGroupId}-${name}:*`,
    );
    allow(READING, ['*']);
    allow(['cloudformation:DescribeStacks'], [stack.stackId]);
    allow(
      ['lambda:InvokeFunction'],
      INVOKED.map((name) => `arn:aws:lambda:${region}:${account}:function:${replicationGroupId}-${name}`),
    );
    allow(['logs:FilterLogEvents'], streams);
    allow(['sns:ListSubscriptionsByTopic', 'sns:Publish'], [alarmTopic.topicArn]);
    const reasons = {
      '*': 'Lists of alarms, metrics, nodes and updates: AWS defines no resource for these, or a listing does not know it.',
      ...Object.fromEntries(streams.map((arn) => [arn, 'The streams of one log group, which are named by Lambda.'])),
    };
    for (const [resource, reason] of Object.entries(reasons))
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
    new CfnOutput(stack, 'OperatorRoleArn', {
      value: role.roleArn,
      description: 'For npm run ops: docs/operations.md',
    });
  }
}
