import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Check } from '../../../../lambda/doctor/check';
import { FUNCTIONS, type FunctionName, type WatcherName } from '../../../../lambda/contract/functions';
import { alarmedStage } from '../../../constructs/observability/alarmed-stage';
import type { Forgotten } from '../../../../lambda/levers/request';
import type { StageSettings } from '../../../stages/settings';
import { EXIT, OperationError } from '../report/errors';
import { ofNode, type MetricTerm } from '../../../../lambda/contract/metric-term';
import { total, type Series, type Window } from '../stage/series';
import type {
  AlarmState,
  ClusterState,
  LogLine,
  LogQuery,
  Recipient,
  SlowCommand,
  StageShape,
  Target,
} from '../stage/target';
import { examineApi } from '../diagnose/api-layers';
import { TEST_ALARMS, type Channel } from '../../../constructs/observability/test-alarms';
import { AlarmChannel } from './alarm-channel';
import { readAlarms } from './alarm-states';
import { AwsCalls } from './call';
import { readCluster } from './cluster-state';
import { examineStage } from './examine-here';
import { readForgotten } from './forgotten';
import { invokeFunction, readLog } from './function-calls';
import { readNodeEvents, type NodeEvent } from '../../../../lambda/diagnosis/node-events';
import { readSeries } from '../../../../lambda/diagnosis/metric-series';
import { readSlowLog } from './slow-log';

/** A node's role is what IsMaster has said in the last minutes. */
const ROLE_WINDOW: Window = { name: 'role', seconds: 300, period: 300 };

/** A stage in AWS. */
export class AwsTarget implements Target {
  readonly insideName = 'in the VPC, as search';
  readonly groupId: string;
  readonly nodeIds: readonly string[];
  readonly shape: StageShape;
  private readonly calls: AwsCalls;
  private readonly clients;
  private signedIn: Promise<string> | undefined;
  private readonly channels: Partial<Record<Channel, Promise<AlarmChannel>>> = {};

  constructor(
    readonly name: string,
    private readonly settings: StageSettings,
  ) {
    const { region, cache } = settings;
    this.groupId = cache.replicationGroupId;
    // The queue of dead letters has a name that only the deployed stack knows; no alarm is evaluated here.
    const stage = alarmedStage(name, settings, '');
    this.shape = { stage, databaseInstance: settings.database.instanceIdentifier };
    this.nodeIds = stage.nodes;
    this.calls = new AwsCalls(name, this.groupId);
    this.clients = {
      elastiCache: new ElastiCacheClient({ region }),
      cloudWatch: new CloudWatchClient({ region }),
      cloudFormation: new CloudFormationClient({ region }),
      lambda: new LambdaClient({
        region,
        // A warm-up takes minutes; and what was invoked must not be invoked again because its answer was slow.
        maxAttempts: 1,
        requestHandler: {
          requestTimeout: 1_000 * Math.max(...Object.values(FUNCTIONS).map((each) => each.timeoutSeconds)),
        },
      }),
      logs: new CloudWatchLogsClient({ region }),
      sns: new SNSClient({ region }),
      sts: new STSClient({ region }),
    };
  }

  async cluster(): Promise<ClusterState> {
    const roles = await this.series(
      this.nodeIds.map((node) => ofNode(node, 'IsMaster', 'Maximum')),
      ROLE_WINDOW,
    );
    const isPrimary = new Map(
      this.nodeIds.map((node, i) => {
        const value = total(ofNode(node, 'IsMaster', 'Maximum'), roles[i] ?? []);
        return [node, value === undefined ? undefined : value > 0];
      }),
    );
    return readCluster(this.clients.elastiCache, this.calls, this.groupId, isPrimary);
  }

  nodeEvents(): Promise<NodeEvent[]> {
    return this.calls.run('Listing the events of the nodes', () =>
      readNodeEvents(this.clients.elastiCache, this.groupId),
    );
  }

