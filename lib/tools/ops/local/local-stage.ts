import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../../carfin-stage';
import { PROJECT_ROOT } from '../../../constructs/functions/bundle';
import { dev } from '../../../stages/examples';
import { withTemporaryApp } from '../../preflight/temporary-app';
import { alarmDefinitions, type AlarmDefinition } from '../alarms/definitions';

/** The stage dimension that local functions emit, and the first part of local nodes' ids. */
export const LOCAL = 'local';

/** @returns the alarms that a stage of this shape would have, from its own template; no bundle is made. */
export function localAlarms(shards: number, replicasPerShard = 0): AlarmDefinition[] {
  const cache = { ...dev.cache, replicationGroupId: LOCAL, shards, replicasPerShard };
  // It is never deployed: only the template's alarms are read, whatever the nodes would cost.
  const settings = { ...dev, cache, monthlyBudgetUsd: 1_000_000 };
  return withTemporaryApp((app) => {
    const { service } = new CarFinStage(app, LOCAL, settings, () => Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`));
    return alarmDefinitions(Template.fromStack(service), `${LOCAL}-`);
  });
}

/** Ids of the nodes as ElastiCache would give them: primaries first, in the order in which the local cluster started them. */
export function localNodeId(position: number, shards: number): string {
  const [shard, node] = [position % shards, Math.floor(position / shards)];
  return `${LOCAL}-${String(shard + 1).padStart(4, '0')}-${String(node + 1).padStart(3, '0')}`;
}
