import { DATABASE_DOWN, DATABASE_FAILED, VALKEY_DOWN, VALKEY_FAILED } from '../../../../lambda/contract/causes';
import { METRICS } from '../../../../lambda/contract/metrics';
import { definitionOf, type FunctionName } from '../../../../lambda/contract/functions';
import { ofApi, ofFunction, ofPath, own } from '../../../../lambda/contract/metric-term';
import { sumOf } from '../promises/promise-table';
import { promiseOf } from '../promises/promises';
import { burnAlarms, FIVE_MINUTES, idle, inARow, type AlarmedStage, type AlarmRow } from './alarm';

/**
 * Failures in five minutes from which on they are no accident: it is they that are counted, so a few requests that all
 * fail are seen.
 */
const SEVERAL = 5;
/** Of refusals more: one caller with a wrong credential repeats itself. */
const MANY = 20;

/** A part of another alarm, over five minutes. */
const PART = { ...inARow(1, FIVE_MINUTES), fires: 'above', missing: idle('nobody asked'), severity: 'part' } as const;

/** Alarms of what people meet at the API. */
export function apiAlarms(stage: AlarmedStage): AlarmRow[] {
  return [
    ...requestAlarms(stage),
    heartbeat(stage),
    ...burnAlarms('AnsweredBurn', promiseOf(stage, 'answered'), {
      label: 'Requests that were not answered in time, %',
      few: (times) => `FILL(errors, 0) + FILL(late, 0) < ${times > 6 ? SEVERAL : 4 * SEVERAL}`,
      missing: PART.missing,
      what: 'Requests fail or are late',
      causes: [
        'functionsFail',
        ...DATABASE_DOWN,
        ...VALKEY_DOWN,
        'databaseSlow',
        'valkeySlow',
        ...DATABASE_FAILED,
        'valkeyFails',
      ],
      runbook: 'answers-in-time',
    }),
    ...failingAlarms(stage),
    ...blockedAlarms(stage),
  ];
}

/** Requests that end badly, of all. */
function requestAlarms({ name, groupId }: AlarmedStage): AlarmRow[] {
  const all = ofApi(groupId, 'Count', 'Sum');
  return [
    {
      ...PART,
      id: 'ApiErrors',
      of: {
        label: 'Answers that are 5xx, %',
        expression: `IF(FILL(errors, 0) < ${SEVERAL}, 0, 100 * errors / all)`,
        metrics: { errors: ofApi(groupId, '5XXError', 'Sum'), all },
      },
      threshold: 20,
      impact: 'More than one request in five ends with 5xx: people get no answer.',
      causes: [
        'functionsFail',
        ...DATABASE_DOWN,
        ...VALKEY_DOWN,
        'functionsThrottled',
        ...DATABASE_FAILED,
        ...VALKEY_FAILED,
      ],
      runbook: 'api-errors',
    },
    {
      ...PART,
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
      threshold: 50,
      impact: 'More than half of the requests are refused by the gateway (403, 429) before a function sees them.',
      causes: ['functionsThrottled', 'apiRefuses', 'apiUnreachable'],
      runbook: 'api-refusals',
    },
  ];
}

function heartbeat({ name, groupId }: AlarmedStage): AlarmRow {
  return {
    ...PART,
    id: 'Heartbeat',
    of: {
      label: 'Heartbeats that got no answer, %',
      expression: 'IF(FILL(beats, 0) < 4, 0, 100 * (beats - FILL(answered, 0)) / beats)',
      metrics: {
        beats: ofFunction(groupId, 'heartbeat', 'Invocations', 'Sum'),
        answered: own(name, METRICS.heartbeatAnswered, 'Sum'),
      },
    },
    threshold: 50,
    impact: 'A search that the stage itself asks once a minute, as callers do, gets no answer: nobody reaches the API.',
    causes: ['functionsFail', ...DATABASE_DOWN, ...VALKEY_DOWN, 'functionsThrottled', 'apiRefuses', 'apiUnreachable'],
    runbook: 'heartbeat',
  };
}

/**
 * Functions that are deployed by a canary: half of a tenth of one's requests must be seen, which the share of all
 * hides.
 */
const SEEN_ALONE: readonly FunctionName[] = ['search', 'conversation'];

/** Of one function's requests: 5xx of its paths, whether its code said so or ended in an error. */
function failingAlarms({ groupId }: AlarmedStage): AlarmRow[] {
  return SEEN_ALONE.map((name) => {
    const { paths } = definitionOf(name);
    const named = (id: string, metric: string) =>
      Object.fromEntries(paths.map((path, i) => [`${id}${i}`, ofPath(groupId, path, metric, 'Sum')]));
    const [failed, all] = [named('failed', '5XXError'), named('all', 'Count')];
    const errors = sumOf(...Object.keys(failed));
    return {
      ...PART,
      id: `Failing-${name}`,
      of: {
        label: `Requests to ${name} that end with 5xx, %`,
        expression: `IF(${errors} < ${SEVERAL}, 0, 100 * ${errors} / ${sumOf(...Object.keys(all))})`,
        metrics: { ...failed, ...all },
      },
      threshold: 5,
      impact: `More than one in twenty requests to ${name} ends with 5xx, however well the others do.`,
      causes: ['functionsFail', 'databaseUnreachable', 'nodeDown', 'valkeyUnreachable', 'queriesFail', 'valkeyFails'],
      runbook: 'function-errors',
    };
  });
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
