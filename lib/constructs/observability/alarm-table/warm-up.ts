import { METRICS, type MetricName } from '../../../../lambda/contract/metrics';
import { own, type Statistic } from '../promises/metric-term';
import { promiseOf } from '../promises/promises';
import { FIVE_MINUTES, idle, MINUTE, QUARTER, watch, type AlarmedStage, type AlarmRow } from './alarm';

/** Alarms of the warm-up, and of the age of what it publishes. */
export function warmUpAlarms(stage: AlarmedStage): AlarmRow[] {
  const of = (metric: MetricName, statistic: Statistic) => own(stage.name, metric, statistic);
  return [
    {
      ...{
        id: 'WarmUpMissing',
        of: of(METRICS.warmUpSucceeded, 'Sum'),
        period: FIVE_MINUTES,
        threshold: 1,
        fires: 'below',
      },
      ...{ datapoints: 3, periods: 3, missing: { as: 'breaching', because: 'means just that' }, severity: 'notify' },
      impact:
        'No warm-up has ended well for 15 minutes; after 24 hours the index expires and every search costs a query.',
      runbook: 'warm-up-missing',
    },
    {
      ...{
        id: 'WarmUpFailed',
        of: of(METRICS.warmUpFailed, 'Sum'),
        period: FIVE_MINUTES,
        threshold: 2,
        fires: 'above',
      },
      ...{ datapoints: 2, periods: 2, missing: idle('no warm-up failed'), severity: 'notify' },
      impact: 'Warm-ups fail again and again, or refuse what the table holds; searches show the catalogue of before.',
      runbook: 'warm-up-failed',
    },
    {
      ...{
        id: 'IndexAge',
        of: of(METRICS.indexAge, 'Maximum'),
        period: FIVE_MINUTES,
        threshold: 1_800,
        fires: 'above',
      },
      ...{ datapoints: 3, periods: 3, missing: idle('nobody searched'), severity: 'notify' },
      impact: 'What people find was last confirmed more than half an hour ago: cars that are sold are still shown.',
      runbook: 'index-age',
    },
    {
      id: 'Freshness',
      ...watch(promiseOf(stage, 'freshness'), 1),
      ...{ period: QUARTER, datapoints: 2, periods: 2, missing: idle('no catalogue was replaced'), severity: 'notify' },
      impact: 'A change of the table takes more than a minute to reach what people see: sold cars and old prices.',
      runbook: 'freshness',
    },
    {
      id: 'WarmUpDeadLetters',
      of: {
        namespace: 'AWS/SQS',
        metric: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: stage.deadLetterQueue },
        statistic: 'Maximum',
      },
      ...{ period: MINUTE, threshold: 0, fires: 'above', datapoints: 1, periods: 1, severity: 'notify' },
      missing: idle('SQS reports nothing for an idle queue'),
      impact: 'A warm-up could not be delivered, or failed twice; the catalogue gets older if it was not the only one.',
      runbook: 'dead-letters',
    },
  ];
}
