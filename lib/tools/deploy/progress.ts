import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';

/** How long the slow ones usually take, as AWS's guides and users tell; everything else takes seconds. */
const USUALLY: Readonly<Record<string, string>> = {
  'AWS::ElastiCache::ReplicationGroup':
    '10 to 15 min for a new one; a change of shards, nodes or engine as long for each node',
  'AWS::ElastiCache::UserGroup': '1 to 3 min',
  'AWS::ElastiCache::User': '1 min',
  'AWS::ElastiCache::ParameterGroup': '1 min',
  'AWS::Lambda::Function': '1 min, up to 5 in a subnet that is new to Lambda',
  'AWS::Lambda::Alias': '10 to 12 min with the canary, else seconds',
  'AWS::Lambda::Version': '2 to 5 min where environments are kept warm',
  'AWS::EC2::VPCEndpoint': '2 to 5 min',
  'AWS::ApiGateway::Account': '1 min',
  'AWS::WAFv2::WebACLAssociation': '1 to 3 min',
};

const LOOK_EVERY_MS = 30_000;

/** What a stack waits for, by its types, those that take longest first. */
async function waitsFor(client: CloudFormationClient, StackName: string): Promise<string[]> {
  const types = new Set<string>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
    for (const { ResourceStatus = '', ResourceType = '' } of StackResourceSummaries)
      if (ResourceStatus.endsWith('_IN_PROGRESS')) types.add(ResourceType);
  return Object.keys(USUALLY)
    .filter((type) => types.has(type))
    .map((type) => `${type} (usually ${USUALLY[type] ?? ''})`);
}

/** Says every half minute what CloudFormation waits for, until the signal. Looking is never a reason to fail. */
export async function followStacks(
  region: string,
  stacks: readonly string[],
  tell: (line: string) => void,
  ended: AbortSignal,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<void> {
  const client = new CloudFormationClient({ region });
  const started = Date.now();
  for (;;) {
    await sleep(lookEveryMs, undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return;
    for (const stack of stacks) {
      const [longest] = await waitsFor(client, stack).catch(() => []);
      const minutes = Math.round((Date.now() - started) / 60_000);
      if (longest !== undefined) tell(`${minutes} min: ${stack} waits for ${longest}`);
    }
  }
}
