import { RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnParameterGroup, CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';
import { acknowledge } from '../rules/acknowledge';
import { CacheAutoScaling } from './auto-scaling';
import { CacheLogs } from './cache-logs';
import { cacheSecurityGroups, PORT } from './cache-security-groups';
import { ENGINE_PARAMETERS } from './engine-parameters';
import { ValkeyUsers } from './valkey-users';

interface ValkeyCacheProps {
  vpc: IVpc;
  settings: StageSettings;
  /** Where failovers and maintenance are told. */
  eventTopic: ITopic;
}

const ONE_NODE = {
  'AwsSolutions-AEC4':
    'A stage that keeps no data may lose its one node: a warm-up rebuilds what is in it. Settings that keep data ' +
    'demand Multi-AZ.',
};

/** The Valkey replication group in cluster mode, and all that only it needs. */
export class ValkeyCache extends Construct {
  readonly users: ValkeyUsers;
  readonly replicationGroup: CfnReplicationGroup;
  /** What a client wears to be admitted. */
  readonly clients: SecurityGroup;
  /** What admits clients to the nodes. */
  readonly nodes: SecurityGroup;
  /** `<host>:<port>`: the configuration endpoint, the only one that cluster mode has. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, { vpc, settings, eventTopic }: ValkeyCacheProps) {
    super(scope, id);
    const { cache, keyReaders } = settings;
    const { replicationGroupId } = cache;
    const { clients, nodes } = cacheSecurityGroups(this, vpc, replicationGroupId, keyReaders.securityGroupIds);
    this.clients = clients;
    this.nodes = nodes;
    this.users = new ValkeyUsers(this, 'Users', settings);
    const key = keyAtRest(this, replicationGroupId, settings);
    const parameters = this.parameters(replicationGroupId, familyOf(cache.engineVersion));
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: replicationGroupId,
      subnetIds: settings.network.subnetIds,
    });
    const logs = new CacheLogs(this, 'Logs', replicationGroupId, settings.logRetention);

    this.replicationGroup = new CfnReplicationGroup(this, 'ReplicationGroup', {
      replicationGroupId,
      replicationGroupDescription: `CarFin search and sessions (${settings.tags.stage ?? replicationGroupId})`,
      engine: 'valkey',
      engineVersion: cache.engineVersion,
      ...(cache.durability === undefined ? {} : { durability: cache.durability }),
      cacheNodeType: cache.nodeType,
      port: PORT,
      // The parameter group makes it cluster mode; this says so, and AWS refuses if the two disagree.
      clusterMode: 'enabled',
      cacheParameterGroupName: parameters.ref,
      numNodeGroups: cache.shards,
      replicasPerNodeGroup: cache.replicasPerShard,
      // Cluster mode demands it, with or without a replica.
      automaticFailoverEnabled: true,
      multiAzEnabled: cache.multiAz,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [nodes.securityGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      kmsKeyId: key.keyId,
      userGroupIds: [this.users.group.ref],
      snapshotRetentionLimit: cache.snapshotRetentionDays,
      ...(cache.snapshotRetentionDays > 0 ? { snapshotWindow: cache.snapshotWindow } : {}),
      preferredMaintenanceWindow: cache.maintenanceWindow,
      // Members of a global datastore are upgraded together, by hand.
      autoMinorVersionUpgrade: cache.globalDatastore === undefined,
      notificationTopicArn: eventTopic.topicArn,
      logDeliveryConfigurations: logs.deliveries,
    });
    // Shards are added and removed under load, instead of by a new cluster (CFN, aws-attribute-updatepolicy).
    this.replicationGroup.cfnOptions.updatePolicy = { useOnlineResharding: true };
    this.replicationGroup.applyRemovalPolicy(cache.retainData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY);
    if (cache.autoScaling !== undefined)
      new CacheAutoScaling(this, 'AutoScaling', this.replicationGroup, replicationGroupId, cache.autoScaling);
    acknowledge(this.replicationGroup, {
      'AwsSolutions-AEC6':
        'Users sign in by IAM through a user group, which replaces AUTH; ElastiCache refuses both at once.',
      ...(cache.multiAz ? {} : ONE_NODE),
    });
    this.endpoint = `${this.replicationGroup.attrConfigurationEndPointAddress}:${PORT}`;
  }

  private parameters(replicationGroupId: string, family: string): CfnParameterGroup {
    // The family is part of the logical id: an upgrade makes another group beside the one in use.
    return new CfnParameterGroup(this, `Parameters-${family}`, {
      cacheParameterGroupFamily: family,
      description: `${replicationGroupId}, ${family}`,
      properties: { 'cluster-enabled': 'yes', ...parametersOf(family) },
    });
  }
}

/** The key of a replication group's data at rest. */
export function keyAtRest(scope: Construct, replicationGroupId: string, { cache }: StageSettings): Key {
  return new Key(scope, 'Key', {
    description: `Data of ${replicationGroupId} at rest`,
    enableKeyRotation: true,
    removalPolicy: cache.retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  });
}

/** `7.2` gives `valkey7`: the family follows from the version, so that the two can't disagree. */
export function familyOf(engineVersion: string): string {
  return `valkey${engineVersion.split('.')[0] ?? ''}`;
}

/** Valkey 8 frees lazily by itself and has no such parameters any more (dg, ParameterGroups.Engine). */
function parametersOf(family: string): Record<string, string> {
  const all = Object.entries(ENGINE_PARAMETERS);
  return Object.fromEntries(family === 'valkey7' ? all : all.filter(([name]) => !name.startsWith('lazyfree-')));
}
