import { RemovalPolicy } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';
import { acknowledge } from '../rules/acknowledge';
import { CacheLogs } from './cache-logs';
import { cacheSecurityGroups, PORT } from './cache-security-groups';
import { keyAtRest } from './valkey-cache';
import { ValkeyUsers } from './valkey-users';

export type Secondary = NonNullable<StageSettings['cache']['globalDatastore']>['secondaries'][number];

interface SecondaryCacheProps {
  settings: StageSettings;
  secondary: Secondary;
  globalDatastoreId: string;
  eventTopic: ITopic;
}

/**
 * A replication group that follows the stage's from another Region: read-only until it is promoted. What the global
 * datastore decides (engine, node type, shards, parameters, encryption in transit and at rest) must not be said here
 * (ElastiCache API, CreateReplicationGroup).
 */
export class SecondaryCache extends Construct {
  readonly replicationGroup: CfnReplicationGroup;

  constructor(scope: Construct, id: string, props: SecondaryCacheProps) {
    super(scope, id);
    const { settings, secondary, globalDatastoreId, eventTopic } = props;
    const { cache } = settings;
    const replicationGroupId = `${cache.replicationGroupId}-${secondary.region}`;
    const { vpcId, availabilityZones, subnetIds } = secondary;
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones });
    const { nodes } = cacheSecurityGroups(this, vpc, replicationGroupId, []);
    // Users belong to a Region, so they may bear the names that the functions sign in with.
    const users = new ValkeyUsers(this, 'Users', settings);
    const key = keyAtRest(this, replicationGroupId, settings);
    const subnets = new CfnSubnetGroup(this, 'Subnets', { description: replicationGroupId, subnetIds });
    this.replicationGroup = new CfnReplicationGroup(this, 'ReplicationGroup', {
      replicationGroupId,
      replicationGroupDescription: `CarFin, secondary of ${globalDatastoreId}`,
      globalReplicationGroupId: globalDatastoreId,
      replicasPerNodeGroup: cache.replicasPerShard,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: PORT,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [nodes.securityGroupId],
      kmsKeyId: key.keyId,
      userGroupIds: [users.group.ref],
      snapshotRetentionLimit: cache.snapshotRetentionDays,
      snapshotWindow: cache.snapshotWindow,
      preferredMaintenanceWindow: cache.maintenanceWindow,
      autoMinorVersionUpgrade: false,
      notificationTopicArn: eventTopic.topicArn,
      logDeliveryConfigurations: new CacheLogs(this, 'Logs', replicationGroupId, settings.logRetention).deliveries,
    });
    this.replicationGroup.applyRemovalPolicy(cache.retainData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY);
    this.acknowledgeRules();
  }

  private acknowledgeRules(): void {
    const inherited = 'A secondary cluster inherits it from the global datastore, and refuses to be told.';
    // Encryption at rest, in transit, and with a login.
    const skip = ['CKV_AWS_29', 'CKV_AWS_30', 'CKV_AWS_31'].map((rule) => ({ id: rule, comment: inherited }));
    this.replicationGroup.addMetadata('checkov', { skip });
    acknowledge(this.replicationGroup, {
      'AwsSolutions-AEC3': inherited,
      'AwsSolutions-AEC6': inherited,
      'AwsSolutions-AEC5':
        'After a promotion the functions find it at the port that they know; security groups decide who reaches it.',
    });
  }
}
