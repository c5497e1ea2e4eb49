import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EventTopic } from './constructs/cache/event-topic';
import { SecondaryCache, type Secondary } from './constructs/cache/secondary-cache';
import { noticeRecipients, type StageSettings } from './stages/settings';

/** The cluster in another Region that follows the stage's, for the day on which the stage's Region is lost. */
export class SecondaryCacheStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    settings: StageSettings,
    secondary: Secondary,
    globalDatastoreId: string,
    props: StackProps,
  ) {
    super(scope, id, { ...props, terminationProtection: settings.cache.retainData });
    const eventTopic = new EventTopic(this, 'Events', noticeRecipients(settings));
    const cache = new SecondaryCache(this, 'Cache', { settings, secondary, globalDatastoreId, eventTopic });
    new CfnOutput(this, 'ReplicationGroupId', { value: cache.replicationGroup.ref });
    new CfnOutput(this, 'EventTopicArn', { value: eventTopic.topicArn, description: 'Failovers and maintenance' });
  }
}
