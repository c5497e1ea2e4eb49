import { userInfo } from 'node:os';
import type { FunctionName, WatcherName } from '../../../../lambda/contract/functions';
import type { WayBack } from '../../../../lambda/diagnosis/evidence';
import { EVENT_MINUTES, type NodeEvent } from '../../../../lambda/diagnosis/node-events';
import type { Check } from '../../../../lambda/doctor/check';
import { examine } from '../../../../lambda/doctor/examine';
import type { Forgotten, NodeFacts } from '../../../../lambda/levers/request';
import { examineApi } from '../diagnose/api-layers';
import { EXIT, functionFailed, OperationError } from '../report/errors';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import type { Series, Window } from '../stage/series';
import type {
  AlarmState,
  ClusterNode,
  ClusterState,
  LogLine,
  LogQuery,
  Recipient,
  SlowCommand,
  StageShape,
  Target,
} from '../stage/target';
import { answerOf, PATIENCE_MS } from '../../../../lambda/diagnosis/answer';
import { LOCAL, localNodeId, localShape } from './local-stage';
import { fromJson, type LocalAnswers, type LocalRequests } from './operations-server';
import { readRunFile, type LocalFacts, type RunFile } from './run-file';

const versionOf = (info: Record<string, string>) => info.valkey_version ?? info.redis_version ?? 'unknown';

/**
 * The system of a running npm start: the same answers, from the engines' own figures and the functions' own metrics.
 */
export class LocalTarget implements Target {
  readonly name = LOCAL;
  readonly groupId = LOCAL;
  readonly insideName = 'a function, as search';
  readonly nodeIds: readonly string[];

  readonly shape: StageShape;
  readonly wayBack: WayBack | undefined;
  private nodesAsked: Promise<NodeFacts[]> | undefined;

  /** @param asked from this process, or over HTTP */
  constructor(
    private readonly facts: LocalFacts,
    private readonly asked: Ask,
  ) {
    this.shape = localShape(facts.shards, 0, facts.freshnessSeconds);
    this.wayBack = facts.wayBack;
    this.nodeIds = facts.nodes.map((_, i) => localNodeId(i, facts.shards));
  }

  /** @throws OperationError if nothing is running */
  static connect(): LocalTarget {
    const run = readRunFile();
    return new LocalTarget(run, (name, request) => askOverHttp(run, name, request));
  }

  /** A system of this process. */
  static within(facts: LocalFacts, answers: LocalAnswers): LocalTarget {
    return new LocalTarget(facts, (name, request) => Promise.resolve().then(() => answers[name](request as never)));
  }

  deployedAt(): Promise<number> {
    return Promise.resolve(this.facts.deployedAt);
  }

  slowCommands(nodeId: string, since: number): Promise<SlowCommand[]> {
    return this.ask('slowCommands', { node: this.nodeIds.indexOf(nodeId), since });
  }

  /** What the primaries say; of a system that answers nothing that, too: its state is what is asked for. */
  async cluster(): Promise<ClusterState> {
    const { shards, nodes, search } = this.facts;
    const answer = await answerOf('the nodes', () => this.nodeFacts());
    const facts = answer.known ? answer.value : [];
    const there = facts.filter(({ failed }) => failed === undefined);
    const versions = [...new Set(there.map(({ info }) => versionOf(info)))];
    const missing = there.length === shards ? 'available' : `without ${shards - there.length} of its primaries`;
    const byAddress = new Map(facts.map((each) => [each.address, each]));
    const silent = answer.known ? 'the cluster no longer names it' : answer.why;
    return {
      id: LOCAL,
      status: answer.known ? missing : `unknown (${answer.why})`,
      engine: `valkey ${versions.join(' and ') || 'unknown'}`,
      nodeType: 'this machine',
      endpoint: search.VALKEY_ENDPOINT ?? 'unknown',
      multiAz: false,
      nodes: nodes.map((address, i) =>
        nodeOf(this.nodeIds[i] ?? '', i, byAddress.get(address) ?? { address, info: {}, failed: silent }),
      ),
      pending: [],
      eventTopic: 'active',
    };
  }

