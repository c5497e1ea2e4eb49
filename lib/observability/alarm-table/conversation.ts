import { METRICS, type MetricName } from '../../../lambda/contract/metrics';
import { HOUR, idle, own, QUARTER, type AlarmedStage, type AlarmRow } from './alarm';
import { TARGETS } from './targets';

/** Reads, questions and scores below which a share says nothing. */
const QUIET = 20;

/** Alarms of what conversations promise. */
export function conversationAlarms(stage: AlarmedStage): AlarmRow[] {
  const of = (metric: MetricName, statistic: string) => own(stage, metric, statistic);
  return [
    {
      ...{ id: 'Continuity', threshold: TARGETS.continuity, fires: 'below', severity: 'notify' },
      of: {
        label: 'Sessions and chats found, %',
        expression: `IF(FILL(found, 0) + FILL(missing, 0) < ${QUIET}, 100, 100 * FILL(found, 0) / (FILL(found, 0) + FILL(missing, 0)))`,
        metrics: { found: of(METRICS.sessionsFound, 'Sum'), missing: of(METRICS.sessionsMissing, 'Sum') },
      },
      ...{ period: QUARTER, datapoints: 1, periods: 1, missing: idle('nobody came back to a session or chat') },
      impact: `Less than ${TARGETS.continuity} % of the sessions and chats that should be there are found: people have to begin again.`,
      runbook: 'continuity',
    },
    {
      ...{ id: 'Completion', threshold: TARGETS.completion, fires: 'below', severity: 'notify' },
      of: {
        label: 'Questions answered, %',
        expression: `IF(FILL(asked, 0) < ${QUIET}, 100, 100 * FILL(answered, 0) / asked)`,
        metrics: { asked: of(METRICS.questionsAsked, 'Sum'), answered: of(METRICS.questionsAnswered, 'Sum') },
      },
      ...{ period: QUARTER, datapoints: 1, periods: 1, missing: idle('nobody asked') },
      impact: `Less than ${TARGETS.completion} % of the questions in sessions are answered.`,
      runbook: 'completion',
    },
    {
      ...{ id: 'Satisfaction', threshold: TARGETS.satisfaction, fires: 'below', severity: 'notify' },
      of: {
        label: 'Score of 5',
        expression: `IF(FILL(scores, 0) < ${QUIET}, 5, score)`,
        metrics: {
          scores: of(METRICS.satisfactionScore, 'SampleCount'),
          score: of(METRICS.satisfactionScore, 'Average'),
        },
      },
      ...{ period: 6 * HOUR, datapoints: 4, periods: 4, missing: idle('nobody gave a score') },
      impact: `For a day people have given less than ${TARGETS.satisfaction} of 5 on average.`,
      runbook: 'satisfaction',
    },
  ];
}
