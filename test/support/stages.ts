import { dev, prod } from '../../lib/stages/examples';
import type { StageInput } from '../../lib/stages/settings';

/**
 * The stages of the tests: the examples. The user's own may have any account, group or size; only the snapshots read
 * those.
 */
export { dev, prod };
export const STAGES: Readonly<Record<string, StageInput>> = { prod, dev };

/**
 * What docs/deploy.md, step 1, makes of production for somebody: other ids and names, a larger cluster, callers outside
 * the VPC.
 */
export const adopted: StageInput = {
  ...prod,
  account: '444455556666',
  region: 'us-east-1',
  network: {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['us-east-1b', 'us-east-1d'],
    subnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
  },
  database: {
    instanceIdentifier: 'cars',
    endpoint: 'cars.c0ffee000000.us-east-1.rds.amazonaws.com',
    port: 6432,
    name: 'cars',
    securityGroupId: 'sg-0123456789abcdef3',
    resourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    user: 'cars_reader',
  },
  cache: {
    ...prod.cache,
    replicationGroupId: 'my-cars',
    nodeType: 'cache.r7g.xlarge',
    shards: 2,
    engineVersion: '8.1',
  },
  api: { exposure: 'regional', callers: ['arn:aws:iam::444455556666:role/web'] },
  alarmEmails: ['oncall@cars.test'],
  monthlyBudgetUsd: 5_000,
  tags: { project: 'cars', stage: 'production' },
};
