import { DATABASE_DOWN, VALKEY_DOWN } from '../../../../lambda/contract/causes';
import { METRICS } from '../../../../lambda/contract/metrics';
import { ofFunction, own } from '../../../../lambda/contract/metric-term';
import { promiseOf } from '../promises/promises';
import { FIVE_MINUTES, idle, inARow, MINUTE, QUARTER, watch, type AlarmedStage, type AlarmRow } from './alarm';

/** A warm-up reads the one and writes the other. */
const STORES = [...DATABASE_DOWN, ...VALKEY_DOWN] as const;

/** Alarms of the warm-up, and of the age of what it publishes: parts of one alarm. */
export function warmUpAlarms(stage: AlarmedStage): AlarmRow[] {
  return [...runAlarms(stage), ...ageAlarms(stage), deadLetters(stage)];
}

/** Whether warm-ups run and end well. */
function runAlarms({ name, groupId }: AlarmedStage): AlarmRow[] {
  return [
    {
      id: 'WarmUpMissing',
      of: {
        label: 'Warm-ups that ended well',
        // A stage that is being deployed runs none; one that has stopped running shows in IndexAge and the dead
        // letters.
        expression: 'IF(FILL(runs, 0) < 1, 1, FILL(well, 0))',
        metrics: {
          runs: ofFunction(groupId, 'warm-up', 'Invocations', 'Sum'),
          well: own(name, METRICS.warmUpSucceeded, 'Sum'),
        },
      },
      ...inARow(3, FIVE_MINUTES),
      threshold: 1,
      fires: 'below',
      missing: idle('no warm-up ran'),
      severity: 'part',
      impact:
        'No warm-up has ended well for 15 minutes; after 24 hours the index expires and every search costs a query.',
      causes: [...STORES, 'databaseConnectionsEnd', 'warmUpFails', 'functionsFail', 'valkeySlow', 'warmUpMissing'],
      runbook: 'warm-up-missing',
    },
    {
      id: 'WarmUpFailed',
      of: own(name, METRICS.warmUpFailed, 'Sum'),
      ...inARow(2, FIVE_MINUTES),
      threshold: 2,
      fires: 'above',
      missing: idle('no warm-up failed'),
      severity: 'part',
      impact: 'Warm-ups fail again and again, or refuse what the table holds; searches show the catalogue of before.',
      causes: [...STORES, 'databaseConnectionsEnd', 'warmUpFails', 'pinned'],
      runbook: 'warm-up-failed',
    },
  ];
}

/** How old is what people find. */
function ageAlarms(stage: AlarmedStage): AlarmRow[] {
  return [
    {
      id: 'IndexAge',
      of: own(stage.name, METRICS.indexAge, 'Maximum'),
      ...inARow(3, FIVE_MINUTES),
      threshold: 1_800,
      fires: 'above',
      missing: idle('nobody searched'),
      severity: 'part',
      impact: 'What people find was last confirmed more than half an hour ago: cars that are sold are still shown.',
      causes: [
        ...STORES,
        'databaseConnectionsEnd',
        'warmUpFails',
        'warmUpMissing',
        'pinned',
        'noCatalogue',
        'clockWrong',
      ],
      runbook: 'index-age',
    },
    {
      id: 'Freshness',
      ...watch(promiseOf(stage, 'freshness'), 1),
      ...inARow(2, QUARTER),
      missing: idle('no catalogue was replaced'),
      severity: 'part',
      causes: ['warmUpFails', 'warmUpMissing', 'databaseSlow', 'valkeySlow', 'pinned'],
      impact: 'A change of the table takes more than a minute to reach what people see: sold cars and old prices.',
      runbook: 'freshness',
    },
  ];
}

function deadLetters({ deadLetterQueue }: AlarmedStage): AlarmRow {
  return {
    id: 'WarmUpDeadLetters',
    of: {
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: deadLetterQueue },
      statistic: 'Maximum',
    },
    ...inARow(1, MINUTE),
    threshold: 0,
    fires: 'above',
    missing: idle('SQS reports nothing for an idle queue'),
    severity: 'part',
    impact:
      'A warm-up could not be delivered, or failed twice; the catalogue gets older if it was not the only one. ' +
      'Or lines of the audit log could not be written.',
    causes: ['functionsThrottled', ...STORES, 'warmUpFails', 'warmUpMissing'],
    runbook: 'dead-letters',
  };
}
