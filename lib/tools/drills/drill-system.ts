import { ENV } from '../../../lambda/contract/environment';
import { diagnosed } from '../../../lambda/first-message/first-message';
import { alarmStates } from '../ops/local/alarm-states';
import type { AlarmState } from '../ops/stage/target';
import { telling } from '../ops/alarms/composites';
import type { AlarmDefinition } from '../ops/alarms/definitions';
import { LocalTelemetry } from '../ops/local/local-telemetry';
import { localAlarms } from '../ops/local/local-alarms';
import { LOCAL } from '../ops/local/local-stage';
import { localFacts, openToOps, type OperatedSystem } from '../ops/local/local-operations';
import { localAnswers, type LocalInside } from '../ops/local/operations-server';
import { generateListings } from '../example-data/listings';
import { LocalFunctions } from '../local-stage/local-system';
import { startEngines } from '../local-stage/start-engines';
import type { LocalPostgres } from '../engines/postgres';
import type { LocalCluster } from '../engines/valkey-cluster';
import { ALARM_CAUSES } from '../../constructs/observability/alarm-table/alarm-causes';
import { keepBroken, type Breakage, type Stores } from '../breakage/breakage';
import { Network } from '../breakage/network';
import { Conversations } from './conversations';
import { DrillClock, FASTER } from './drill-clock';
import { drillView } from './drill-view';
import { Load } from './load';

/** A minute of the metrics, ms. Their values are those of the real seconds; only the timestamps are further apart. */
const MINUTE_MS = 60_000 / FASTER;
const LISTINGS = 4_000;
const SHARDS = 3;
/**
 * Memory is small, so that it can be filled quickly; ElastiCache's nodes have a limit too. DEBUG RELOAD plays a node
 * that loads.
 */
const SETTINGS = { maxmemory: '48mb', 'enable-debug-command': 'local' };

/** What is broken here. */
export interface Played extends Breakage<DrillSystem> {
  /** It is met by processes of search that start under it, with these variables. */
  cold?: Readonly<Record<string, string>>;
}

/**
 * A local system under load, which a drill may break: real engines, the bundles of the functions, and a stage's alarms.
 */
export class DrillSystem implements Stores {
  /** ms since the epoch. */
  readonly startedAt = Date.now();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly broken = new Map<Played, () => Promise<void>>();

  private constructor(
    /** What a stage of this shape would have. */
    readonly alarms: readonly AlarmDefinition[],
    readonly postgres: LocalPostgres,
    readonly cluster: LocalCluster,
    readonly functions: LocalFunctions,
    readonly load: Load,
    readonly conversations: Conversations,
    readonly telemetry: LocalTelemetry,
    private readonly stopGateway: () => Promise<void>,
    readonly network: Network | undefined,
  ) {
    this.every(MINUTE_MS, () => telemetry.sample(cluster, SHARDS));
    // As the schedule in AWS does; one that fails is what an alarm is for.
    // One that falls due while the last still works is counted, and not run: of those there would be no end here.
    this.every(
      MINUTE_MS,
      () => functions.warmUp(),
      () => telemetry.invoked('warm-up'),
    );
    this.every(MINUTE_MS, () => telemetry.beat(load.url));
  }

  /** @param proxied whether there is a proxy before every server, for what happens on the way to them. */
  static async start(alarms: readonly AlarmDefinition[] = localAlarms(SHARDS), proxied = false): Promise<DrillSystem> {
    const { postgres, cluster } = await startEngines(generateListings(LISTINGS, 7), { settings: SETTINGS });
    const network = proxied ? await Network.before(cluster, postgres) : undefined;
    const clock = new DrillClock();
    const telemetry = new LocalTelemetry(clock.now);
    // Answers from memory would hide what happens to the tiers below, of which most alarms speak.
    const variables = { [ENV.listingMemoryBytes]: '0', ...network?.environment() };
    const functions = new LocalFunctions(cluster, postgres.url, telemetry, undefined, variables);
    await functions.warmUp();
    // Bundling keeps this process, and the proxies in it, from everything else: not while something is broken.
    for (const name of ['operations', 'doctor'] as const) await functions.start(name);
    const gateway = await functions.serve(0, (...answer) => telemetry.answered(...answer));
    const url = `http://127.0.0.1:${gateway.port}`;
    const [load, conversations] = [new Load(url, clock.searched), new Conversations(url)];
    return new DrillSystem(alarms, postgres, cluster, functions, load, conversations, telemetry, gateway.stop, network);
  }

