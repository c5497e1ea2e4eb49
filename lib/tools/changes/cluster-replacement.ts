import { diffTemplate, ResourceImpact } from '@aws-cdk/cloudformation-diff';

/** Properties of AWS::ElastiCache::ReplicationGroup, with its logical id in the template. */
export type GroupProperties = Readonly<Record<string, unknown>>;

const TYPE = 'AWS::ElastiCache::ReplicationGroup';

/**
 * What CDK's copy of the resource schemas (aws-service-spec 0.1.216) still tells as a replacement, and is none: the schema that
 * AWS published in 2026 (cfn-lint 1.58.0, createOnlyProperties) has neither of the first two, and the guide names both as
 * changes without interruption.
 */
const IN_PLACE = [
  'Engine',
  'ReplicasPerNodeGroup',
  // With UseOnlineResharding, which a contract test demands (CFN, aws-attribute-updatepolicy).
  'NumNodeGroups',
];

/**
 * A change of such a property makes CloudFormation replace the cluster, and everything in it is lost. A changed logical id is a
 * replacement too: one is created and the other deleted.
 * @returns the properties whose change would replace the cluster; none if it stays.
 */
export function replacements(before: GroupProperties, after: GroupProperties): string[] {
  const { LogicalId: idBefore, ...from } = before;
  const { LogicalId: idAfter, ...to } = after;
  const template = (Properties: object) => ({ Resources: { Group: { Type: TYPE, Properties } } });
  const change = diffTemplate(template(from), template(to)).resources.get('Group');
  const replacing = Object.entries(change.propertyUpdates).filter(
    ([name, { changeImpact }]) =>
      !IN_PLACE.includes(name) &&
      (changeImpact === ResourceImpact.WILL_REPLACE || changeImpact === ResourceImpact.MAY_REPLACE),
  );
  return [...(idBefore === idAfter ? [] : ['LogicalId']), ...replacing.map(([name]) => name)];
}