  alarms(): Promise<AlarmState[]> {
    return this.ask('Listing the alarms', () => readAlarms(this.clients.cloudWatch, `${this.groupId}-`));
  }

  series(figures: readonly MetricTerm[], window: Window): Promise<Series[]> {
    return this.ask('Reading metrics', () => readSeries(this.clients.cloudWatch, figures, window));
  }

  invoke(name: FunctionName, event: unknown): Promise<unknown> {
    return this.ask(`Invoking ${this.functionName(name)}`, () =>
      invokeFunction(this.clients.lambda, this.functionName(name), event),
    );
  }

  operator(): Promise<string> {
    return (this.signedIn ??= this.checkAccount());
  }

  forgotten(since: number): Promise<Forgotten[]> {
    return this.ask('Reading who was forgotten', () => readForgotten(this.clients.logs, this.groupId, since));
  }

  async recipients(name: Channel): Promise<Recipient[]> {
    const channel = await this.testAlarm(name);
    return this.calls.run(`Listing who gets ${name}`, () => channel.recipients());
  }

  testAlarm(name: Channel): Promise<AlarmChannel> {
    return (this.channels[name] ??= this.output(name === 'pages' ? 'AlarmTopicArn' : 'NoticeTopicArn').then(
      (topicArn) => new AlarmChannel(this.clients, this.calls, topicArn, `${this.groupId}-${TEST_ALARMS[name]}`),
    ));
  }

  logs(name: FunctionName | WatcherName, query: LogQuery): Promise<LogLine[]> {
    const functionName = this.functionName(name);
    return this.ask(`Reading the log of ${functionName}`, () => readLog(this.clients.logs, functionName, query));
  }

  private functionName(name: FunctionName | WatcherName): string {
    return `${this.groupId}-${name}`;
  }

  async examineHere(): Promise<Check[]> {
    const { endpoint } = await this.cluster();
    return this.ask('Looking at the stores', () => examineStage(this.name, this.settings, endpoint, this.clients.sts));
  }

  async examineApi(): Promise<Check[]> {
    return examineApi(await this.output('ApiUrl'), this.settings.api.exposure === 'private');
  }

  async deployedAt(): Promise<number | undefined> {
    const stack = await this.ask('Looking for the last deploy', () => this.serviceStack());
    return (stack?.LastUpdatedTime ?? stack?.CreationTime)?.getTime();
  }

  slowCommands(nodeId: string, since: number): Promise<SlowCommand[]> {
    return this.ask('Reading the slow log', () => readSlowLog(this.clients.logs, this.groupId, nodeId, since));
  }

  private output(key: string): Promise<string> {
    return this.ask(`Looking for the output ${key}`, async () => {
      const value = (await this.serviceStack())?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
      if (value !== undefined) return value;
      throw new OperationError(`Stack ${this.groupId}-service has no output ${key}: deploy it first.`);
    });
  }

  private async serviceStack(): Promise<Stack | undefined> {
    const StackName = `${this.groupId}-service`;
    const { Stacks } = await this.clients.cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0];
  }

  /** Everything would be about somebody else's system with credentials of another account. */
  private async ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    await this.operator();
    return this.calls.run(what, work);
  }

  /** @returns who is signed in. */
  private async checkAccount(): Promise<string> {
    const { Account, Arn } = await this.calls.run('Looking who is signed in', () =>
      this.clients.sts.send(new GetCallerIdentityCommand({})),
    );
    if (Account === this.settings.account) return Arn ?? 'unknown';
    throw new OperationError(
      `Stage ${this.name} is in account ${this.settings.account}, the credentials are of ${Account ?? 'none'} ` +
        `(${Arn ?? ''}). ` +
        'Set AWS_PROFILE to a profile of that account, name another stage, or correct account in ' +
        `lib/stages/${this.name}.yaml.`,
      EXIT.usage,
    );
  }
}
