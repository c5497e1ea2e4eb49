import type { FunctionName } from '../../../../lambda/contract/functions';
import type { LocalCluster } from '../../engines/valkey-cluster';
import { API_STAGE } from '../../../constructs/observability/promises/metric-term';
import type { LogLine, LogQuery } from '../stage/target';
import { EngineMetrics } from './engine-metrics';
import { LOCAL, localNodeId } from './local-stage';
import { MetricStore } from './metric-store';

/** Of each function's log, so many lines. */
const MOST_LINES = 5_000;

/** What CloudWatch would know of a local system: the functions' metrics and logs, the gateway's and the engines' figures. */
export class LocalTelemetry {
  readonly metrics: MetricStore;
  private readonly engines: EngineMetrics;
  private readonly lines = new Map<FunctionName, LogLine[]>();

  constructor(clock: () => number = Date.now) {
    this.metrics = new MetricStore(clock);
    this.engines = new EngineMetrics(this.metrics);
  }

  /** A line of a function's standard output. */
  take(name: FunctionName, text: string): void {
    this.metrics.takeLine(text);
    const lines = this.lines.get(name) ?? [];
    this.lines.set(name, lines);
    lines.push({ at: Date.now(), text });
    if (lines.length > MOST_LINES) lines.shift();
  }

  /** An answer of the gateway, ms, by the path as API Gateway writes it: told of the API, of its stage and of the method. */
  answered(milliseconds: number, status: number, path: string): void {
    const api = { ApiName: LOCAL };
    const stage = { ...api, Stage: API_STAGE };
    for (const dimensions of [api, stage, { ...stage, Resource: path, Method: 'ANY' }]) {
      const of = (metric: string) => ({ namespace: 'AWS/ApiGateway', metric, dimensions });
      this.metrics.record(of('Latency'), milliseconds);
      this.metrics.record(of('Count'), 1);
      this.metrics.record(of('5XXError'), status >= 500 ? 1 : 0);
      this.metrics.record(of('4XXError'), status >= 400 && status < 500 ? 1 : 0);
    }
  }

  /** Asks every node for its figures. One that does not answer has none: its metric is missing, as in AWS. */
  async sample(cluster: LocalCluster, shards: number): Promise<void> {
    await Promise.all(
      cluster.nodes.map(async (node, i) => {
        if (!node.process?.running) return;
        const text = await Promise.race([node.ask('INFO', 'everything'), silence()]).catch(() => undefined);
        if (typeof text === 'string') this.engines.sample(localNodeId(i, shards), text);
      }),
    );
  }

  logs(name: FunctionName, { from, contains = '', limit }: LogQuery): LogLine[] {
    const lines = this.lines.get(name) ?? [];
    return lines.filter(({ at, text }) => at >= from && text.includes(contains)).slice(-limit);
  }
}

/** A node that hangs is not waited for, ms. */
const PATIENCE_MS = 500;
const silence = () => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS).unref());
