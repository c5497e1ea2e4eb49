import assert from 'node:assert/strict';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CLIENT } from './emulator';
import { cdk, well } from './programs';

/** What the account is like after a step; each is asked anew, with the credentials of the moment. */

export const GROUP = 'carfin-prod';

async function stacks(): Promise<Stack[]> {
  return (await new CloudFormationClient(CLIENT).send(new DescribeStacksCommand({}))).Stacks ?? [];
}

/** Stacks that are not as a deploy leaves them. */
export async function failedStacks(): Promise<string[]> {
  return (await stacks())
    .filter(({ StackStatus = '' }) => !/^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus))
    .map(({ StackName = '', StackStatus = '' }) => `${StackName} ${StackStatus}`);
}

/** Deploys stages of an assembly; all that is in the account is then as a deploy leaves it. */
export async function deployed(assembly: string, ...stages: string[]): Promise<void> {
  await well(cdk('deploy', ...stages.map((stage) => `${stage}/*`), '--app', assembly, '--require-approval', 'never'));
  assert.deepEqual(await failedStacks(), []);
}

export async function stackNames(group = GROUP): Promise<string[]> {
  return (await stacks()).map(({ StackName = '' }) => StackName).filter((name) => name.startsWith(group));
}

export async function output(key: string, group = GROUP, stack: 'cache' | 'service' = 'service'): Promise<string> {
  const named = (await stacks()).find(({ StackName }) => StackName === `${group}-${stack}`);
  const found = named?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
  if (found === undefined) throw new Error(`The stack ${group}-${stack} has no output ${key}.`);
  return found;
}

export async function alarms(): Promise<string[]> {
  const names: string[] = [];
  const client = new CloudWatchClient(CLIENT);
  for await (const page of paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: `${GROUP}-`, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  ))
    for (const { AlarmName = '' } of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])])
      names.push(AlarmName);
  return names;
}

export interface ClusterFacts {
  nodes: string[];
  endpoint: string;
  engine: string;
  parameterGroup: string;
}

/** Undefined once it is gone. */
export async function clusterIfAny(): Promise<ClusterFacts | undefined> {
  const elastiCache = new ElastiCacheClient(CLIENT);
  const { ReplicationGroups = [] } = await elastiCache.send(new DescribeReplicationGroupsCommand({}));
  const group = ReplicationGroups.find(({ ReplicationGroupId }) => ReplicationGroupId === GROUP);
  if (group === undefined) return undefined;
  const { CacheClusters = [] } = await elastiCache.send(new DescribeCacheClustersCommand({}));
  const [node] = CacheClusters.filter(({ ReplicationGroupId }) => ReplicationGroupId === GROUP);
  return {
    nodes: [...(group.MemberClusters ?? [])].sort(),
    endpoint: group.ConfigurationEndpoint?.Address ?? '',
    engine: node?.EngineVersion ?? '',
    parameterGroup: node?.CacheParameterGroup?.CacheParameterGroupName ?? '',
  };
}

export async function cluster(): Promise<ClusterFacts> {
  const found = await clusterIfAny();
  if (found === undefined) throw new Error(`There is no replication group ${GROUP}.`);
  return found;
}

export async function subscriptions(topicOutput: string, protocol: string): Promise<string[]> {
  const { Subscriptions = [] } = await new SNSClient(CLIENT).send(
    new ListSubscriptionsByTopicCommand({ TopicArn: await output(topicOutput) }),
  );
  return Subscriptions.filter(({ Protocol }) => Protocol === protocol).map(({ Endpoint = '' }) => Endpoint);
}
