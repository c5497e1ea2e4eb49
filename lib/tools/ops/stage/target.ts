import type { Check } from '../../../../lambda/doctor/check';
import type { FunctionName } from '../../../../lambda/contract/functions';
import type { MetricTerm } from '../../../constructs/observability/promises/metric-term';
import type { Series, Window } from './series';

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
}

export type AlarmValue = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

export interface AlarmState {
  name: string;
  state: AlarmValue;
  /** ISO 8601. */
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
  /** Of the newest lines, at most so many. */
  limit: number;
}

/** What is operated: a stage in AWS. Every method throws OperationError. */
export interface Target {
  /** The stage's name, or `local`. */
  readonly name: string;
  /** The dimension of the stage's own metrics and the id in AWS's. */
  readonly groupId: string;
  /** Ids of the nodes that should be there. */
  readonly nodeIds: readonly string[];
  cluster(): Promise<ClusterState>;
  recipients(): Promise<Recipient[]>;
  alarms(): Promise<AlarmState[]>;
  /** In the order of the figures; values oldest first, undefined where there are no data. */
  series(figures: readonly MetricTerm[], window: Window): Promise<Series[]>;
  /** Runs a function and waits for what it returns. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  /** Sends a message to whoever is on call. @returns its id, if the target has anybody to send to. */
  page(subject: string, message: string): Promise<string>;
  /** How many notifications of the alarm topic were delivered and failed since then (ms). */
  deliveries(since: number): Promise<{ delivered: number; failed: number }>;
  logs(name: FunctionName, query: LogQuery): Promise<LogLine[]>;
  /** Where the functions run, for the doctor. */
  readonly insideName: string;
  /** Looks at both stores from this process, as search's user. */
  examineHere(): Promise<Check[]>;
  /** Looks at the API from this process. */
  examineApi(): Promise<Check[]>;
}
