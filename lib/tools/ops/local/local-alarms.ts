import { Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { AlarmedStage } from '../../../constructs/observability/alarm-table/alarm';
import { Alarms } from '../../../constructs/observability/alarms';
import { withTemporaryApp } from '../../preflight/temporary-app';
import { alarmDefinitions, type AlarmDefinition } from '../alarms/definitions';
import { LOCAL, localShape } from './local-stage';

/**
 * @param other what the stage has beside that, such as a web ACL
 * @returns the alarms that a stage of this shape would have, from its own construct; the rest of the stage, which takes
 * seconds to synthesise, has none.
 */
export function localAlarms(
  shards: number,
  replicasPerShard = 0,
  other: Partial<AlarmedStage> = {},
): AlarmDefinition[] {
  return withTemporaryApp((app) => {
    // In a stage, as the stacks of a real one: CDK checks templates of the app itself, which takes seconds.
    const stack = new Stack(new Stage(app, 'Stage'), 'Alarms');
    const [pages, notices] = [new Topic(stack, 'Pages'), new Topic(stack, 'Notices')];
    const stage = { ...localShape(shards, replicasPerShard).stage, ...other };
    new Alarms(stack, 'Alarms', { stage, pages, notices });
    return alarmDefinitions(Template.fromStack(stack), `${LOCAL}-`);
  });
}
