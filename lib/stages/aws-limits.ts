import { GLOBAL_DATASTORE_CHECKS } from './global-datastore-limits';
import { isExample } from './example-values';
import type { StageSettings } from './settings';
import { violation, type Check, type SettingViolation } from './violation';
import { windowViolation } from './windows';
import { zoneViolation } from './zones';

/** Node types that ElastiCache scales by itself (AmazonElastiCache/latest/dg, AutoScaling). */
const SCALABLE = /^cache\.(r5|r6g|r7g|r8g|m5|m6g|m7g|m8g|c7gn|c8gn)\.(large|xlarge|2xlarge)$/;

/** Principals of accounts that nobody named. An example is refused by a deploy anyway, with the setting to write. */
function strangers(
  setting: string,
  principals: readonly string[],
  accounts: readonly string[],
  rule: string,
): SettingViolation | undefined {
  const stranger = principals.find((arn) => !isExample(arn) && !accounts.includes(arn.split(':')[4] ?? ''));
  return stranger === undefined ? undefined : violation(setting, rule, stranger);
}

/** What AWS refuses only in the middle of a deploy, or would accept and nobody wants. */
const CHECKS: readonly Check[] = [
  ({ cache }, stage) =>
    stage === 'prod' && !cache.retainData
      ? violation('cache.retainData', 'must be true for prod: conversations and preferences are nowhere else', false)
      : undefined,
  ({ cache }) =>
    cache.durability !== undefined && Number(cache.engineVersion.split('.')[0]) < 9
      ? violation(
          'cache.durability',
          `needs Valkey 9.0; cache.engineVersion is ${cache.engineVersion}`,
          cache.durability,
        )
      : undefined,
  ({ cache }) =>
    cache.retainData && !cache.multiAz
      ? violation(
          'cache.multiAz',
          'must be true where cache.retainData is set, so that what is kept survives a zone; it needs ' +
            'cache.replicasPerShard of 1 or more and two availability zones',
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
  ({ network, images }) =>
    images !== undefined && images.subnetIds.length !== network.availabilityZones.length
      ? violation(
          'images.subnetIds',
          `must be one for each of the ${network.availabilityZones.length} availability zones, with a route out ` +
            'through a NAT gateway',
          images.subnetIds,
        )
      : undefined,
  ({ region, network }) => zoneViolation('network.availabilityZones', region, network.availabilityZones),
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
          'network.secretsManager.by',
          'must say how the functions reach Secrets Manager, since database.secretArn is set: { by: ' +
            '"new-endpoint" }, { by: "existing-endpoint", securityGroupId } or { by: "nat", destinations, reason }',
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
          `is not possible on ${cache.nodeType}: ElastiCache scales large, xlarge and 2xlarge nodes of the R, M ` +
            'and C families; no T node',
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
          `belongs to the endpoint ${api.vpcEndpointId}, which this stage does not change; leave it out`,
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
          `need api.vpcEndpointSecurityGroupId, the group of ${api.vpcEndpointId} that shall admit them; leave ` +
            'them out if it admits them already',
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
  ({ region, account, api: { domain } }) =>
    domain === undefined || domain.certificateArn.includes(`:${region}:${account}:`)
      ? undefined
      : violation(
          'api.domain.certificateArn',
          `must be a certificate of account ${account} in ${region}: API Gateway takes no other`,
          domain.certificateArn,
        ),
  ({ account, api }) =>
    strangers(
      'api.callers',
      api.callers.map(({ principal }) => principal),
      [account, ...api.otherAccounts],
      `must be roles or users of account ${account}; name another account in api.otherAccounts first`,
    ),
  ({ account, keyReaders: { roleArns } }) =>
    strangers('keyReaders.roleArns', roleArns, [account], `must be roles or users of account ${account}`),
  ({ account, audit: { readerArns } }) =>
    strangers('audit.readerArns', readerArns, [account], `must be roles or users of account ${account}`),
  ({ api }) =>
    api.exposure === 'regional' && api.callers.length === 0 && api.oidc === undefined
      ? violation('api.callers', 'must name a principal, or api.oidc a web host: the API answers nobody else', [])
      : undefined,
  ({ region, account, pages, chat }) => {
    const elsewhere = ({ webhook }: { webhook?: string | undefined }) =>
      webhook !== undefined && !webhook.includes(`:${region}:${account}:`);
    const secret = pages.find(elsewhere);
    const rule = `webhook must be a secret of account ${account} in ${region}`;
    if (secret !== undefined) return violation('pages', rule, secret.webhook);
    if (chat !== undefined && elsewhere(chat)) return violation('chat', rule, chat.webhook);
    const topic = pages.find((each) => each.topic !== undefined && each.topic.split(':')[3] !== region);
    return topic === undefined
      ? undefined
      : violation('pages', `topic must be in ${region}: an alarm publishes in its own Region only`, topic.topic);
  },
  ({ pages, alarmEmails }) => {
    const twice = pages.find(({ email }) => email !== undefined && alarmEmails.includes(email));
    return twice === undefined
      ? undefined
      : violation('pages', 'must not repeat a recipient of alarmEmails, who gets every page already', twice.email);
  },
  ({ budgetTag, tags }) =>
    budgetTag !== undefined && tags[budgetTag] === undefined
      ? violation('budgetTag', `must be the key of one of tags: ${Object.keys(tags).join(', ')}`, budgetTag)
      : undefined,
  ...GLOBAL_DATASTORE_CHECKS,
];

/** @returns every violation; none if the settings can be deployed. */
export function limitViolations(
  settings: StageSettings,
  stage: string,
  more: readonly Check[] = [],
): SettingViolation[] {
  return [...CHECKS, ...more].map((check) => check(settings, stage)).filter((found) => found !== undefined);
}
