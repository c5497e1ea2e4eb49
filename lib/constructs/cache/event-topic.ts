import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterOrPolicy, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * Failovers, node replacements and maintenance of the cluster. ElastiCache publishes to an unencrypted topic of the
 * same account and Region only (dg, ElastiCacheSNS); what it says is no secret.
 */
export class EventTopic extends Topic {
  /** @param emails who reads of them; a snapshot that went well is told to nobody. */
  constructor(scope: Construct, id: string, emails: readonly string[]) {
    super(scope, id, { displayName: 'ElastiCache events', enforceSSL: true });
    // Exactly the statement of the guide: with aws:SourceAccount, or a service as the principal, ElastiCache can't
    // publish and sets the topic inactive (dg, ECEvents.SNS).
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'AWS:SourceOwner': Stack.of(this).account } },
      }),
    );
    const filterPolicyWithMessageBody = {
      'ElastiCache:SnapshotComplete': FilterOrPolicy.filter(SubscriptionFilter.notExistsFilter()),
    };
    for (const email of emails) this.addSubscription(new EmailSubscription(email, { filterPolicyWithMessageBody }));
  }
}
