import { deployedFunctions } from '../../stages/deployed-functions';
import { scalingOf } from '../../stages/scaling';
import type { StageSettings } from '../../stages/settings';
import type { AlarmedStage } from './alarm-table/alarm';
import { memberNodes } from './member-nodes';

/** The name under which WAF counts for a stage; it has no dimension that tells stages apart. */
export const webAclMetric = (groupId: string): string => `${groupId}-web-acl`;

/** @returns what the alarms of a stage depend on. */
export function alarmedStage(name: string, settings: StageSettings, deadLetterQueue: string): AlarmedStage {
  const { cache } = settings;
  const environments = deployedFunctions(settings).map((each) => [each, scalingOf(each, settings).most] as const);
  return {
    name,
    groupId: cache.replicationGroupId,
    nodes: memberNodes(cache),
    freshnessSeconds: settings.freshnessSeconds,
    nodeType: cache.nodeType,
    hasReplicas: cache.replicasPerShard > 0,
    environments: Object.fromEntries(environments),
    deadLetterQueue,
    ...(settings.api.exposure === 'regional'
      ? { webAcl: { metric: webAclMetric(cache.replicationGroupId), region: settings.region } }
      : {}),
    ...(settings.runbookUrl === undefined ? {} : { runbooks: settings.runbookUrl }),
  };
}
