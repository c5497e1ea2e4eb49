import type { StageSettings } from './settings';

export interface SettingViolation {
  setting: string;
  rule: string;
  received: unknown;
}

type Check = (settings: StageSettings, stage: string) => SettingViolation | undefined;

/** Node types that ElastiCache scales by itself (AmazonElastiCache/latest/dg, AutoScaling). */
const SCALABLE = /^cache\.(r5|r6g|r7g|r8g|m5|m6g|m7g|m8g|c7gn|c8gn)\.(large|xlarge|2xlarge)$/;
const MINUTES_A_WEEK = 7 * 24 * 60;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const violation = (setting: string, rule: string, received: unknown): SettingViolation => ({ setting, rule, received });

/** What AWS refuses only in the middle of a deploy, or would accept and nobody wants. */
const CHECKS: readonly Check[] = [
  ({ cache }, stage) =>
    stage === 'prod' && !cache.retainData
      ? violation('cache.retainData', 'must be true for prod: conversations and preferences are nowhere else', false)
      : undefined,
  ({ cache }) =>
    cache.retainData && !cache.multiAz
      ? violation(
          'cache.multiAz',
          'must be true where cache.retainData is set, so that what is kept survives a zone; it needs cache.replicasPerShard of 1 or more and two availability zones',
          false,
        )
      : undefined,
  ({ cache }) =>
    cache.multiAz && cache.replicasPerShard === 0
      ? violation('cache.multiAz', 'needs at least one replica a shard; set cache.replicasPerShard to 1', true)
      : undefined,
  ({ cache, network }) =>
    cache.multiAz && new Set(network.availabilityZones).size < 2
      ? violation(
          'network.availabilityZones',
          'must be two or more for cache.multiAz, so that a zone may fail',
          network.availabilityZones,
        )
      : undefined,
  ({ network }) =>
    network.subnetIds.length !== network.availabilityZones.length
      ? violation(
          'network.subnetIds',
          `must be one for each of the ${network.availabilityZones.length} availability zones`,
          network.subnetIds,
        )
      : undefined,
  ({ region, network }) => {
    const elsewhere = network.availabilityZones.find((zone) => !zone.startsWith(region));
    return elsewhere === undefined
      ? undefined
      : violation('network.availabilityZones', `must be zones of ${region}`, elsewhere);
  },
  ({ region, database }) =>
    database.endpoint.includes(`.${region}.`)
      ? undefined
      : violation('database.endpoint', `must be an endpoint in ${region}`, database.endpoint),
  ({ region, account, database: { secretArn } }) =>
    secretArn === undefined || secretArn.includes(`:${region}:${account}:`)
      ? undefined
      : violation('database.secretArn', `must be a secret of account ${account} in ${region}`, secretArn),
  ({ database: { secretArn }, network: { secretsManager } }) =>
    secretArn !== undefined && secretsManager === undefined
      ? violation(
          'network.secretsManager',
          'must say how the functions reach Secrets Manager, since database.secretArn is set: { by: "new-endpoint" }, { by: "existing-endpoint", securityGroupId } or { by: "nat", destinations, reason }; those that exist: aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.<region>.secretsmanager',
          undefined,
        )
      : undefined,
  ({ database: { secretArn }, network: { secretsManager } }) =>
    secretArn === undefined && secretsManager !== undefined
      ? violation(
          'network.secretsManager',
          'must be left out without database.secretArn: nothing calls Secrets Manager',
          secretsManager,
        )
      : undefined,
  ({ cache }) =>
    cache.autoScaling !== undefined && !SCALABLE.test(cache.nodeType)
      ? violation(
          'cache.autoScaling',
          `is not possible on ${cache.nodeType}: ElastiCache scales large, xlarge and 2xlarge nodes of the R, M and C families; no T node`,
          cache.autoScaling,
        )
      : undefined,
  ({ cache: { autoScaling, shards } }) =>
    autoScaling !== undefined && (autoScaling.minShards > shards || autoScaling.maxShards < shards)
      ? violation('cache.autoScaling', `must include the ${shards} shards of cache.shards`, autoScaling)
      : undefined,
  ({ cache: { snapshotRetentionDays, retainData } }) =>
    retainData && snapshotRetentionDays === 0
      ? violation('cache.snapshotRetentionDays', 'must be at least 1 where cache.retainData is set', 0)
      : undefined,
  ({ cache }) => windowViolation(cache.snapshotWindow, cache.maintenanceWindow),
  ({ api }) =>
    api.exposure === 'private' && api.vpcEndpointId !== undefined && api.privateDns
      ? violation(
          'api.privateDns',
          `belongs to the endpoint ${api.vpcEndpointId}, which this stage does not change; leave it out, and see what it has with: aws ec2 describe-vpc-endpoints --vpc-endpoint-ids ${api.vpcEndpointId} --query "VpcEndpoints[].PrivateDnsEnabled"`,
          true,
        )
      : undefined,
  ({ api }) =>
    api.exposure === 'private' &&
    api.vpcEndpointId !== undefined &&
    api.vpcEndpointSecurityGroupId === undefined &&
    api.callerSecurityGroupIds.length > 0
      ? violation(
          'api.callerSecurityGroupIds',
          `need api.vpcEndpointSecurityGroupId, the group of ${api.vpcEndpointId} that shall admit them (aws ec2 describe-vpc-endpoints --vpc-endpoint-ids ${api.vpcEndpointId} --query "VpcEndpoints[].Groups"); leave them out if it admits them already`,
          api.callerSecurityGroupIds,
        )
      : undefined,
  ({ api }) =>
    api.exposure === 'private' && api.vpcEndpointId === undefined && api.vpcEndpointSecurityGroupId !== undefined
      ? violation(
          'api.vpcEndpointSecurityGroupId',
          'belongs to an endpoint that exists; name it in api.vpcEndpointId, or leave both out and one is made',
          api.vpcEndpointSecurityGroupId,
        )
      : undefined,
  ({ api }) =>
    api.exposure === 'regional' && api.callers.length === 0 && api.oidc === undefined
      ? violation('api.callers', 'must name a principal, or api.oidc a web host: the API answers nobody else', [])
      : undefined,
];

