import { Duration, SecretValue, Stack } from 'aws-cdk-lib';
import { Alarm, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  FilterOrPolicy,
  SubscriptionFilter,
  SubscriptionProtocol,
  Topic,
  type ITopic,
  type ITopicSubscription,
} from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SmsSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { PageChannel } from '../../stages/page-settings';
import { namedArn } from '../named-arn';
import { TEST_ALARMS, type Channel } from './test-alarms';

export interface AlarmTopicProps {
  channel: Channel;
  displayName: string;
  emails: readonly string[];
  /** What wakes, beside the mails. Topics that exist are actions of the alarms themselves. */
  channels?: readonly PageChannel[];
  /** Topics that exist and get the same alarms: the test alarm tells them too. */
  others?: readonly ITopic[];
  /** What the names of the stage's alarms begin with. */
  replicationGroupId: string;
}

/** Where alarms of one severity go. Each recipient confirms once, by the mail that a deploy sends. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    const { channel, displayName, emails, channels = [], others = [], replicationGroupId } = props;
    super(scope, id, { displayName, enforceSSL: true });
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
    for (const each of channels) for (const subscription of subscriptionsOf(each)) this.addSubscription(subscription);
    this.admit('cloudwatch.amazonaws.com', namedArn(this, 'cloudwatch', 'alarm', `${replicationGroupId}-*`));
    new Alarm(this, 'TestAlarm', {
      alarmName: `${replicationGroupId}-${TEST_ALARMS[channel]}`,
      alarmDescription: 'A test: nothing is wrong. Tell whoever ran "npm run ops -- page-test" that it arrived.',
      metric: new Metric({ namespace: 'CarFin/Test', metricName: 'NeverSent', period: Duration.minutes(1) }),
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(...[this, ...others].map((topic) => new SnsAction(topic)));
  }

  /**
   * Lets a service of AWS publish for one kind of thing of this account. A topic with a policy of its own has no
   * default policy, which would let CloudWatch: without this nothing reaches anybody (SNS guide,
   * sns-access-policy-use-cases; Cost Management guide, budgets-sns-policy).
   * @param service such as `cloudwatch.amazonaws.com` @param sourceArn what it tells of, as a pattern
   */
  admit(service: string, sourceArn: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnLike: { 'aws:SourceArn': sourceArn },
        },
      }),
    );
  }
}

/**
 * A pager understands alarms, a first message is too long for a number, and its function must not answer its own. An
 * alarm is JSON with its name (CloudWatch user guide, AlarmThatSendsEmail), everything else is text. It has no
 * attributes, and a filter for what has not a certain attribute matches nothing that has none (SNS guide,
 * attribute-key-matching).
 */
export const ALARMS_ALONE = { AlarmName: FilterOrPolicy.filter(SubscriptionFilter.existsFilter()) };

/** The URL of a webhook is a key: the template names its secret, which CloudFormation reads when it deploys. */
function subscriptionsOf({ email, sms, webhook }: PageChannel): ITopicSubscription[] {
  const url = webhook === undefined ? undefined : SecretValue.secretsManager(webhook).unsafeUnwrap();
  return [
    ...(email === undefined ? [] : [new EmailSubscription(email)]),
    ...(sms === undefined ? [] : [new SmsSubscription(sms, { filterPolicyWithMessageBody: ALARMS_ALONE })]),
    ...(url === undefined
      ? []
      : [
          new UrlSubscription(url, { protocol: SubscriptionProtocol.HTTPS, filterPolicyWithMessageBody: ALARMS_ALONE }),
        ]),
  ];
}
