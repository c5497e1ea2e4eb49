import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { FunctionName, WatcherName } from '../../../../lambda/contract/functions';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import type { Series, Window } from '../stage/series';
import type { LogQuery } from '../stage/target';
import { closeServer, listen } from '../../engines/loopback';
import type { LocalCluster } from '../../engines/valkey-cluster';
import type { AlarmDefinition } from '../alarms/definitions';
import { alarmStates, firingSince } from './alarm-states';
import type { LocalTelemetry } from './local-telemetry';
import { slowCommands } from './slow-commands';

/** What may be asked: the part of AWS's control APIs that the command line uses. */
export interface LocalRequests {
  invoke: { name: FunctionName; event: unknown };
  series: { figures: MetricTerm[]; window: Window };
  logs: { name: FunctionName | WatcherName; query: LogQuery };
  /** Of the node at this position. */
  slowCommands: { node: number; since: number };
  forgotten: { since: number };
  /** States of all alarms, the composite ones first. */
  alarms: Record<string, never>;
}

interface OperationsServer {
  url: string;
  token: string;
  stop: () => Promise<void>;
}

/** Answers each request, in this process. */
export type LocalAnswers = { [Name in keyof LocalRequests]: (request: LocalRequests[Name]) => unknown };

/** What knows a local system from inside. */
export interface LocalInside {
  telemetry: LocalTelemetry;
  invoke: (name: FunctionName, event: unknown) => Promise<unknown>;
  cluster: LocalCluster;
  /** Those that a stage of this shape would have. */
  alarms: readonly AlarmDefinition[];
}

export function localAnswers({ telemetry, invoke, cluster, alarms }: LocalInside): LocalAnswers {
  return {
    invoke: ({ name, event }) => invoke(name, event),
    // JSON has no undefined.
    series: ({ figures, window }) =>
      figures.map((figure) => telemetry.metrics.series(figure, window).map((value) => value ?? null)),
    logs: ({ name, query }) => telemetry.logs(name, query),
    slowCommands: ({ node, since }) => slowCommands(cluster.nodes[node], since),
    forgotten: ({ since }) => telemetry.forgotten(since),
    alarms: () => alarmStates(alarms, telemetry.metrics, firingSince(telemetry.metrics)),
  };
}

/**
 * Serves `npm run ops -- --local` on the loopback address. It can pull levers, so it wants the token of the run file,
 * which only its owner can read.
 */
export async function startOperationsServer(answers: LocalAnswers): Promise<OperationsServer> {
  const token = randomBytes(24).toString('hex');
  const server = createServer((request, response) => {
    void answer(request).then(
      (value) => response.end(JSON.stringify({ value })),
      (error: unknown) => {
        const { name, message } = error as Error;
        response.end(JSON.stringify({ error: { name, message } }));
      },
    );
  });

  async function answer(request: IncomingMessage): Promise<unknown> {
    const shown = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${token}`);
    if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted))
      throw new Error('The token of the run file is wanted.');
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const name = (request.url ?? '').slice(1) as keyof LocalRequests;
    if (!Object.hasOwn(answers, name)) throw new Error(`There is no ${name}.`);
    return answers[name](JSON.parse(Buffer.concat(chunks).toString()) as never);
  }

  return { url: `http://127.0.0.1:${await listen(server)}`, token, stop: () => closeServer(server) };
}

/** A series as it came over HTTP. */
export function fromJson(series: (number | null)[][]): Series[] {
  return series.map((values) => values.map((value) => value ?? undefined));
}
