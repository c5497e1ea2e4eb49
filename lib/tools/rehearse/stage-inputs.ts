import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StageInput } from '../../stages/settings';
import { AGENTS } from './existing-account';
import { ABROAD, DOMAIN, INSIDE_DOMAIN, type Things } from './existing-things';
import { ACCOUNT } from './emulator';

/** Stages that beside production take between them every option of the settings: a test holds them to that. */

export const WEB = { stage: 'web', group: 'carfin-web' };
export const INSIDE = { stage: 'inside', group: 'carfin-inside' };
export const OIDC = {
  issuer: 'oidc.web-host.test/team',
  audience: 'https://web-host.test/team',
  subject: 'owner:team:project:carfin:environment:production',
};

/** For callers from the internet. @param provider the account's OIDC provider is made by it, or exists */
export function webInput(prod: StageInput, things: Things, provider: 'make' | 'exists'): StageInput {
  return {
    ...prod,
    ...people(things),
    network: {
      ...prod.network,
      secretsManager: {
        by: 'nat',
        destinations: ['0.0.0.0/0'],
        reason: 'The egress firewall admits Secrets Manager and nothing else',
      },
    },
    database: { ...prod.database, secretArn: things.databaseSecret },
    cache: {
      ...prod.cache,
      replicationGroupId: WEB.group,
      shards: 2,
      replicasPerShard: 1,
      retainData: false,
      readOnlyKeyPatterns: false,
      autoScaling: { minShards: 1, maxShards: 4, targetCpuPercent: 60 },
    },
    api: {
      exposure: 'regional',
      callers: [{ principal: AGENTS, scopes: ['search', 'conversation', 'erase'] }],
      otherAccounts: ['777788889999'],
      // Prod has made it: a second one would overwrite it.
      logRole: 'exists',
      domain: { name: DOMAIN, certificateArn: things.certificate },
      oidc: { ...OIDC, provider, scopes: ['search', 'conversation'] },
    },
    images: {
      origin: 'https://photos.carfin.test',
      path: '/{photo}001.jpg',
      photoPattern: 'carpicture\\d{2}/pic\\d{4}/\\d{1,10}_',
      subnetIds: things.photoSubnets,
      destinations: ['0.0.0.0/0'],
      memoryMib: 128,
    },
    freshnessSeconds: 5,
  };
}

/** Who is woken, who is told, who may read, and who pays. */
function people(things: Things) {
  return {
    pages: [{ sms: '+821000000000' }, { topic: things.topic }, { email: 'second@carfin.kr' }],
    chat: { webhook: things.chatSecret },
    runbookUrl: 'https://wiki.carfin.test/runbooks',
    noticeEmails: ['morning@carfin.kr'],
    keyReaders: { securityGroupIds: [things.agentsGroup], roleArns: [AGENTS] },
    audit: { retention: RetentionDays.ONE_YEAR, readerArns: [`arn:aws:iam::${ACCOUNT}:role/engineer`] },
    tags: { project: 'cars', stage: WEB.stage },
    budgetTag: 'stage',
    monthlyBudgetUsd: 5_000,
  } satisfies Partial<StageInput>;
}

/**
 * For callers in the VPC, with a copy in another Region. It begins on endpoints that exist.
 * @param datastoreId what AWS made of the suffix; with it the copy is made, and endpoints of the stage's own
 */
export function insideInput(prod: StageInput, things: Things, datastoreId?: string): StageInput {
  const begins = datastoreId === undefined;
  return {
    ...prod,
    network: {
      ...prod.network,
      secretsManager: begins
        ? { by: 'existing-endpoint', securityGroupId: things.endpointGroup }
        : { by: 'new-endpoint' },
    },
    database: { ...prod.database, secretArn: things.databaseSecret },
    cache: {
      ...prod.cache,
      replicationGroupId: INSIDE.group,
      engineVersion: '9.0',
      durability: 'sync',
      shards: 1,
      replicasPerShard: 1,
      retainData: false,
      globalDatastore: {
        suffix: 'carfin',
        secondaries: [{ region: ABROAD, ...things.abroad, transferGround: 'consent' }],
        ...(begins ? {} : { id: datastoreId }),
      },
    },
    api: {
      exposure: 'private',
      callers: [AGENTS],
      logRole: 'exists',
      domain: { name: INSIDE_DOMAIN, certificateArn: things.certificate },
      callerSecurityGroupIds: [things.agentsGroup],
      ...(begins
        ? { vpcEndpointId: things.apiEndpoint, vpcEndpointSecurityGroupId: things.endpointGroup }
        : { privateDns: true }),
    },
    canary: false,
    // The emulator lists a subscription as confirmed that nobody has confirmed, so a test of pages would wait for it.
    pages: [{ webhook: things.webhookSecret }],
    tags: { project: 'cars', stage: INSIDE.stage },
  };
}
