import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { TEST_ALARMS, type Channel } from './test-alarms';

export interface AlarmTopicProps {
  channel: Channel;
  displayName: string;
  emails: readonly string[];
  /** What the names of the stage's alarms begin with. */
  replicationGroupId: string;
}

/** Where alarms of one severity go. Each recipient confirms once, by the mail that a deploy sends. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { channel, displayName, emails, replicationGroupId }: AlarmTopicProps) {
    super(scope, id, { displayName, enforceSSL: true });
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
    this.admitAlarms(replicationGroupId);
    new Alarm(this, 'TestAlarm', {
      alarmName: `${replicationGroupId}-${TEST_ALARMS[channel]}`,
      alarmDescription: 'A test: nothing is wrong. Tell whoever ran "npm run ops -- page-test" that it arrived.',
      metric: new Metric({ namespace: 'CarFin/Test', metricName: 'NeverSent', period: Duration.minutes(1) }),
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this));
  }

  /**
   * A topic with a policy of its own has no default policy, which would let CloudWatch publish: without this no alarm reaches
   * anybody (SNS guide, sns-access-policy-use-cases).
   */
  private admitAlarms(replicationGroupId: string): void {
    const stack = Stack.of(this);
    const alarms = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${replicationGroupId}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': alarms } },
      }),
    );
  }
}
