import type { Forgotten } from '../../../../lambda/levers/request';
import type { WayBack } from '../../../../lambda/diagnosis/evidence';
import type { NodeEvent } from '../../../../lambda/diagnosis/node-events';
import type { Check } from '../../../../lambda/doctor/check';
import type { FunctionName, WatcherName } from '../../../../lambda/contract/functions';
import type { AlarmedStage } from '../../../constructs/observability/alarm-table/alarm';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import type { Series, Window } from './series';
import type { Channel } from '../../../constructs/observability/test-alarms';

/** One member of the cluster. */
export interface ClusterNode {
  id: string;
  shard: string;
  role: 'primary' | 'replica' | 'unknown';
  /** Availability zone; of a local node its address. */
  zone: string;
  status: string;
  version: string;
}

export interface ClusterState {
  id: string;
  status: string;
  engine: string;
  nodeType: string;
  endpoint: string;
  multiAz: boolean;
  nodes: ClusterNode[];
  /** Service updates and changes that wait for the maintenance window. */
  pending: string[];
  /**
   * Whether ElastiCache tells of failovers: of `inactive` it no longer does, because it could not publish. Undefined
   * without a topic.
   */
  eventTopic: string | undefined;
}

export type AlarmValue = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

export interface AlarmState {
  name: string;
  state: AlarmValue;
  /** ISO 8601; empty where it is not known. */
  since: string;
  /** Why it is in this state, in CloudWatch's words. */
  reason: string;
  /** Impact, first command and runbook, as the stack wrote them. */
  description: string;
}

/** Who gets pages. One that has not been confirmed gets none. */
export interface Recipient {
  endpoint: string;
  protocol: string;
  confirmed: boolean;
}

/** @returns who is told: the stage's own function that writes first messages listens too. */
export const people = (recipients: readonly Recipient[]): Recipient[] =>
  recipients.filter(({ protocol }) => protocol !== 'lambda');

/** Whether an alarm's action could be taken, in CloudWatch's words. */
export interface AlarmAction {
  taken: boolean;
  said: string;
}

/** How many notifications of a channel were delivered and failed. */
export interface Deliveries {
  delivered: number;
  failed: number;
}

export interface LogLine {
  /** ms since the epoch. */
  at: number;
  text: string;
}

export interface LogQuery {
  /** ms since the epoch. */
  from: number;
  /** What a line must contain. */
  contains?: string;
  /** Or one of these, if there are any. */
  anyOf?: readonly string[];
  /** Of the newest lines, at most so many; all unless given. */
  limit?: number;
}

/** What a stage's alarms and dashboard are derived from. */
export interface StageShape {
  stage: AlarmedStage;
  /** The RDS instance. */
  databaseInstance: string;
}

/** A command that a node took long for; what it was about is not told. */
export interface SlowCommand {
  /** ms since the epoch. */
  at: number;
  milliseconds: number;
  command: string;
}

/** The alarm that tests a channel. */
export interface TestAlarm {
  /** Sets it to ALARM, so that its action is taken. @param reason what the recipients read */
  raise(reason: string): Promise<void>;
  /** What CloudWatch says of its newest action since then (ms); undefined while it says nothing. */
  action(since: number): Promise<AlarmAction | undefined>;
  /** What SNS counts of the channel since the minute of then (ms): it counts by the minute. */
  deliveries(since: number): Promise<Deliveries>;
}

/** What is operated: a stage in AWS. Every method throws OperationError. */
export interface Target {
  /** The stage's name, or `local`. */
  readonly name: string;
  /** The dimension of the stage's own metrics and the id in AWS's. */
  readonly groupId: string;
  /** Ids of the nodes that should be there. */
  readonly nodeIds: readonly string[];
  readonly shape: StageShape;
  /** How a node that is gone comes back; undefined where ElastiCache replaces it. */
  readonly wayBack?: WayBack | undefined;
  /**
   * When the stage was last deployed, or the local system started, ms since the epoch; undefined if that is not known.
   */
  deployedAt(): Promise<number | undefined>;
  /** What a node took long for since then (ms), the newest last. */
  slowCommands(nodeId: string, since: number): Promise<SlowCommand[]>;
  cluster(): Promise<ClusterState>;
  /** What happened to nodes a while ago, the newest first. */
  nodeEvents(): Promise<NodeEvent[]>;
  recipients(channel: Channel): Promise<Recipient[]>;
  alarms(): Promise<AlarmState[]>;
  /** In the order of the figures; values oldest first, undefined where there are no data. */
  series(figures: readonly MetricTerm[], window: Window): Promise<Series[]>;
  /** Who is signed in: what a lever is pulled in the name of. */
  operator(): Promise<string>;
  /** What people took back since then (ms), as the audit log keeps it: by pseudonyms, oldest first. */
  forgotten(since: number): Promise<Forgotten[]>;
  /** Runs a function and waits for what it returns. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  /** @throws OperationError where nobody can be paged */
  testAlarm(channel: Channel): Promise<TestAlarm>;
  logs(name: FunctionName | WatcherName, query: LogQuery): Promise<LogLine[]>;
  /** Where the functions run, for the doctor. */
  readonly insideName: string;
  /** Looks at both stores from this process, as search's user. */
  examineHere(): Promise<Check[]>;
  /** Looks at the API from this process. */
  examineApi(): Promise<Check[]>;
}
