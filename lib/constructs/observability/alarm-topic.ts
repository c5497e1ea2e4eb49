import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Where alarms of one severity go. Each recipient confirms once, by the mail that a deploy sends. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, displayName: string, emails: readonly string[]) {
    super(scope, id, { displayName, enforceSSL: true });
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
  }
}
