import { CloudControlClient, paginateListResources } from '@aws-sdk/client-cloudcontrol';
import { EC2Client, paginateDescribeSecurityGroups, paginateDescribeVpcEndpoints } from '@aws-sdk/client-ec2';
import {
  ElastiCacheClient,
  paginateDescribeCacheClusters,
  paginateDescribeCacheParameterGroups,
  paginateDescribeCacheSubnetGroups,
  paginateDescribeUsers,
} from '@aws-sdk/client-elasticache';
import { mostShards } from '../../stages/scaling';
import type { StageSettings } from '../../stages/settings';

/** Counts what the account has in the stage's Region; each asks AWS when it is called. */
export type Usage = ReturnType<typeof usageOf>;

export function usageOf({ region, network, cache }: StageSettings) {
  const elastiCache = { client: new ElastiCacheClient({ region }) };
  const ec2 = { client: new EC2Client({ region }) };
  const clusters = () => all(paginateDescribeCacheClusters(elastiCache, {}), ({ CacheClusters }) => CacheClusters);
  return {
    nodes: async () => sum((await clusters()).map(({ NumCacheNodes }) => NumCacheNodes ?? 0)),
    /**
     * A deploy of a cluster that exists adds what its settings want beyond it; autoscaling may add up to its maximum.
     */
    nodesToAdd: async () => {
      const existing = (await clusters()).filter(
        ({ ReplicationGroupId }) => ReplicationGroupId === cache.replicationGroupId,
      );
      const wanted = mostShards(cache) * (cache.replicasPerShard + 1);
      return Math.max(0, wanted - existing.length);
    },
    parameterGroups: async () => {
      const groups = await all(
        paginateDescribeCacheParameterGroups(elastiCache, {}),
        (page) => page.CacheParameterGroups,
      );
      return groups.filter(({ CacheParameterGroupName = '' }) => !CacheParameterGroupName.startsWith('default.'))
        .length;
    },
    subnetGroups: async () =>
      (await all(paginateDescribeCacheSubnetGroups(elastiCache, {}), (page) => page.CacheSubnetGroups)).length,
    users: async () => (await all(paginateDescribeUsers(elastiCache, {}), ({ Users }) => Users)).length,
    interfaceEndpoints: async () => {
      const Filters = [
        { Name: 'vpc-id', Values: [network.vpcId] },
        { Name: 'vpc-endpoint-type', Values: ['Interface'] },
      ];
      return (await all(paginateDescribeVpcEndpoints(ec2, { Filters }), ({ VpcEndpoints }) => VpcEndpoints)).length;
    },
    securityGroups: async () =>
      (await all(paginateDescribeSecurityGroups(ec2, {}), ({ SecurityGroups }) => SecurityGroups)).length,
    logResourcePolicies: async () => {
      const client = new CloudControlClient({ region });
      const pages = paginateListResources({ client }, { TypeName: 'AWS::Logs::ResourcePolicy' });
      return (await all(pages, ({ ResourceDescriptions }) => ResourceDescriptions)).length;
    },
  };
}

async function all<Page, Item>(pages: AsyncIterable<Page>, items: (page: Page) => Item[] | undefined): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
