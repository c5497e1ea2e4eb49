import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StageInput } from './settings';

/**
 * Production. The values that name an account, a VPC or a database are examples: a deploy with them is refused. docs/deploy.md
 * says where each comes from.
 */
export const prod: StageInput = {
  account: '111122223333',
  region: 'ap-northeast-2',
  network: {
    vpcId: 'vpc-0eeeeeeeeeeeeee01',
    availabilityZones: ['ap-northeast-2a', 'ap-northeast-2c'],
    subnetIds: ['subnet-0eeeeeeeeeeeeee0a', 'subnet-0eeeeeeeeeeeeee0c'],
  },
  database: {
    instanceIdentifier: 'carfin-prod',
    endpoint: 'carfin-prod.0example.ap-northeast-2.rds.amazonaws.com',
    port: 5432,
    name: 'carfin',
    securityGroupId: 'sg-0eeeeeeeeeeeeee02',
    resourceId: 'db-0EXAMPLE0PROD0RESOURCE',
    user: 'carfin_reader',
  },
  cache: {
    replicationGroupId: 'carfin-prod',
    nodeType: 'cache.r7g.large',
    engineVersion: '7.2',
    // The data is small and the nodes are the bill: one shard, and a replica in another zone.
    shards: 1,
    replicasPerShard: 1,
    multiAz: true,
    snapshotRetentionDays: 15,
    // Seoul's night: 03:00 to 04:00, and Monday 04:00 to 05:00 for maintenance.
    snapshotWindow: '18:00-19:00',
    maintenanceWindow: 'sun:19:00-sun:20:00',
    retainData: true,
  },
  api: {
    exposure: 'private',
    callers: ['arn:aws:iam::111122223333:role/carfin-agents'],
    callerSecurityGroupIds: ['sg-0eeeeeeeeeeeeee03'],
  },
  keyReaders: { securityGroupIds: [], roleArns: [] },
  concurrency: {
    search: { most: 50, alwaysWarm: 2 },
    conversation: { most: 50, alwaysWarm: 2 },
    events: { most: 20, alwaysWarm: 0 },
  },
  logRetention: RetentionDays.THREE_MONTHS,
  alarmEmails: ['oncall@carfin.example'],
  monthlyBudgetUsd: 450,
  tags: { project: 'carfin-cache', stage: 'prod' },
};
