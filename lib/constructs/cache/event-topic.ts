import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/**
 * Failovers, node replacements and maintenance of the cluster. ElastiCache publishes to an unencrypted topic of the same account
 * and Region only (dg, ElastiCacheSNS); what it says is no secret.
 */
export class EventTopic extends Topic {
  constructor(scope: Construct, id: string) {
    super(scope, id, { displayName: 'ElastiCache events' });
    const { account } = Stack.of(this);
    // The guide names AWS:SourceOwner in one place and aws:SourceAccount in another (UNVERIFIED which holds): either admits.
    for (const key of ['AWS:SourceOwner', 'aws:SourceAccount']) {
      this.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('elasticache.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [this.topicArn],
          conditions: { StringEquals: { [key]: account } },
        }),
      );
    }
    this.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }
}
