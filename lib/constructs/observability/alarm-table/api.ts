import { definitionOf } from '../../../../lambda/contract/functions';
import { ofApi, ofSearchApi } from '../promises/metric-term';
import { FIVE_MINUTES, idle, type AlarmedStage, type AlarmRow } from './alarm';

/** Requests in five minutes below which a share says nothing. */
const QUIET = 20;
/** Alarms of API Gateway. */
export function apiAlarms({ groupId }: AlarmedStage): AlarmRow[] {
  const missing = idle('nobody asked');
  const shared = { period: FIVE_MINUTES, fires: 'above', missing } as const;
  const most = definitionOf('search').timeoutSeconds * 1_000;
  return [
    {
      ...shared,
      ...{ id: 'ApiErrors', threshold: 2, datapoints: 2, periods: 2, severity: 'notify' },
      of: {
        label: 'Answers that are 5xx, %',
        expression: `IF(FILL(all, 0) < ${QUIET}, 0, 100 * FILL(errors, 0) / all)`,
        metrics: { errors: ofApi(groupId, '5XXError', 'Sum'), all: ofApi(groupId, 'Count', 'Sum') },
      },
      impact: 'More than 2 % of all requests end with 5xx: people get no answer.',
      runbook: 'api-errors',
    },
    {
      ...shared,
      ...{ id: 'ApiLatency', of: ofSearchApi(groupId, 'Latency', 'p95'), threshold: 500, datapoints: 3, periods: 3 },
      severity: 'notify',
      impact: 'Five in a hundred searches take more than half a second at the gateway: people wait.',
      runbook: 'api-latency',
    },
    {
      ...shared,
      ...{
        id: 'ApiLatencyWorst',
        of: ofSearchApi(groupId, 'Latency', 'p99'),
        threshold: most / 2,
        datapoints: 3,
        periods: 3,
      },
      severity: 'notify',
      impact: `One in a hundred searches takes more than ${most / 2} ms at the gateway; cold starts or a store that hangs.`,
      runbook: 'api-latency',
    },
  ];
}
