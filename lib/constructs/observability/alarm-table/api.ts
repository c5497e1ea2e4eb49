import { METRICS } from '../../../../lambda/contract/metrics';
import { ofApi, ofFunction, own } from '../../../../lambda/contract/metric-term';
import { promiseOf } from '../promises/promises';
import { FIVE_MINUTES, HALF_HOUR, HOUR, idle, inARow, type AlarmedStage, type AlarmRow } from './alarm';

/** Failures in five minutes from which on they are no accident: it is they that are counted, so a few requests that all fail are seen. */
const SEVERAL = 5;
/** Of refusals more: one caller with a wrong credential repeats itself. */
const MANY = 20;

/** Alarms of what people meet at the API. All are parts of the one that pages. */
export function apiAlarms(stage: AlarmedStage): AlarmRow[] {
  const { name, groupId } = stage;
  const all = ofApi(groupId, 'Count', 'Sum');
  const failing = ofApi(groupId, '5XXError', 'Sum');
  const missing = idle('nobody asked');
  const common = { fires: 'above', missing, severity: 'part' } as const;
  return [
    {
      ...common,
      id: 'ApiErrors',
      of: {
        label: 'Answers that are 5xx, %',
        expression: `IF(FILL(errors, 0) < ${SEVERAL}, 0, 100 * errors / all)`,
        metrics: { errors: failing, all },
      },
      ...inARow(1, FIVE_MINUTES),
      threshold: 20,
      impact: 'More than one request in five ends with 5xx: people get no answer.',
      causes: [
        'functionsFail',
        'databaseUnreachable',
        'nodeDown',
        'valkeyUnreachable',
        'functionsThrottled',
        'queriesFail',
        'valkeyFails',
      ],
      runbook: 'api-errors',
    },
    {
      ...common,
      id: 'ApiRefusals',
      of: {
        label: 'Requests that the gateway refused, %',
        // What the handlers refuse is the caller's mistake; what never reaches them (403, 429) is not.
        expression: `IF(FILL(refused, 0) - FILL(invalid, 0) < ${MANY}, 0, 100 * (refused - FILL(invalid, 0)) / all)`,
        metrics: {
          refused: ofApi(groupId, '4XXError', 'Sum'),
          invalid: own(name, METRICS.invalidRequests, 'Sum'),
          all,
        },
      },
      ...inARow(1, FIVE_MINUTES),
      threshold: 50,
      impact: 'More than half of the requests are refused by the gateway (403, 429) before a function sees them.',
      causes: ['functionsThrottled', 'apiRefuses', 'apiUnreachable'],
      runbook: 'api-refusals',
    },
    {
      ...common,
      id: 'Heartbeat',
      of: {
        label: 'Heartbeats that got no answer, %',
        expression: 'IF(FILL(beats, 0) < 4, 0, 100 * (beats - FILL(answered, 0)) / beats)',
        metrics: {
          beats: ofFunction(groupId, 'heartbeat', 'Invocations', 'Sum'),
          answered: own(name, METRICS.heartbeatAnswered, 'Sum'),
        },
      },
      ...inARow(1, FIVE_MINUTES),
      threshold: 50,
      impact:
        'A search that the stage itself asks once a minute, as callers do, gets no answer: nobody reaches the API.',
      causes: [
        'functionsFail',
        'databaseUnreachable',
        'functionsThrottled',
        'apiRefuses',
        'apiUnreachable',
        'nodeDown',
      ],
      runbook: 'heartbeat',
    },
    ...burnAlarms(stage, missing),
    ...blockedAlarms(stage),
  ];
}

/** What WAF keeps from the API: the gateway does not count it among its refusals for certain. */
function blockedAlarms({ webAcl }: AlarmedStage): AlarmRow[] {
  if (webAcl === undefined) return [];
  return [
    {
      id: 'Blocked',
      of: {
        namespace: 'AWS/WAFV2',
        metric: 'BlockedRequests',
        dimensions: { WebACL: webAcl.metric, Region: webAcl.region, Rule: 'ALL' },
        statistic: 'Sum',
      },
      ...inARow(2, FIVE_MINUTES),
      threshold: 100,
      fires: 'above',
      missing: idle('nothing was blocked'),
      severity: 'notify',
      impact: 'WAF blocks requests before the API sees them: an attack, or callers who mean well and get 403.',
      causes: ['apiRefuses', 'apiUnreachable'],
      runbook: 'blocked',
    },
  ];
}

/** How fast the error budget of answers in time burns, as the SRE workbook advises (Alerting on SLOs). */
function burnAlarms(stage: AlarmedStage, missing: AlarmRow['missing']): AlarmRow[] {
  const { parts, formula, target } = promiseOf(stage, 'answered');
  const burn = (id: string, period: number, times: number, fewest: number): AlarmRow => ({
    id,
    of: {
      label: 'Requests that were not answered in time, %',
      expression: `IF(FILL(errors, 0) + FILL(late, 0) < ${fewest}, 0, 100 - ${formula})`,
      metrics: parts,
    },
    ...inARow(1, period),
    threshold: Math.round((100 - target) * times * 1_000) / 1_000,
    fires: 'above',
    missing,
    severity: 'part',
    impact: `Requests fail or are late ${times} times as often as ${target} % allow, over ${period / 60} minutes.`,
    causes: ['functionsFail', 'databaseUnreachable', 'databaseSlow', 'valkeySlow', 'nodeDown', 'queriesFail'],
    runbook: 'answers-in-time',
  });
  return [
    burn('AnsweredBurnHour', HOUR, 14.4, SEVERAL),
    burn('AnsweredBurnFiveMinutes', FIVE_MINUTES, 14.4, SEVERAL),
    burn('AnsweredBurnSixHours', 6 * HOUR, 6, 4 * SEVERAL),
    burn('AnsweredBurnHalfHour', HALF_HOUR, 6, 4 * SEVERAL),
  ];
}
