import { diffTemplate, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';
import { expandedTemplate, type CompactTemplate } from './compact-template';

export const CLUSTER = 'AWS::ElastiCache::ReplicationGroup';

/** What a deploy does to one resource. */
export interface Change {
  what: 'REPLACED' | 'removed' | 'added' | 'changed';
  type: string;
  id: string;
  /** Properties that change, each with what it was and becomes; of a replacement only those that demand it. */
  properties: { name: string; from: unknown; to: unknown }[];
}

/**
 * What CDK's copy of the resource schemas (aws-service-spec 0.1.216) still calls a replacement, and is none: the schema
 * that AWS published in 2026 (cfn-lint 1.58.0, createOnlyProperties) has neither of them, and the guide names both as
 * changes without interruption.
 */
const IN_PLACE = ['Engine', 'ReplicasPerNodeGroup'];

/**
 * The one judge of replacement, for summaries and for the guard.
 * @returns the properties whose change makes CloudFormation replace the resource, and lose what is in it.
 */
function replacing(change: ResourceDifference): string[] {
  if (change.oldResourceType !== change.newResourceType) return ['Type'];
  const policy = change.newValue?.UpdatePolicy as { UseOnlineResharding?: boolean } | undefined;
  // CFN, aws-attribute-updatepolicy: shards are added and removed in place with it, and without it replace the cluster.
  const inPlace = policy?.UseOnlineResharding === true ? [...IN_PLACE, 'NumNodeGroups'] : IN_PLACE;
  return Object.entries(change.propertyUpdates)
    .filter(
      ([name, { changeImpact }]) =>
        (changeImpact === ResourceImpact.WILL_REPLACE || changeImpact === ResourceImpact.MAY_REPLACE) &&
        !(change.resourceType === CLUSTER && inPlace.includes(name)),
    )
    .map(([name]) => name);
}

/** @returns what a deploy of `after` over `before` does, resource by resource. */
export function changesBetween(before: CompactTemplate, after: CompactTemplate): Change[] {
  const found: Change[] = [];
  diffTemplate(expandedTemplate(before), expandedTemplate(after)).resources.forEachDifference((id, change) => {
    const type = change.newResourceType ?? change.oldResourceType ?? '';
    if (change.isAddition || change.isRemoval) {
      found.push({ what: change.isAddition ? 'added' : 'removed', type, id, properties: [] });
      return;
    }
    const lost = replacing(change);
    const updates = Object.entries({ ...change.propertyUpdates, ...change.otherChanges })
      .filter(([name]) => lost.length === 0 || lost.includes(name))
      .map(([name, { oldValue, newValue }]) => ({ name, from: oldValue as unknown, to: newValue as unknown }));
    found.push({ what: lost.length > 0 ? 'REPLACED' : 'changed', type, id, properties: updates });
  });
  return found;
}

/** @returns why the cluster and everything in it would be lost; undefined if it stays. */
export function clusterLoss(changes: readonly Change[]): string | undefined {
  const [cluster, ...others] = changes.filter(({ type, what }) => type === CLUSTER && what !== 'changed');
  if (cluster === undefined) return undefined;
  // A changed logical id: one is created, and the other deleted.
  if (others.length > 0) return 'another logical id';
  if (cluster.what === 'removed') return 'removed';
  return cluster.what === 'REPLACED' ? cluster.properties.map(({ name }) => name).join(', ') : undefined;
}