  /** A node whose process is younger than the system was started again. */
  async nodeEvents(): Promise<NodeEvent[]> {
    const facts = await this.nodeFacts();
    const systemSeconds = (Date.now() - this.facts.startedAt) / 1_000;
    return facts.flatMap(({ address, info }): NodeEvent[] => {
      const seconds = Number(info.uptime_in_seconds ?? Infinity);
      if (seconds >= systemSeconds || seconds > EVENT_MINUTES * 60) return [];
      const id = this.nodeIds[this.facts.nodes.indexOf(address)] ?? address;
      return [{ id, what: 'was restarted', minutesAgo: Math.round(seconds / 60) }];
    });
  }

  recipients(): Promise<Recipient[]> {
    return Promise.resolve([{ endpoint: 'whoever reads this', protocol: 'terminal', confirmed: true }]);
  }

  /** Evaluated where the metrics are: one request, whatever their number. */
  alarms(): Promise<AlarmState[]> {
    return this.ask('alarms', {});
  }

  async series(figures: readonly MetricTerm[], window: Window): Promise<Series[]> {
    return fromJson(await this.ask('series', { figures: [...figures], window }));
  }

  invoke(name: FunctionName, event: unknown): Promise<unknown> {
    return this.ask('invoke', { name, event });
  }

  operator(): Promise<string> {
    return Promise.resolve(`local:${userInfo().username}`);
  }

  forgotten(since: number): Promise<Forgotten[]> {
    return this.ask('forgotten', { since });
  }

  testAlarm(): Promise<never> {
    return Promise.reject(new OperationError('A local system pages nobody. Name a stage: --stage', EXIT.usage));
  }

  logs(name: FunctionName | WatcherName, query: LogQuery): Promise<LogLine[]> {
    return this.ask('logs', { name, query });
  }

  examineHere(): Promise<Check[]> {
    return examine(this.facts.search);
  }

  examineApi(): Promise<Check[]> {
    return examineApi(this.facts.url, false);
  }

  /** Two who look at once ask once. */
  private nodeFacts(): Promise<NodeFacts[]> {
    this.nodesAsked ??= this.invoke('operations', { operation: 'nodes' }).finally(
      () => (this.nodesAsked = undefined),
    ) as Promise<NodeFacts[]>;
    return this.nodesAsked;
  }

  private ask<Name extends keyof LocalRequests, T>(name: Name, request: LocalRequests[Name]): Promise<T> {
    return this.asked(name, request) as Promise<T>;
  }
}

/** Asks what knows the system from inside. @throws OperationError */
type Ask = (name: keyof LocalRequests, request: LocalRequests[keyof LocalRequests]) => Promise<unknown>;

async function askOverHttp({ operationsUrl, token, pid }: RunFile, name: string, request: unknown): Promise<unknown> {
  const answer = await fetch(`${operationsUrl}/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(request),
    // A function takes as long as it takes: who reads a whole table is waited for.
    ...(name === 'invoke' ? {} : { signal: AbortSignal.timeout(PATIENCE_MS) }),
  }).catch((cause: unknown) => {
    const late = (cause as Error).name === 'TimeoutError' ? ` within ${PATIENCE_MS / 1_000} s` : '';
    throw new OperationError(
      `The local system of process ${pid} does not answer${late}. Start it again: npm start`,
      EXIT.unreachable,
      { cause },
    );
  });
  const { value, error } = (await answer.json()) as { value?: unknown; error?: { name: string; message: string } };
  if (error !== undefined) throw functionFailed('', error.name, error.message);
  return value;
}

function nodeOf(id: string, position: number, { address, info, failed }: NodeFacts): ClusterNode {
  return {
    id,
    shard: String(position + 1).padStart(4, '0'),
    role: failed !== undefined ? 'unknown' : info.role === 'master' ? 'primary' : 'replica',
    zone: address,
    status: failed !== undefined ? `not answering (${failed})` : info.loading === '1' ? 'loading' : 'available',
    version: versionOf(info),
  };
}
