import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { StageSettings } from '../../stages/settings';
import { orNothing } from '../text/aws-errors';

/** @returns the names of a stage's two stacks. */
export const stageStacks = (groupId: string): string[] => ['cache', 'service'].map((stack) => `${groupId}-${stack}`);

/** @returns a stack, undefined if there is none. */
export async function stackNamed(region: string, StackName: string): Promise<Stack | undefined> {
  const client = new CloudFormationClient({ region });
  return (await orNothing(client.send(new DescribeStacksCommand({ StackName }))))?.Stacks?.[0];
}

/** What a deploy before has made: a name or a place that the stage itself holds is no obstacle to it. */
export class OwnResources {
  private constructor(private readonly resources: readonly { type: string; id: string }[]) {}

  static async of({ region, cache }: StageSettings): Promise<OwnResources> {
    const lists = await Promise.all(
      stageStacks(cache.replicationGroupId).map((name) => orNothing(resourcesOf(region, name))),
    );
    return new OwnResources(lists.flatMap((list) => list ?? []));
  }

  has(type: string, id: string): boolean {
    return this.resources.some((each) => each.type === type && each.id === id);
  }

  count(type: string): number {
    return this.resources.filter((each) => each.type === type).length;
  }
}

async function resourcesOf(region: string, StackName: string): Promise<{ type: string; id: string }[]> {
  const found: { type: string; id: string }[] = [];
  for await (const page of paginateListStackResources(
    { client: new CloudFormationClient({ region }) },
    { StackName },
  )) {
    for (const { ResourceType = '', PhysicalResourceId = '' } of page.StackResourceSummaries ?? [])
      if (PhysicalResourceId !== '') found.push({ type: ResourceType, id: PhysicalResourceId });
  }
  return found;
}
