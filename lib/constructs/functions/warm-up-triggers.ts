import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { FilterOrPolicy, type ITopic, SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../rules/acknowledge';

/** How a deploy ends, well or taken back: either may have changed what the warm-up reads or writes. */
const DEPLOYED = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

interface WarmUpTriggersProps {
  /** The alias of the warm-up. */
  live: IFunction;
  /** ElastiCache's events. */
  eventTopic: ITopic;
  /** The stacks whose deploy a warm-up follows. */
  stacks: readonly Stack[];
  /** How often the table is looked at, s. */
  everySeconds: number;
}

/**
 * When the warm-up runs: every minute, after each deploy, and after a failover. All of them invoke the alias,
 * asynchronously: what can't be delivered and what fails twice ends in one queue, and nothing of it fails a deploy.
 */
export class WarmUpTriggers extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { live, eventTopic, stacks, everySeconds }: WarmUpTriggersProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(this.deadLetters, { 'AwsSolutions-SQS3': 'This is the dead-letter queue itself.' });
    live.configureAsyncInvoke({
      onFailure: new SqsDestination(this.deadLetters),
      retryAttempts: 1,
      maxEventAge: Duration.minutes(5),
    });
    this.everyMinute(live, everySeconds);
    this.afterDeploy(live, stacks);
    this.afterFailover(live, eventTopic);
  }

  private everyMinute(live: IFunction, everySeconds: number): void {
    new Schedule(this, 'EveryMinute', {
      description: 'An unchanged table costs one small query',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(live, {
        deadLetterQueue: this.deadLetters,
        ...(everySeconds < 60 ? { input: ScheduleTargetInput.fromObject({ everySeconds }) } : {}),
        // The next minute tries again anyway; a late run is worth nothing.
        retryAttempts: 1,
        maxEventAge: Duration.minutes(1),
      }),
    });
  }

  /**
   * CloudFormation tells of each status of a stack, delivered durably (EventBridge events reference,
   * events-ref-cloudformation; CloudFormation guide, event-detail-stack-status-change). No resource of the deploy waits
   * for it, so none can fail by it.
   */
  private afterDeploy(live: IFunction, stacks: readonly Stack[]): void {
    new Rule(this, 'AfterDeploy', {
      description: 'A deploy has ended',
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Stack Status Change'],
        detail: {
          'stack-id': stacks.flatMap((stack) => Match.prefix(prefixOfId(stack))),
          'status-details': { status: DEPLOYED },
        },
      },
      targets: [
        new LambdaFunction(live, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 3,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
  }

  private afterFailover(live: IFunction, eventTopic: ITopic): void {
    const subscription = eventTopic.addSubscription(
      new LambdaSubscription(live, {
        deadLetterQueue: this.deadLetters,
        filterPolicyWithMessageBody: {
          'ElastiCache:FailoverComplete': FilterOrPolicy.filter(SubscriptionFilter.existsFilter()),
        },
      }),
    );
    acknowledge(subscription, {
      'CloudFormation-Validate::W3694':
        'The reference to an alias gives its qualified ARN, which SNS invokes as it does a function.',
    });
  }
}

/**
 * A stack's id but for the part that its creation gives: a reference to another stack's id would tie the two together.
 */
function prefixOfId(stack: Stack): string {
  return stack.formatArn({
    service: 'cloudformation',
    resource: 'stack',
    resourceName: `${stack.stackName}/`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
