import { alarmedStage } from '../../../constructs/observability/alarmed-stage';
import { dev } from '../../../stages/examples';
import { parseSettings } from '../../../stages/parse-settings';
import type { StageShape } from '../stage/target';

/** The stage dimension that local functions emit, and the first part of local nodes' ids. */
export const LOCAL = 'local';

/** A local system has photos; where they come from changes no alarm and no graph. */
const PHOTOS = {
  origin: 'https://photos.carfin.example',
  path: '/{photo}',
  photoPattern: '.+',
  subnetIds: [...dev.network.subnetIds],
  destinations: ['0.0.0.0/0'],
};

/**
 * @param freshnessSeconds how often the warm-up looks at the table
 * @returns what the alarms and the dashboard of a stage of this shape depend on.
 */
export function localShape(shards: number, replicasPerShard = 0, freshnessSeconds = 60): StageShape {
  const cache = { ...dev.cache, replicationGroupId: LOCAL, shards, replicasPerShard };
  // It is never deployed, whatever the nodes would cost; and there is no queue here.
  const settings = parseSettings(LOCAL, {
    ...dev,
    cache,
    images: PHOTOS,
    freshnessSeconds,
    monthlyBudgetUsd: 1_000_000,
  });
  return { stage: alarmedStage(LOCAL, settings, LOCAL), databaseInstance: LOCAL };
}

/**
 * Ids of the nodes as ElastiCache would give them: primaries first, in the order in which the local cluster started
 * them.
 */
export function localNodeId(position: number, shards: number): string {
  const [shard, node] = [position % shards, Math.floor(position / shards)];
  return `${LOCAL}-${String(shard + 1).padStart(4, '0')}-${String(node + 1).padStart(3, '0')}`;
}
