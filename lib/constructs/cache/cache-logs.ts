import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { namedArn } from '../named-arn';

/** What ElastiCache logs of a cluster. */
export const CACHE_LOG_TYPES = ['slow-log', 'engine-log'] as const;

/** The prefix keeps the account's one resource policy short (CloudWatch Logs, AWS-logs-infrastructure-CWL). */
export const cacheLogGroup = (replicationGroupId: string, type: (typeof CACHE_LOG_TYPES)[number]) =>
  `/aws/vendedlogs/elasticache/${replicationGroupId}/${type}`;

/**
 * Slow log and engine log in groups of their own: in one group they collide. Arguments in the slow log are redacted by
 * AWS.
 */
export class CacheLogs extends Construct {
  readonly deliveries: CfnReplicationGroup.LogDeliveryConfigurationRequestProperty[];

  constructor(scope: Construct, id: string, replicationGroupId: string, retention: RetentionDays) {
    super(scope, id);
    const groups = CACHE_LOG_TYPES.map(
      (type) =>
        new LogGroup(this, type, {
          logGroupName: cacheLogGroup(replicationGroupId, type),
          retention,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
    );
    const { account } = Stack.of(this);
    new ResourcePolicy(this, 'Delivery', {
      resourcePolicyName: `${replicationGroupId}-elasticache-logs`,
      policyStatements: [
        new PolicyStatement({
          principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: CACHE_LOG_TYPES.map((type) =>
            namedArn(this, 'logs', 'log-group', `${cacheLogGroup(replicationGroupId, type)}:log-stream:*`),
          ),
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        }),
      ],
    });
    this.deliveries = CACHE_LOG_TYPES.map((logType, i) => ({
      logType,
      logFormat: 'json',
      destinationType: 'cloudwatch-logs',
      destinationDetails: { cloudWatchLogsDetails: { logGroup: groups[i]?.logGroupName ?? '' } },
    }));
  }
}