/** @returns every violation; none if the settings can be deployed. */
export function limitViolations(settings: StageSettings, stage: string): SettingViolation[] {
  return CHECKS.map((check) => check(settings, stage)).filter((found) => found !== undefined);
}

/** The daily snapshot window must be an hour or more and must not fall into the weekly maintenance window. */
function windowViolation(snapshot: string, maintenance: string): SettingViolation | undefined {
  const [start = '', end = ''] = snapshot.split('-');
  const snapshotMinutes = (clock(end) - clock(start) + 1_440) % 1_440;
  if (snapshotMinutes < 60) return violation('cache.snapshotWindow', 'must last at least 60 minutes', snapshot);
  const [from = '', to = ''] = maintenance.split('-');
  const maintenanceStart = weekMinute(from);
  const maintenanceMinutes = (weekMinute(to) - maintenanceStart + MINUTES_A_WEEK) % MINUTES_A_WEEK;
  if (maintenanceMinutes < 60)
    return violation('cache.maintenanceWindow', 'must last at least 60 minutes', maintenance);
  const overlap = DAYS.some((_, day) => {
    const snapshotStart = day * 1_440 + clock(start);
    const gap = (snapshotStart - maintenanceStart + MINUTES_A_WEEK) % MINUTES_A_WEEK;
    return gap < maintenanceMinutes || MINUTES_A_WEEK - gap < snapshotMinutes;
  });
  return overlap
    ? violation('cache.snapshotWindow', `must not overlap cache.maintenanceWindow (${maintenance})`, snapshot)
    : undefined;
}

function clock(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function weekMinute(text: string): number {
  return DAYS.indexOf(text.slice(0, 3)) * 1_440 + clock(text.slice(4));
}
