import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StageInput } from './settings';

/**
 * The example stages: what a new stage begins as, and what pages and tests that need some stage derive from. A user's
 * own stages stand apart and may have any value, so nothing but snapshots, bin and the tools that operate them may read
 * those.
 */

/** Production's shape. */
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
    snapshotRetentionDays: 3,
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
  monthlyBudgetUsd: 460,
  tags: { project: 'carfin-cache', stage: 'prod' },
};

/** Development's shape: one node. */
export const dev: StageInput = {
  account: '111122223333',
  region: 'ap-northeast-2',
  network: {
    vpcId: 'vpc-0eeeeeeeeeeeeee11',
    availabilityZones: ['ap-northeast-2a', 'ap-northeast-2c'],
    subnetIds: ['subnet-0eeeeeeeeeeeeee1a', 'subnet-0eeeeeeeeeeeeee1c'],
  },
  database: {
    instanceIdentifier: 'carfin-dev',
    endpoint: 'carfin-dev.0example.ap-northeast-2.rds.amazonaws.com',
    port: 5432,
    name: 'carfin',
    securityGroupId: 'sg-0eeeeeeeeeeeeee12',
    resourceId: 'db-0EXAMPLE0DEV0RESOURCE',
    user: 'carfin_reader',
  },
  cache: {
    ...prod.cache,
    replicationGroupId: 'carfin-dev',
    nodeType: 'cache.t3.medium',
    // One node in cluster mode: what is in it is rebuilt by a warm-up.
    replicasPerShard: 0,
    multiAz: false,
    snapshotRetentionDays: 0,
    retainData: false,
  },
  api: {
    exposure: 'private',
    callers: ['arn:aws:iam::111122223333:role/carfin-agents'],
    callerSecurityGroupIds: ['sg-0eeeeeeeeeeeeee13'],
  },
  keyReaders: { securityGroupIds: [], roleArns: [] },
  concurrency: {
    search: { most: 10, alwaysWarm: 0 },
    conversation: { most: 10, alwaysWarm: 0 },
    events: { most: 5, alwaysWarm: 0 },
  },
  // Nobody would feel it: a deploy has not to wait for that.
  canary: false,
  logRetention: RetentionDays.TWO_WEEKS,
  alarmEmails: ['oncall@carfin.example'],
  monthlyBudgetUsd: 130,
  tags: { project: 'carfin-cache', stage: 'dev' },
};
