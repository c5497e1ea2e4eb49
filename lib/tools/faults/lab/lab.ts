import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryFolder } from '../../engines/run-folder';
import { ENV } from '../../../../lambda/contract/environment';
import { FUNCTIONS, type FunctionName } from '../../../../lambda/contract/functions';
import { bundleFunction } from '../../../constructs/functions/bundle';
import { generateListings } from '../../example-data/listings';
import { LocalFunction } from '../../local-stage/local-function';
import { startEngines } from '../../local-stage/start-engines';
import type { LocalPostgres } from '../../engines/postgres';
import type { LocalCluster } from '../../engines/valkey-cluster';
import type { ValkeyNode } from '../../engines/valkey-node';
import { TcpProxy } from '../../breakage/proxy';
import { knownQuestions, type KnownQuestion } from './questions';

const LISTINGS = 6_000;
const QUESTIONS = 600;
/** Handlers that serve together: beside seven servers, as many as two cores have. */
const HANDLERS = 2;

/**
 * Where faults are played: PostgreSQL, three primaries with a replica each, the search function's bundle in several processes, and
 * a proxy before every server.
 */
export class Lab {
  handlers: LocalFunction[] = [];
  private readonly started: LocalFunction[] = [];
  private warmUpFunction: LocalFunction | undefined;

  private constructor(
    readonly postgres: LocalPostgres,
    readonly cluster: LocalCluster,
    readonly databaseProxy: TcpProxy,
    readonly proxies: ReadonlyMap<ValkeyNode, TcpProxy>,
    readonly questions: readonly KnownQuestion[],
    private readonly folder: string,
  ) {}

  /** @param primaries 1 is production's shape: nobody votes there, the control plane promotes. */
  static async start(primaries = 3): Promise<Lab> {
    const { postgres, cluster } = await startEngines(generateListings(LISTINGS), {
      primaries,
      replicasPerPrimary: 1,
      // DEBUG RELOAD plays a node that loads; a replica that comes back is in step at once.
      settings: { 'enable-debug-command': 'local', 'repl-diskless-sync-delay': '0' },
    });
    const proxies = await Promise.all(
      cluster.nodes.map(async (node) => [node, await TcpProxy.start(node.port)] as const),
    );
    const lab = new Lab(
      postgres,
      cluster,
      await TcpProxy.start(Number(new URL(postgres.url).port)),
      new Map(proxies),
      await knownQuestions(postgres.url, QUESTIONS),
      makeTemporaryFolder('faults'),
    );
    for (const node of cluster.nodes) await lab.announce(node);
    bundleFunction('warm-up', path.join(lab.folder, 'warm-up'));
    await lab.warmUp();
    await lab.replaceHandlers();
    return lab;
  }

  /** Processes of the search function that know nothing yet. */
  async coldHandlers(count = HANDLERS, extra: Readonly<Record<string, string>> = {}): Promise<LocalFunction[]> {
    // Every other one has nothing in memory: what Valkey does to it is not hidden.
    const memory = (i: number) => ({ [ENV.listingMemoryBytes]: i % 2 === 0 ? '0' : '' });
    return Promise.all(Array.from({ length: count }, (_, i) => this.cold('search', { ...memory(i), ...extra })));
  }

