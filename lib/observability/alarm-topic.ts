import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Where alarms go. Each recipient confirms once, by the mail that a deploy sends. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, emails: readonly string[]) {
    super(scope, id, { displayName: 'CarFin alarms', enforceSSL: true });
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
  }
}
