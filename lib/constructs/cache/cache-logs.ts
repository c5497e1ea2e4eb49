import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, ResourcePolicy, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const LOG_TYPES = ['slow-log', 'engine-log'] as const;

/** Slow log and engine log in groups of their own: in one group they collide. Arguments in the slow log are redacted by AWS. */
export class CacheLogs extends Construct {
  readonly deliveries: CfnReplicationGroup.LogDeliveryConfigurationRequestProperty[];

  constructor(scope: Construct, id: string, replicationGroupId: string, retention: RetentionDays) {
    super(scope, id);
    const groups = LOG_TYPES.map(
      (type) =>
        new LogGroup(this, type, {
          // The prefix keeps the account's one resource policy short (CloudWatch Logs, AWS-logs-infrastructure-CWL).
          logGroupName: `/aws/vendedlogs/elasticache/${replicationGroupId}/${type}`,
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
          resources: LOG_TYPES.map((type) =>
            Stack.of(this).formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: `/aws/vendedlogs/elasticache/${replicationGroupId}/${type}:log-stream:*`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ),
          conditions: { StringEquals: { 'aws:SourceAccount': account } },
        }),
      ],
    });
    this.deliveries = LOG_TYPES.map((logType, i) => ({
      logType,
      logFormat: 'json',
      destinationType: 'cloudwatch-logs',
      destinationDetails: { cloudWatchLogsDetails: { logGroup: groups[i]?.logGroupName ?? '' } },
    }));
  }
}
