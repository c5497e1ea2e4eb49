import { violation, type Check } from './violation';
import { zoneViolation } from './zones';

const SETTING = 'cache.globalDatastore';
/** Families and sizes of a global datastore (AmazonElastiCache/latest/dg, Redis-Global-Datastores-Getting-Started). */
const GLOBAL_NODES = /^cache\.(m5|m6g|m7g|m8g|r5|r6g|r6gd|r7g|r8g|c7gn|c8gn)\.\d*x?large$/;

/** What ElastiCache refuses of a global datastore. */
export const GLOBAL_DATASTORE_CHECKS: readonly Check[] = [
  ({ cache: { globalDatastore } }, stage) =>
    globalDatastore !== undefined && stage === 'dev'
      ? violation(SETTING, 'is for stages that people rely on; leave it out of dev', globalDatastore.suffix)
      : undefined,
  ({ cache: { globalDatastore, nodeType } }) =>
    globalDatastore !== undefined && !GLOBAL_NODES.test(nodeType)
      ? violation(
          SETTING,
          `is not possible on ${nodeType}: it needs large or larger nodes of the M, R and C families; no T node`,
          nodeType,
        )
      : undefined,
  ({ cache: { globalDatastore, autoScaling } }) =>
    globalDatastore !== undefined && autoScaling !== undefined
      ? violation(
          'cache.autoScaling',
          'must be left out with cache.globalDatastore: its clusters do not scale by themselves',
          autoScaling,
        )
      : undefined,
  ({ cache: { globalDatastore, replicasPerShard } }) =>
    globalDatastore !== undefined && replicasPerShard === 0
      ? violation(SETTING, 'needs at least one replica a shard; set cache.replicasPerShard to 1', 0)
      : undefined,
  ({ region, cache: { globalDatastore } }) => {
    const regions = [region, ...(globalDatastore?.secondaries ?? []).map((each) => each.region)];
    return new Set(regions).size < regions.length
      ? violation(`${SETTING}.secondaries`, `must each be in another Region, and none in ${region}`, regions.slice(1))
      : undefined;
  },
  ({ cache: { globalDatastore } }) => {
    for (const [i, { region, availabilityZones, subnetIds }] of (globalDatastore?.secondaries ?? []).entries()) {
      const path = `${SETTING}.secondaries.${i}`;
      const zones = zoneViolation(`${path}.availabilityZones`, region, availabilityZones);
      if (zones !== undefined) return zones;
      if (subnetIds.length !== availabilityZones.length)
        return violation(
          `${path}.subnetIds`,
          `must be one for each of the ${availabilityZones.length} zones`,
          subnetIds,
        );
    }
    return undefined;
  },
  ({ cache: { globalDatastore } }) =>
    globalDatastore?.id !== undefined && !globalDatastore.id.endsWith(`-${globalDatastore.suffix}`)
      ? violation(`${SETTING}.id`, `must end in -${globalDatastore.suffix}, as AWS makes it`, globalDatastore.id)
      : undefined,
];
