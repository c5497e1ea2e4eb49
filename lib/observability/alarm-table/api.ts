import { definitionOf, FUNCTIONS } from '../../../lambda/contract/functions';
import { FIVE_MINUTES, idle, type AlarmedStage, type AlarmRow, type MetricTerm } from './alarm';

/** Requests in five minutes below which a share says nothing. */
const QUIET = 20;
/** The stage of the API (not ours): its name in every metric. */
export const API_STAGE = 'live';

/** Alarms of API Gateway. */
export function apiAlarms({ groupId }: AlarmedStage): AlarmRow[] {
  const of = (metric: string, statistic: string, resource?: string): MetricTerm => ({
    namespace: 'AWS/ApiGateway',
    metric,
    dimensions: {
      ApiName: groupId,
      Stage: API_STAGE,
      ...(resource === undefined ? {} : { Resource: resource, Method: 'ANY' }),
    },
    statistic,
  });
  const missing = idle('nobody asked');
  const shared = { period: FIVE_MINUTES, fires: 'above', missing } as const;
  // All searches come by this path; a wait for events, which takes seconds on purpose, does not.
  const search = FUNCTIONS.search.paths.at(-1);
  const most = definitionOf('search').timeoutSeconds * 1_000;
  return [
    {
      ...shared,
      ...{ id: 'ApiErrors', threshold: 2, datapoints: 2, periods: 2, severity: 'notify' },
      of: {
        label: 'Answers that are 5xx, %',
        expression: `IF(FILL(all, 0) < ${QUIET}, 0, 100 * FILL(errors, 0) / all)`,
        metrics: { errors: of('5XXError', 'Sum'), all: of('Count', 'Sum') },
      },
      impact: 'More than 2 % of all requests end with 5xx: people get no answer.',
      runbook: 'api-errors',
    },
    {
      ...shared,
      ...{ id: 'ApiLatency', of: of('Latency', 'p95', search), threshold: 500, datapoints: 3, periods: 3 },
      severity: 'notify',
      impact: 'Five in a hundred searches take more than half a second at the gateway: people wait.',
      runbook: 'api-latency',
    },
    {
      ...shared,
      ...{ id: 'ApiLatencyWorst', of: of('Latency', 'p99', search), threshold: most / 2, datapoints: 3, periods: 3 },
      severity: 'notify',
      impact: `One in a hundred searches takes more than ${most / 2} ms at the gateway; cold starts or a store that hangs.`,
      runbook: 'api-latency',
    },
  ];
}
