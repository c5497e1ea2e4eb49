import { answerAlarms } from './answers';
import type { AlarmedStage, AlarmRow, CompositeRow } from './alarm';
import { apiAlarms } from './api';
import { conversationAlarms } from './conversation';
import { functionAlarms } from './functions';
import { nodeAlarms } from './nodes';
import { warmUpAlarms } from './warm-up';

/** Every metric alarm of a stage. Nothing here knows of CDK: the stacks, the costs, the runbooks and the tests read it. */
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

/** Every composite alarm. Only the first wakes somebody. */
export const COMPOSITES: readonly CompositeRow[] = [
  {
    id: 'PeopleFeelIt',
    when: 'any',
    of: ['SearchesUnanswered', 'ApiErrors', 'SearchLatency', 'ApiLatency', 'Continuity', 'Completion'],
    severity: 'page',
    impact: 'People get no answers, wait for them, or have lost what they said.',
    runbook: 'people-feel-it',
  },
  {
    id: 'ValkeyAvailability',
    when: 'all',
    of: ['ValkeyBurnHour', 'ValkeyBurnFiveMinutes'],
    severity: 'notify',
    impact: 'Valkey uses up its month’s error budget in two days; the database answers in its place.',
    runbook: 'valkey-availability',
  },
  {
    id: 'ValkeyAvailabilitySlow',
    when: 'all',
    of: ['ValkeyBurnSixHours', 'ValkeyBurnHalfHour'],
    severity: 'notify',
    impact: 'Valkey uses up its month’s error budget in five days.',
    runbook: 'valkey-availability',
  },
];
