import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  paginateDescribeCacheClusters,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { readSeries } from '../diagnosis/metric-series';
import { readNodeEvents, type NodeEvent } from '../diagnosis/node-events';
import { RECENT, readRecent, type Recent } from '../diagnosis/recent';
import type { Evidence } from '../diagnosis/evidence';
import { readJson } from '../contract/outside-json';
import { ToldError } from '../contract/told-error';
import type { Examined } from '../doctor/handler';

/** What can be asked of a stage when an alarm of it fires. Each may fail, and says by its error why. */
export interface StageView {
  /** Names of the alarms that fire, without the stage's prefix. */
  firing(): Promise<string[]>;
  cluster(): Promise<NonNullable<Evidence['cluster']>>;
  nodeEvents(): Promise<NodeEvent[]>;
  examined(): Promise<Examined>;
  recent(): Promise<Recent>;
}

/** A stage as AWS sees it, from outside its VPC. */
export class AwsStageView implements StageView {
  private readonly cloudWatch = new CloudWatchClient({});
  private readonly elastiCache = new ElastiCacheClient({});
  private readonly lambda = new LambdaClient({ maxAttempts: 1 });
  private described: Promise<ReplicationGroup> | undefined;

  constructor(
    private readonly stage: string,
    private readonly groupId: string,
  ) {}

  async firing(): Promise<string[]> {
    const AlarmNamePrefix = `${this.groupId}-`;
    const pages = paginateDescribeAlarms(
      { client: this.cloudWatch },
      { AlarmNamePrefix, StateValue: 'ALARM', AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    );
    const names: string[] = [];
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      for (const { AlarmName = '' } of [...CompositeAlarms, ...MetricAlarms])
        names.push(AlarmName.slice(AlarmNamePrefix.length));
    return names;
  }

  async cluster(): Promise<NonNullable<Evidence['cluster']>> {
    const { Status = 'unknown', MemberClusters = [] } = await this.group();
    const states = new Map<string, string>();
    for await (const { CacheClusters = [] } of paginateDescribeCacheClusters({ client: this.elastiCache }, {}))
      for (const { CacheClusterId = '', CacheClusterStatus = 'unknown' } of CacheClusters)
        states.set(CacheClusterId, CacheClusterStatus);
    return { status: Status, nodes: MemberClusters.map((id) => ({ id, status: states.get(id) ?? 'missing' })) };
  }

  nodeEvents(): Promise<NodeEvent[]> {
    return readNodeEvents(this.elastiCache, this.groupId);
  }

  async examined(): Promise<Examined> {
    const FunctionName = `${this.groupId}-doctor`;
    const Payload = Buffer.from(JSON.stringify({ catalogue: true }));
    const answer = await this.lambda.send(new InvokeCommand({ FunctionName, Payload }));
    if (answer.FunctionError !== undefined) throw new ToldError(`the function ${FunctionName} failed`);
    return readJson(Buffer.from(answer.Payload ?? []).toString(), 'the answer of the doctor') as Examined;
  }

  async recent(): Promise<Recent> {
    const { MemberClusters: nodeIds = [] } = await this.group().catch((): ReplicationGroup => ({}));
    return readRecent({ name: this.stage, groupId: this.groupId, nodeIds }, (terms) =>
      readSeries(this.cloudWatch, terms, RECENT),
    );
  }

  private group(): Promise<ReplicationGroup> {
    return (this.described ??= this.elastiCache
      .send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: this.groupId }))
      .then(({ ReplicationGroups }) => ReplicationGroups?.[0] ?? {}));
  }
}
