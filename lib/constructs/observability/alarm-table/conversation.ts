import { DATABASE_DOWN, DATABASE_FAILED, VALKEY_DOWN, VALKEY_FAILED } from '../../../../lambda/contract/causes';
import { promiseOf, type PromiseId } from '../promises/promises';
import { HOUR, idle, QUARTER, watch, type AlarmedStage, type AlarmRow } from './alarm';

/** Reads, questions and scores below which a share says nothing. */
const QUIET = 20;

/** Alarms of what conversations promise. */
export function conversationAlarms(stage: AlarmedStage): AlarmRow[] {
  const promise = (id: PromiseId) => promiseOf(stage, id);
  const quarter = { period: QUARTER, datapoints: 1, periods: 1 } as const;
  return [
    {
      id: 'Continuity',
      ...watch(promise('continuity'), QUIET),
      ...quarter,
      missing: idle('nobody came back to a session or chat'),
      severity: 'part',
      causes: [...VALKEY_DOWN, ...VALKEY_FAILED],
      impact:
        `Less than ${promise('continuity').target} % of the sessions and chats that should be there are found: ` +
        'people have to begin again.',
      runbook: 'continuity',
    },
    {
      id: 'Completion',
      ...watch(promise('completion'), QUIET),
      ...quarter,
      missing: idle('nobody asked'),
      severity: 'part',
      causes: [...VALKEY_DOWN, ...DATABASE_DOWN, ...VALKEY_FAILED, ...DATABASE_FAILED],
      impact: `Less than ${promise('completion').target} % of the questions in sessions are answered.`,
      runbook: 'completion',
    },
    {
      id: 'Satisfaction',
      ...watch(promise('satisfaction'), QUIET),
      period: 6 * HOUR,
      datapoints: 4,
      periods: 4,
      missing: idle('nobody gave a score'),
      severity: 'notify',
      causes: ['peopleUnhappy', 'noCatalogue', 'pinned', 'databaseSlow'],
      impact: `For a day people have given less than ${promise('satisfaction').target} of 5 on average.`,
      runbook: 'satisfaction',
    },
  ];
}