  readonly refill = (): Promise<unknown> => this.functions.invoke('warm-up', { force: true });

  /** Breaks it, until it is healed. */
  async break(drill: Played): Promise<void> {
    await drill.begin?.(this);
    this.broken.set(drill, keepBroken(drill, this));
    if (drill.cold !== undefined) await this.functions.replace('search', drill.cold);
  }

  /** Heals what was broken, or half broken. */
  async heal(drill: Played): Promise<void> {
    await this.broken.get(drill)?.();
    this.broken.delete(drill);
    await drill.end?.(this);
    if (drill.cold !== undefined) await this.functions.replace('search');
  }

  /** Names of the metric alarms that fire now, and of the composite ones that follow from them. */
  firing(): string[] {
    return this.states().flatMap(({ name, state }) => (state === 'ALARM' ? [name] : []));
  }

  /** Names of the alarms that would tell somebody now. */
  telling(): string[] {
    const firing = new Set(this.firing());
    const metrics = this.alarms.map(({ name }) => name).filter((name) => firing.has(name));
    return telling(this.alarms, new Set(metrics));
  }

  /** What the first message of an alarm says now. @param name of an alarm that tells somebody */
  firstMessage(name: string): ReturnType<typeof diagnosed> {
    const view = drillView(this, FASTER);
    const description = this.states().find((alarm) => alarm.name === name)?.description ?? '';
    return diagnosed({ stage: LOCAL, groupId: LOCAL }, view, ALARM_CAUSES, { name, description });
  }

  /** What asks this system from this process. */
  inside(): Pick<OperatedSystem, 'facts' | 'answers'> {
    const { cluster, functions, telemetry, load, alarms, startedAt, network } = this;
    const invoke: LocalInside['invoke'] = (name, event) => functions.invoke(name, event);
    const answers = localAnswers({ telemetry, cluster, alarms, invoke });
    const deployedAt = telemetry.metrics.clock();
    const facts = localFacts(cluster, functions, load.url);
    // Nodes are known by where the cluster says that they are.
    const nodes = network?.addresses ?? facts.nodes;
    return { facts: { ...facts, nodes, startedAt, deployedAt }, answers };
  }

  /** Lets `npm run ops -- --local` see this system. */
  operate(): ReturnType<typeof openToOps> {
    const { facts, answers } = this.inside();
    const wayBack = {
      next: 'Enter, where the drill is held',
      risk: 'none: it heals what is broken, and says what it was',
    };
    return openToOps({ ...facts, wayBack }, answers, this.telemetry.metrics.clock);
  }

  private states(): AlarmState[] {
    return alarmStates(this.alarms, this.telemetry.metrics);
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    for (const stopBreaking of this.broken.values()) void stopBreaking();
    this.load.stop();
    this.conversations.stop();
    await this.stopGateway();
    await this.functions.stop();
    await this.network?.stop();
    await Promise.all([this.cluster.stop(), this.postgres.stop()]);
  }

  /** The last turn may still be under way when the next falls due: then that one is left out. */
  private every(ms: number, work: () => Promise<unknown>, leftOut: () => unknown = () => undefined): void {
    let busy = false;
    const turn = () => {
      if (busy) {
        leftOut();
        return;
      }
      busy = true;
      void work()
        .catch(() => undefined)
        .finally(() => (busy = false));
    };
    this.timers.push(setInterval(turn, ms));
  }
}
