import { Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { alarmedStage } from '../../../constructs/observability/alarmed-stage';
import { Alarms } from '../../../constructs/observability/alarms';
import { dev } from '../../../stages/examples';
import { parseSettings } from '../../../stages/parse-settings';
import { withTemporaryApp } from '../../preflight/temporary-app';
import { alarmDefinitions, type AlarmDefinition } from '../alarms/definitions';
import type { StageShape } from '../stage/target';

/** The stage dimension that local functions emit, and the first part of local nodes' ids. */
export const LOCAL = 'local';

/**
 * @returns the alarms that a stage of this shape would have, from its own construct; the rest of the stage, which takes seconds to
 * synthesise, has none.
 */
export function localAlarms(shards: number, replicasPerShard = 0): AlarmDefinition[] {
  return withTemporaryApp((app) => {
    // In a stage, as the stacks of a real one: CDK checks templates of the app itself, which takes seconds.
    const stack = new Stack(new Stage(app, 'Stage'), 'Alarms');
    const [pages, notices] = [new Topic(stack, 'Pages'), new Topic(stack, 'Notices')];
    new Alarms(stack, 'Alarms', { ...localShape(shards, replicasPerShard), pages, notices });
    return alarmDefinitions(Template.fromStack(stack), `${LOCAL}-`);
  });
}

/** @returns what the alarms and the dashboard of a stage of this shape depend on. */
export function localShape(shards: number, replicasPerShard = 0): StageShape {
  const cache = { ...dev.cache, replicationGroupId: LOCAL, shards, replicasPerShard };
  // It is never deployed, whatever the nodes would cost; and there is no queue here.
  const settings = parseSettings(LOCAL, { ...dev, cache, monthlyBudgetUsd: 1_000_000 });
  return { stage: alarmedStage(LOCAL, settings, LOCAL), databaseInstance: LOCAL };
}

/** Ids of the nodes as ElastiCache would give them: primaries first, in the order in which the local cluster started them. */
export function localNodeId(position: number, shards: number): string {
  const [shard, node] = [position % shards, Math.floor(position / shards)];
  return `${LOCAL}-${String(shard + 1).padStart(4, '0')}-${String(node + 1).padStart(3, '0')}`;
}
