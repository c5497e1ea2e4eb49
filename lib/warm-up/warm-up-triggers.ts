import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { FilterOrPolicy, type ITopic, SubscriptionFilter } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { InvocationType, Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';

export interface WarmUpTriggersProps {
  function: LambdaFunction;
  live: IFunction;
  /** ElastiCache's events. */
  eventTopic: ITopic;
  /** What the first warm-up needs beside the function. */
  after: Construct[];
}

/** When the warm-up runs: every minute, once after each deploy, and after a failover. What fails for good ends in a queue. */
export class WarmUpTriggers extends Construct {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: WarmUpTriggersProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue itself.',
    });

    new Schedule(this, 'EveryMinute', {
      description: 'An unchanged table costs one small query',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(props.live, {
        deadLetterQueue: this.deadLetters,
        // The next minute tries again anyway; a late run is worth nothing.
        retryAttempts: 1,
        maxEventAge: Duration.minutes(1),
      }),
    });

    // All three invoke asynchronously, the schedule by the alias, so both need a way out for what fails twice.
    for (const each of [props.live, props.function]) {
      each.configureAsyncInvoke({
        onFailure: new SqsDestination(this.deadLetters),
        retryAttempts: 1,
        maxEventAge: Duration.minutes(5),
      });
    }
    // Asynchronous: a warm-up that fails alarms, and never fails the deploy.
    new Trigger(this, 'AfterDeploy', {
      handler: props.function,
      invocationType: InvocationType.EVENT,
      executeAfter: props.after,
    });

    props.eventTopic.addSubscription(
      new LambdaSubscription(props.function, {
        deadLetterQueue: this.deadLetters,
        filterPolicyWithMessageBody: {
          'ElastiCache:FailoverComplete': FilterOrPolicy.filter(SubscriptionFilter.existsFilter()),
        },
      }),
    );
  }
}
