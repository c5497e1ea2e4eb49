import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRICS, SERVICE, STAGE_DIMENSION, type MetricName } from '../../lambda/contract/metrics';
import type { StageSettings } from '../stages/settings';

export interface AlarmsProps {
  stageName: string;
  settings: StageSettings;
  topic: ITopic;
  deadLetters: IQueue;
}

/** Searches in a quarter of an hour below which a share says nothing. */
const QUIET = 50;
const MINUTE = Duration.minutes(1);
const QUARTER = Duration.minutes(15);

interface Definition {
  metric: IMetric;
  threshold: number;
  /** Periods in a row. */
  periods: number;
  below?: boolean;
  missing: TreatMissingData;
  /** Impact, first command, and why missing data are treated so. */
  description: string;
}

/** The promises that the on-call engineer is told of first: memory, hit rate, latency, and a warm-up that fails. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    const { deadLetters } = props;
    for (const node of memberNodes(props.settings)) this.memory(node);
    this.hitRate();
    this.latency();
    this.add('WarmUpDeadLetters', {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'Maximum' }),
      threshold: 0,
      periods: 1,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        'A warm-up failed twice; the catalogue gets older and no change of the table is served. First: read the message in the queue and the log of the warm-up function. No data: SQS reports nothing for an idle queue.',
    });
    this.add('WarmUpMissing', {
      metric: this.own(METRICS.warmUpSucceeded, 'Sum', Duration.minutes(5)),
      threshold: 1,
      periods: 3,
      below: true,
      missing: TreatMissingData.BREACHING,
      description:
        'No warm-up has ended well for 15 minutes; after 24 hours the index expires and every search costs a query. First: the log of the warm-up function. No data means just that.',
    });
  }

  /** AWS's metric is per node, so each has its own alarm (CacheMetrics.WhichShouldIMonitor). */
  private memory(node: string): void {
    this.add(`Memory-${node}`, {
      metric: new Metric({
        namespace: 'AWS/ElastiCache',
        metricName: 'DatabaseMemoryUsagePercentage',
        dimensionsMap: { CacheClusterId: node, CacheNodeId: '0001' },
        statistic: 'Maximum',
        period: MINUTE,
      }),
      threshold: 80,
      periods: 5,
      missing: TreatMissingData.MISSING,
      description: `Node ${node} uses more than 80 % of its memory; beyond 100 % answers and listings are evicted and searches fall through to the database. First: aws elasticache describe-cache-clusters --cache-cluster-id ${node} --show-cache-node-info. No data: a node that reports nothing is in maintenance; the event topic tells.`,
    });
  }

  /** Answers from cache and index of all answers; nothing in quiet hours, when a few questions make any share. */
  private hitRate(): void {
    const usingMetrics = {
      cache: this.own(METRICS.answersFromCache, 'Sum', QUARTER),
      index: this.own(METRICS.answersFromIndex, 'Sum', QUARTER),
      database: this.own(METRICS.answersFromDatabase, 'Sum', QUARTER),
    };
    const served = 'FILL(cache, 0) + FILL(index, 0)';
    const all = `(${served} + FILL(database, 0))`;
    this.add('HitRate', {
      metric: new MathExpression({
        label: 'Hit rate, %',
        expression: `IF(${all} < ${QUIET}, 100, 100 * (${served}) / ${all})`,
        usingMetrics,
        period: QUARTER,
      }),
      threshold: 70,
      periods: 2,
      below: true,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        'Less than 70 % of the searches are answered without the database; people wait longer and the database works. First: GET /v1/health tells whether Valkey or the index is missing. No data: nobody searched.',
    });
  }

  private latency(): void {
    this.add('SearchLatency', {
      metric: this.own(METRICS.searchTime, 'Average', Duration.minutes(5)),
      threshold: 50,
      periods: 3,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        'Searches take more than 50 ms on average; people feel it. First: GET /v1/health, then Server-Timing of a search tells which store is slow. No data: nobody searched.',
    });
    this.add('ValkeyLatency', {
      metric: this.own(METRICS.valkeyRoundTrip, 'Average', Duration.minutes(5)),
      threshold: 5,
      periods: 3,
      missing: TreatMissingData.NOT_BREACHING,
      description:
        'A round trip to Valkey takes more than 5 ms on average; searches are slower, and beyond 150 ms they go to the database. First: CPU and traffic management of the nodes. No data: nobody searched.',
    });
  }

  private own(metricName: MetricName, statistic: string, period: Duration): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { service: SERVICE, [STAGE_DIMENSION]: this.props.stageName },
      statistic,
      period,
    });
  }

  private add(name: string, { metric, threshold, periods, below, missing, description }: Definition): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.props.settings.cache.replicationGroupId}-${name}`,
      alarmDescription: description,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: missing,
    });
    alarm.addAlarmAction(new SnsAction(this.props.topic));
    alarm.addOkAction(new SnsAction(this.props.topic));
  }
}

/** Ids of the member nodes: `<group>-<shard>-<node>`, both from 1 (dg, Replication.Endpoints). Which is primary changes with a failover. */
export function memberNodes({ cache }: StageSettings): string[] {
  const { shards } = cache;
  return Array.from({ length: shards }, (_, shard) =>
    Array.from(
      { length: cache.replicasPerShard + 1 },
      (__, node) =>
        `${cache.replicationGroupId}-${String(shard + 1).padStart(4, '0')}-${String(node + 1).padStart(3, '0')}`,
    ),
  ).flat();
}
