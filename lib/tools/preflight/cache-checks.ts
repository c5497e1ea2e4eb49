import {
  DescribeCacheEngineVersionsCommand,
  DescribeReservedCacheNodesOfferingsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, warning, type Finding } from './finding';

export async function checkEngine({ region, cache: { engineVersion } }: StageSettings): Promise<Finding> {
  const { CacheEngineVersions = [] } = await new ElastiCacheClient({ region }).send(
    new DescribeCacheEngineVersionsCommand({ Engine: 'valkey' }),
  );
  const offered = CacheEngineVersions.map((each) => each.EngineVersion ?? '');
  if (offered.some((version) => version === engineVersion || version.startsWith(`${engineVersion}.`)))
    return ok('Valkey', `${engineVersion} is offered in ${region}`);
  const way = `Set cache.engineVersion to one of them; it is ${engineVersion}.`;
  return problem('Valkey', `${region} offers ${offered.join(', ') || 'no version'}`, way);
}

/** No API lists the node types of a Region; the offers of reserved nodes do, for all that can be reserved. */
export async function checkNodeType({ region, cache: { nodeType } }: StageSettings): Promise<Finding> {
  const { ReservedCacheNodesOfferings = [] } = await new ElastiCacheClient({ region }).send(
    new DescribeReservedCacheNodesOfferingsCommand({ CacheNodeType: nodeType }),
  );
  if (ReservedCacheNodesOfferings.length > 0) return ok('node type', `${nodeType} is offered in ${region}`);
  return warning(
    'node type',
    `${region} has no offer of ${nodeType} for reservation`,
    'See what it has: aws elasticache describe-reserved-cache-nodes-offerings; then set cache.nodeType.',
  );
}