  /** One process of a function, behind the proxies. It ends with the lab, if not before. */
  async cold(name: FunctionName, extra: Readonly<Record<string, string>> = {}): Promise<LocalFunction> {
    const [first] = this.cluster.nodes;
    const entry = first && this.proxies.get(first);
    const folder = path.join(this.folder, name);
    if (!existsSync(folder)) bundleFunction(name, folder);
    const started = await LocalFunction.start(folder, {
      ...this.cluster.environment(FUNCTIONS[name].valkeyUser),
      [ENV.valkeyEndpoint]: `127.0.0.1:${entry?.port ?? 0}`,
      [ENV.databaseUrl]: this.postgres.url.replace(/:\d+\//, `:${this.databaseProxy.port}/`),
      [ENV.stage]: 'faults',
      AWS_LAMBDA_LOG_LEVEL: 'CRITICAL',
      ...extra,
    });
    this.started.push(started);
    return started;
  }

  async replaceHandlers(extra?: Readonly<Record<string, string>>): Promise<void> {
    const old = this.handlers;
    this.handlers = await this.coldHandlers(HANDLERS, extra);
    await Promise.all(old.map((each) => each.stop()));
  }

  /** Publishes the catalogue, and writes again whatever of it is gone. */
  async warmUp(): Promise<void> {
    this.warmUpFunction ??= await LocalFunction.start(path.join(this.folder, 'warm-up'), {
      ...this.cluster.environment('warm-up'),
      [ENV.databaseUrl]: this.postgres.url,
      [ENV.stage]: 'faults',
      AWS_LAMBDA_LOG_LEVEL: 'CRITICAL',
    });
    await this.warmUpFunction.invoke({ force: true });
  }

  eachProxy(act: (proxy: TcpProxy) => void): void {
    for (const proxy of this.proxies.values()) act(proxy);
  }

  async primaries(): Promise<ValkeyNode[]> {
    const running = this.cluster.nodes.filter((node) => node.process?.running);
    const roles = await Promise.all(running.map((node) => node.ask('ROLE') as Promise<unknown[]>));
    return running.filter((_, i) => roles[i]?.[0] === 'master');
  }

  /** The replica of a primary that is awake. */
  async replicaOf(primary: ValkeyNode): Promise<ValkeyNode> {
    const id = String(await primary.ask('CLUSTER', 'MYID'));
    for (const node of this.cluster.nodes) {
      const lines = String(await node.ask('CLUSTER', 'NODES')).split('\n');
      if (lines.some((line) => line.includes('myself,slave') && line.includes(id))) return node;
    }
    throw new Error(`The primary on port ${primary.port} has no replica`);
  }

  /** The primary of the slot of a key. */
  async ownerOf(key: string): Promise<ValkeyNode> {
    for (const node of await this.primaries()) {
      const answer: unknown = await node.ask('EXISTS', key).catch(() => undefined);
      if (answer !== undefined) return node;
    }
    throw new Error(`No primary owns ${key}`);
  }

  async restart(node: ValkeyNode): Promise<void> {
    await node.start();
    await this.announce(node);
  }

  /** Everything as it was before any fault, whatever the last one left behind. */
  async restore(): Promise<void> {
    this.databaseProxy.set('pass');
    // Replicas follow through the proxies too, and a link that is half open would look well for a minute.
    this.eachProxy((proxy) => {
      proxy.set('pass');
      proxy.dropAll();
    });
    for (const handler of this.handlers) handler.signal('SIGCONT');
    for (const node of this.cluster.nodes) {
      node.process?.signal('SIGCONT');
      if (!node.process?.running) await this.restart(node);
    }
    await this.cluster.untilOk(30_000);
    await this.untilInStep();
    for (const node of await this.primaries()) await forgetAnswers(node);
    await this.warmUp();
  }

  async stop(): Promise<void> {
    await this.warmUpFunction?.stop();
    await Promise.all(this.started.map((each) => each.stop()));
    await Promise.all([...this.proxies.values(), this.databaseProxy].map((each) => each.stop()));
    await Promise.all([this.postgres.stop(), this.cluster.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Clients find the proxy where the cluster says that the node is. */
  private async announce(node: ValkeyNode): Promise<void> {
    await node.ask('CONFIG', 'SET', 'cluster-announce-tls-port', this.proxies.get(node)?.port ?? 0);
  }

  private async untilInStep(): Promise<void> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const infos = (await this.cluster.everywhere('INFO', 'replication')).map(String);
      const well = infos.filter((info) => /role:master[^]*connected_slaves:1|master_link_status:up/.test(info));
      if (well.length === this.cluster.nodes.length) return;
      if (Date.now() > deadline) throw new Error(`Replicas are not in step:\n${infos.join('\n')}`);
      await sleep(50);
    }
  }
}

async function forgetAnswers(node: ValkeyNode): Promise<void> {
  const keys = (await node.ask('KEYS', 'search:*')) as string[];
  for (const key of keys) await node.ask('DEL', key);
}
