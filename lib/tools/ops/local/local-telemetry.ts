import type { Redis } from 'iovalkey';
import { openLine, type AuditLine } from '../../../../lambda/contract/audit';
import { forgottenIn } from '../stage/forgotten';
import type { PeopleKey } from '../../../../lambda/contract/people-key';
import type { Forgotten } from '../../../../lambda/levers/request';
import type { FunctionName, WatcherName } from '../../../../lambda/contract/functions';
import { METRICS } from '../../../../lambda/contract/metrics';
import { beat } from '../../../../lambda/heartbeat/heartbeat';
import { reasonOf } from '../../../../lambda/telemetry/reason';
import type { LocalCluster } from '../../engines/valkey-cluster';
import type { EndListener } from '../../local-stage/local-function';
import type { FunctionListener } from '../../local-stage/local-system';
import type { ValkeyNode } from '../../engines/valkey-node';
import { API_STAGE, ofFunction, own } from '../../../../lambda/contract/metric-term';
import type { LogLine, LogQuery } from '../stage/target';
import { EngineMetrics } from './engine-metrics';
import { LOCAL, localNodeId } from './local-stage';
import { MetricStore } from './metric-store';

/** Of each function's log, so many lines. */
const MOST_LINES = 5_000;

/**
 * What CloudWatch would know of a local system: the functions' metrics and logs, the gateway's and the engines'
 * figures.
 */
export class LocalTelemetry implements FunctionListener {
  readonly metrics: MetricStore;
  private readonly engines: EngineMetrics;
  /** Nodes whose answer is not there yet. */
  private readonly asked = new Set<string>();
  /** They are kept, as ElastiCache keeps its own: a node that lets nobody new in is seen too. */
  private readonly connections = new Map<ValkeyNode, Redis>();
  private readonly lines = new Map<FunctionName | WatcherName, LogLine[]>();

  /** What the audit log would hold, opened; oldest first. */
  readonly audit: AuditLine[] = [];

  /** @param people what the system seals its audit lines with; without it they are not read */
  constructor(
    clock: () => number = Date.now,
    private readonly people?: PeopleKey,
  ) {
    this.metrics = new MetricStore(clock);
    this.engines = new EngineMetrics(this.metrics);
  }

  /** A line of a function's log. */
  take(name: FunctionName | WatcherName, text: string): void {
    const audited = this.people && openLine(text, this.people);
    if (audited !== undefined && this.audit.push(audited) > MOST_LINES) this.audit.shift();
    this.metrics.takeLine(text);
    const lines = this.lines.get(name) ?? [];
    this.lines.set(name, lines);
    lines.push({ at: Date.now(), text });
    if (lines.length > MOST_LINES) lines.shift();
  }

  /** An answer of the gateway, ms, by the path as API Gateway writes it: told of the API's stage and of the method. */
  answered(milliseconds: number, status: number, path: string): void {
    const stage = { ApiName: LOCAL, Stage: API_STAGE };
    for (const dimensions of [stage, { ...stage, Resource: path, Method: 'ANY' }]) {
      const of = (metric: string) => ({ namespace: 'AWS/ApiGateway', metric, dimensions });
      this.metrics.record(of('Latency'), milliseconds);
      this.metrics.record(of('Count'), 1);
      this.metrics.record(of('5XXError'), status >= 500 ? 1 : 0);
      this.metrics.record(of('4XXError'), status >= 400 && status < 500 ? 1 : 0);
    }
  }

  /** What people took back since then (ms). */
  forgotten(since: number): Forgotten[] {
    return this.audit.flatMap(forgottenIn).filter(({ at }) => at >= since);
  }

  /** An invocation of a function, told of the minute in which it began, as Lambda does. */
  invoked(name: FunctionName | WatcherName, atOnce = 1): EndListener {
    const at = this.metrics.clock();
    const record = (metric: string, value: number) =>
      this.metrics.recordAt(at, ofFunction(LOCAL, name, metric, 'Sum'), value);
    record('Invocations', 1);
    record('ConcurrentExecutions', atOnce);
    return (milliseconds, failed) => {
      record('Duration', milliseconds);
      record('Errors', failed ? 1 : 0);
    };
  }

  /** Asks the API for a search, as the heartbeat does, with a log of its own as there. @param url of the API */
  async beat(url: string): Promise<void> {
    this.invoked('heartbeat');
    const answered = await beat(url, undefined, (message, details) => {
      const known = 'error' in details ? { error: reasonOf(details.error) } : details;
      this.take('heartbeat', JSON.stringify({ level: 'WARN', message, ...known }));
    });
    if (answered) this.metrics.record(own(LOCAL, METRICS.heartbeatAnswered, 'Sum'), 1);
  }

  /**
   * Asks every node for its figures, and waits for a while. One that does not answer has none: its metric is missing,
   * as in AWS.
   */
  async sample(cluster: LocalCluster, shards: number): Promise<void> {
    const all = Promise.all(cluster.nodes.map((node, i) => this.sampleNode(node, localNodeId(i, shards))));
    await Promise.race([all, silence()]);
  }

  /** One question at a time: an answer that comes late is taken all the same. */
  private async sampleNode(node: ValkeyNode, id: string): Promise<void> {
    if (this.asked.has(id)) return;
    if (!node.process?.running) {
      this.engines.silent(id);
      return;
    }
    this.asked.add(id);
    const connection = this.connections.get(node) ?? node.connect();
    this.connections.set(node, connection);
    try {
      this.engines.sample(id, String(await connection.call('INFO', 'everything')));
    } catch {
      connection.disconnect();
      this.connections.delete(node);
      this.engines.silent(id);
    } finally {
      this.asked.delete(id);
    }
  }

  logs(name: FunctionName | WatcherName, { from, contains = '', anyOf = [''], limit = Infinity }: LogQuery): LogLine[] {
    const lines = this.lines.get(name) ?? [];
    const wanted = ({ at, text }: LogLine) =>
      at >= from && text.includes(contains) && anyOf.some((each) => text.includes(each));
    return lines.filter(wanted).slice(-limit);
  }
}

/** A turn of questions waits no longer for a node that hangs, ms. */
const PATIENCE_MS = 500;
const silence = () => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS).unref());
