import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { StageSettings } from '../../stages/settings';

/** Adds and removes shards by the CPU of the primaries (dg, AutoScaling). The template's shards drift from then on. */
export class CacheAutoScaling extends Construct {
  constructor(
    scope: Construct,
    id: string,
    replicationGroup: CfnReplicationGroup,
    replicationGroupId: string,
    settings: NonNullable<StageSettings['cache']['autoScaling']>,
  ) {
    super(scope, id);
    const target = new CfnScalableTarget(this, 'Shards', {
      serviceNamespace: 'elasticache',
      resourceId: `replication-group/${replicationGroupId}`,
      scalableDimension: 'elasticache:replication-group:NodeGroups',
      minCapacity: settings.minShards,
      maxCapacity: settings.maxShards,
    });
    target.addResourceDependency(replicationGroup);
    new CfnScalingPolicy(this, 'Cpu', {
      policyName: `${replicationGroupId}-primary-cpu`,
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: settings.targetCpuPercent,
        predefinedMetricSpecification: { predefinedMetricType: 'ElastiCachePrimaryEngineCPUUtilization' },
      },
    });
  }
}
