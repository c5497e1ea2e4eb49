import type { AlarmedStage, AlarmRow } from './alarm';
import { answerAlarms } from './answers';
import { apiAlarms } from './api';
import { conversationAlarms } from './conversation';
import { functionAlarms } from './functions';
import { nodeAlarms } from './nodes';
import { warmUpAlarms } from './warm-up';

/**
 * Every metric alarm of a stage. Nothing here knows of CDK: the stacks, the costs, the runbooks and the tests read it.
 */
export function alarmTable(stage: AlarmedStage): AlarmRow[] {
  return [
    ...answerAlarms(stage),
    ...conversationAlarms(stage),
    ...apiAlarms(stage),
    ...functionAlarms(stage),
    ...warmUpAlarms(stage),
    ...nodeAlarms(stage),
  ];
}
