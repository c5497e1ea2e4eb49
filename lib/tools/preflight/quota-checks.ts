import { paginateListServiceQuotas, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { StageSettings } from '../../stages/settings';
import { attempt } from './attempt';
import { ok, problem, warning, type Finding } from './finding';
import { OwnResources } from './own-stacks';
import { plannedResources } from './planned-resources';
import { usageOf, type Usage } from './usage';

interface Quota {
  subject: string;
  /** Service Quotas' code of the service, and the quota's name there; a number where it can't be raised. */
  limit: { service: string; name: RegExp } | number;
  used: keyof Usage;
  /** What a deploy makes of it, by its type in the template. */
  type?: string;
  way: string;
}

/**
 * Names: Service Quotas console; fixed ones: CloudWatch Logs guide, cloudwatch_limits_cwl; AmazonElastiCache/latest/dg,
 * Clusters.RBAC.
 */
const QUOTAS: readonly Quota[] = [
  {
    subject: 'ElastiCache nodes',
    limit: { service: 'elasticache', name: /^Nodes per Region$/ },
    used: 'nodes',
    way: 'Ask for more: aws service-quotas request-service-quota-increase; or lower cache.shards.',
  },
  {
    subject: 'ElastiCache parameter groups',
    limit: { service: 'elasticache', name: /^Parameter groups per Region$/ },
    used: 'parameterGroups',
    type: 'AWS::ElastiCache::ParameterGroup',
    way: 'Delete one that nobody uses, or ask for more.',
  },
  {
    subject: 'ElastiCache subnet groups',
    limit: { service: 'elasticache', name: /^Subnet groups per Region$/ },
    used: 'subnetGroups',
    type: 'AWS::ElastiCache::SubnetGroup',
    way: 'Delete one that nobody uses, or ask for more.',
  },
  {
    subject: 'ElastiCache users',
    limit: 1_000,
    used: 'users',
    type: 'AWS::ElastiCache::User',
    way: 'Delete those that nobody uses: aws elasticache describe-users',
  },
  {
    subject: 'interface endpoints of the VPC',
    limit: { service: 'vpc', name: /^Interface VPC endpoints per VPC$/ },
    used: 'interfaceEndpoints',
    type: 'AWS::EC2::VPCEndpoint',
    way: 'Use one that exists (api.vpcEndpointId), or ask for more.',
  },
  {
    subject: 'security groups',
    limit: { service: 'vpc', name: /^VPC security groups per Region$/ },
    used: 'securityGroups',
    type: 'AWS::EC2::SecurityGroup',
    way: 'Delete those that nobody uses, or ask for more.',
  },
  {
    subject: 'log resource policies',
    limit: 10,
    used: 'logResourcePolicies',
    type: 'AWS::Logs::ResourcePolicy',
    way: 'It can not be raised: merge policies (aws logs describe-resource-policies).',
  },
];

/** Whether what a deploy adds still fits beside what the account has. */
export async function checkQuotas(settings: StageSettings, stage: string): Promise<Finding[]> {
  const planned = plannedResources(stage, settings);
  const own = await OwnResources.of(settings);
  const usage = usageOf(settings);
  const limits = await limitsOf(settings.region, [
    ...new Set(QUOTAS.flatMap(({ limit }) => (typeof limit === 'number' ? [] : [limit.service]))),
  ]);
  const findings = await Promise.all(
    QUOTAS.map(({ subject, limit, used: count, type, way }) =>
      attempt(subject, async () => {
        const allowed = typeof limit === 'number' ? limit : limits.find(({ name }) => limit.name.test(name))?.value;
        if (allowed === undefined)
          return warning(
            subject,
            `Service Quotas does not list it`,
            'Look by hand: aws service-quotas list-service-quotas --service-code elasticache (or vpc)',
          );
        const used = await usage[count]();
        const more =
          type === undefined
            ? await usage.nodesToAdd()
            : Math.max(0, planned.filter((each) => each.type === type).length - own.count(type));
        const found = `${used} used, ${more} more, ${allowed} allowed`;
        return used + more <= allowed ? ok(subject, found) : problem(subject, found, way);
      }),
    ),
  );
  return findings.flat();
}

async function limitsOf(region: string, services: readonly string[]): Promise<{ name: string; value: number }[]> {
  const found: { name: string; value: number }[] = [];
  for (const ServiceCode of services) {
    const pages = paginateListServiceQuotas({ client: new ServiceQuotasClient({ region }) }, { ServiceCode });
    for await (const { Quotas = [] } of pages)
      for (const { QuotaName = '', Value } of Quotas)
        if (Value !== undefined) found.push({ name: QuotaName, value: Value });
  }
  return found;
}
