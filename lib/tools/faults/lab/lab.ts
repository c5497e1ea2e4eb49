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
import { startDead, type Stores } from '../../breakage/breakage';
import { Network } from '../../breakage/network';
import { removed } from '../../breakage/values';
import { knownQuestions, type KnownQuestion } from './questions';

const LISTINGS = 6_000;
const QUESTIONS = 600;
/** Handlers that serve together: beside seven servers, as many as two cores have. */
const HANDLERS = 2;

/**
 * Where faults are played: PostgreSQL, three primaries with a replica each, the search function's bundle in several
 * processes, and a proxy before every server.
 */
export class Lab implements Stores {
  handlers: LocalFunction[] = [];
  private readonly started: LocalFunction[] = [];
  private warmUpFunction: LocalFunction | undefined;

  private constructor(
    readonly postgres: LocalPostgres,
    readonly cluster: LocalCluster,
    readonly network: Network,
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
    const lab = new Lab(
      postgres,
      cluster,
      await Network.before(cluster, postgres),
      await knownQuestions(postgres.url, QUESTIONS),
      makeTemporaryFolder('faults'),
    );
    bundleFunction('warm-up', path.join(lab.folder, 'warm-up'));
    await lab.refill();
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
    const folder = path.join(this.folder, name);
    if (!existsSync(folder)) bundleFunction(name, folder);
    const started = await LocalFunction.start(folder, {
      ...this.cluster.environment(FUNCTIONS[name].valkeyUser),
      ...this.network.environment(),
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

  async refill(): Promise<void> {
    this.warmUpFunction ??= await LocalFunction.start(path.join(this.folder, 'warm-up'), {
      ...this.cluster.environment('warm-up'),
      [ENV.databaseUrl]: this.postgres.url,
      [ENV.stage]: 'faults',
      AWS_LAMBDA_LOG_LEVEL: 'CRITICAL',
    });
    await this.warmUpFunction.invoke({ force: true });
  }

  /** Everything as it was before any fault, whatever the last one left behind. */
  async restore(): Promise<void> {
    this.network.set('pass');
    // Replicas follow through the proxies too, and a link that is half open would look well for a minute.
    this.network.dropAll();
    for (const handler of this.handlers) handler.signal('SIGCONT');
    for (const node of this.cluster.nodes) node.process?.signal('SIGCONT');
    await startDead(this, this.cluster.nodes);
    await this.untilInStep();
    await removed('search:*')(this);
    await this.refill();
  }

  async stop(): Promise<void> {
    await this.warmUpFunction?.stop();
    await Promise.all(this.started.map((each) => each.stop()));
    await this.network.stop();
    await Promise.all([this.postgres.stop(), this.cluster.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
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
