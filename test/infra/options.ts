import type { StageInput } from '../../lib/stages/settings';
import { prod } from '../support/stages';
import { regional, withImages } from './inputs';

const domain = {
  name: 'cars.carfin.example',
  certificateArn: 'arn:aws:acm:ap-northeast-2:111122223333:certificate/0e0e0e0e-0000-4000-8000-000000000001',
};
const secretArn = 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf';
const bySecret = { ...prod.database, secretArn };

type GlobalDatastore = NonNullable<StageInput['cache']['globalDatastore']>;

/** A cluster in Tokyo that follows production's. */
export const tokyo: GlobalDatastore['secondaries'][number] = {
  region: 'ap-northeast-1',
  vpcId: 'vpc-0eeeeeeeeeeeeee11',
  availabilityZones: ['ap-northeast-1a', 'ap-northeast-1c'],
  subnetIds: ['subnet-0eeeeeeeeeeeeee1a', 'subnet-0eeeeeeeeeeeeee1c'],
  transferGround: 'consent',
};
const datastore: GlobalDatastore = { suffix: 'carfin', id: 'lkdvl-carfin', secondaries: [tokyo] };

/** Production with a copy in another Region, and with what is changed of both. */
export function withGlobalDatastore(
  changes: Partial<GlobalDatastore> = {},
  cache: Partial<StageInput['cache']> = {},
): StageInput {
  return {
    ...prod,
    monthlyBudgetUsd: 5_000,
    cache: { ...prod.cache, ...cache, globalDatastore: { ...datastore, ...changes } },
  };
}

/** Stages that between them take every option of the settings; the committed ones take the defaults. */
export const OPTIONS: Readonly<Record<string, StageInput>> = {
  regional,
  images: withImages,
  'existing-endpoints': {
    ...prod,
    database: bySecret,
    network: {
      ...prod.network,
      secretsManager: { by: 'existing-endpoint', securityGroupId: 'sg-0eeeeeeeeeeeeee77' },
    },
    api: {
      exposure: 'private',
      callers: ['arn:aws:iam::111122223333:role/carfin-agents'],
      vpcEndpointId: 'vpce-0eeeeeeeeeeeeee0',
      domain,
      vpcEndpointSecurityGroupId: 'sg-0eeeeeeeeeeeeee66',
      callerSecurityGroupIds: ['sg-0eeeeeeeeeeeeee03', 'sg-0eeeeeeeeeeeeee04'],
    },
    cache: { ...prod.cache, readOnlyKeyPatterns: false },
  },
  global: { ...withGlobalDatastore(), monthlyBudgetUsd: 1_000 },
  nat: {
    ...prod,
    database: bySecret,
    network: {
      ...prod.network,
      secretsManager: {
        by: 'nat',
        destinations: ['pl-0eeeeeeeeeeeeee88', '198.51.100.0/24'],
        reason: 'The egress firewall admits secretsmanager.ap-northeast-2.amazonaws.com only',
      },
    },
    api: {
      exposure: 'private',
      callers: ['arn:aws:iam::111122223333:role/carfin-agents'],
      callerSecurityGroupIds: ['sg-0eeeeeeeeeeeeee03'],
      privateDns: true,
      domain,
    },
    monthlyBudgetUsd: 2_500,
    cache: { ...prod.cache, engineVersion: '8.1', shards: 2, replicasPerShard: 2 },
  },
};
