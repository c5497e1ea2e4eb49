import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnGlobalReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { ArnPrincipal, CompositePrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { AuditLog } from './constructs/cache/audit-log';
import { EventTopic } from './constructs/cache/event-topic';
import { ValkeyCache } from './constructs/cache/valkey-cache';
import { ExistingNetwork } from './constructs/network/existing-network';
import { noticeRecipients, type StageSettings } from './stages/settings';

/** The cluster: what holds data, and so changes rarely. */
export class CacheStack extends Stack {
  readonly network: ExistingNetwork;
  readonly cache: ValkeyCache;
  readonly eventTopic: EventTopic;
  readonly audit: AuditLog;

  constructor(scope: Construct, id: string, settings: StageSettings, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: settings.cache.retainData });
    this.network = new ExistingNetwork(this, 'Network', settings);
    this.eventTopic = new EventTopic(this, 'Events', noticeRecipients(settings));
    this.cache = new ValkeyCache(this, 'Cache', { vpc: this.network.vpc, settings, eventTopic: this.eventTopic });
    this.audit = new AuditLog(this, 'Audit', settings);
    if (settings.keyReaders.roleArns.length > 0) this.keyReaderRole(settings.keyReaders.roleArns);
    if (settings.cache.globalDatastore !== undefined) this.globalDatastore(settings.cache.globalDatastore.suffix);
    new CfnOutput(this, 'ConfigurationEndpoint', {
      value: this.cache.endpoint,
      description: 'The only endpoint of the cluster',
    });
    new CfnOutput(this, 'ReplicationGroupId', { value: settings.cache.replicationGroupId });
    new CfnOutput(this, 'ClientSecurityGroup', {
      value: this.cache.clients.securityGroupId,
      description: 'Worn by clients of the cluster',
    });
    new CfnOutput(this, 'EventTopicArn', { value: this.eventTopic.topicArn, description: 'Failovers and maintenance' });
  }

  /** Begins with this cluster as its only member: with more CloudFormation refuses; each secondary joins by the id. */
  private globalDatastore(suffix: string): void {
    const datastore = new CfnGlobalReplicationGroup(this, 'GlobalDatastore', {
      globalReplicationGroupIdSuffix: suffix,
      globalReplicationGroupDescription: 'CarFin search and sessions, in more than one Region',
      automaticFailoverEnabled: true,
      members: [
        { replicationGroupId: this.cache.replicationGroup.ref, replicationGroupRegion: this.region, role: 'PRIMARY' },
      ],
    });
    new CfnOutput(this, 'GlobalDatastoreId', {
      value: datastore.attrGlobalReplicationGroupId,
      description: 'To be set as cache.globalDatastore.id; the next deploy makes the secondary clusters',
    });
  }

  /** Taken on by the named roles to connect as the read-only user. */
  private keyReaderRole(roleArns: readonly string[]): void {
    const role = new Role(this, 'KeyReaderRole', {
      assumedBy: new CompositePrincipal(...roleArns.map((arn) => new ArnPrincipal(arn))),
      description: 'May connect to Valkey as the user that only reads',
    });
    this.cache.users.grantConnect(role, 'key-reader');
    new CfnOutput(this, 'KeyReaderRoleArn', { value: role.roleArn });
  }
}
