import slotOf from 'cluster-key-slot';
import type { Cluster } from 'iovalkey';
import { logger } from '../telemetry/emitter';
import { reasonOf } from '../telemetry/reason';
import type { RequestContext } from '../telemetry/request';
import { Breaker } from './breaker';
import { connectCluster, reauthenticate, type ConnectionOptions } from './cluster';
import { Connections, UNASSIGNED, type Primary } from './connections';
import { rejectWhen, withTimer } from '../contract/timer';
import { valkeyCredentials, type ValkeyCredentials } from './credentials';
import { isCommandError, isWorthARetry, ValkeyCommandError, ValkeyUnavailableError } from './errors';
import { nowAndThen } from './now-and-then';

/** One command of a wave, by the key that decides its node. */
export interface Command<T> {
  key: string;
  send: (cluster: Cluster) => Promise<T>;
}

/** A command on its way. */
interface Routed<T> {
  slot: number;
  send: Command<T>['send'];
}

type ValkeyError = ValkeyUnavailableError | ValkeyCommandError;
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ValkeyError };

/** What goes out together: a list, or by name a command, some, or none. */
type Commands = readonly Command<unknown>[] | NamedCommands;
type NamedCommands = Readonly<Record<string, Command<unknown> | readonly Command<unknown>[] | undefined>>;
/** What came of it: in the list's order, or under the same names. */
type Outcomes<C> = { [I in keyof C]: OutcomeOf<C[I]> };
type OutcomeOf<C> =
  C extends Command<infer T> ? Outcome<T> : C extends readonly Command<infer T>[] ? Outcome<T>[] : undefined;
type Values<C extends readonly Command<unknown>[]> = { [I in keyof C]: C[I] extends Command<infer T> ? T : never };

/** How long a finished request waits for its probe, ms. */
const PROBE_GRACE_MS = 4;
/** Commands that may be under way without anybody waiting for them. */
const MOST_POSTED = 64;
const REAUTHENTICATION_CHECK_MS = 60_000;

/**
 * Valkey within the bounds of a request: commands go out in waves, one deadline bounds a wave, a breaker for each node
 * spares the wait for one that is gone, and no failure reaches the caller but as an {@link Outcome}.
 */
export class ValkeyClient {
  private readonly breakers = new Map<string, Breaker>();
  private readonly connections: Connections;
  private readonly unsent: Command<unknown>[] = [];
  private readonly posted = new Set<Promise<void>>();
  private probe: Promise<void> | undefined;
  private nextReauthenticationCheck = 0;
  private readonly isTimeToTell = nowAndThen();

  constructor(
    readonly cluster: Cluster,
    private readonly credentials: ValkeyCredentials,
    private readonly commandTimeoutMs?: number,
  ) {
    this.connections = new Connections(cluster, (node, cause) => this.breakerOf(node).failed(cause));
    cluster.on('refresh', () => this.forgetOthers());
  }

  static fromEnvironment(env: NodeJS.ProcessEnv = process.env, options?: ConnectionOptions): ValkeyClient {
    return new ValkeyClient(connectCluster(env, options), valkeyCredentials(env), options?.commandTimeoutMs);
  }

  /**
   * Whether it waits for a cluster that was sought in vain, and for a node that has failed: no caller of the API does.
   */
  private get patient(): boolean {
    return this.commandTimeoutMs !== undefined;
  }

  /** Whether any node is being left alone. */
  get degraded(): boolean {
    return this.connections.failed || [...this.breakers.values()].some((breaker) => breaker.isOpen);
  }

  /** Sends the commands at once and waits for all of them, or until the request's share of time is spent. */
  async wave<const C extends Commands>(request: RequestContext, commands: C): Promise<Outcomes<C>> {
    const outcomes = await this.waveOf(request, routed(commands));
    return (isList(commands) ? outcomes : named(commands, outcomes)) as Outcomes<C>;
  }

  private async waveOf(request: RequestContext, sent: readonly Routed<unknown>[]): Promise<Outcome<unknown>[]> {
    request.valkeyCommands += sent.length;
    this.sendPosted();
    await this.firstConnections(request, sent);
    // Of waves that overlap the time counts once, so they count once too.
    const isAlone = !request.valkey.isRunning;
    const work = () => this.withinDeadline(request, sent);
    const outcomes = sent.length === 0 ? [] : await request.valkey.spend(work);
    for (const outcome of outcomes) if (!outcome.ok) countFailure(request, outcome.error);
    if (isAlone && outcomes.some(isAnswered)) request.valkeyRoundTrips++;
    return outcomes;
  }

  /** Asks every primary for a sign of life, in a wave. @throws {@link ValkeyError}: of the first that gives none. */
  async ping(request: RequestContext): Promise<void> {
    const slots = [...this.connections.slotOfEachPrimary().values()];
    const pings = slots.map((slot) => ({ slot, send: () => this.connections.ping(slot) }));
    for (const outcome of await this.waveOf(request, pings)) if (!outcome.ok) throw outcome.error;
  }

  /**
   * Sends a command and does not wait, not even for its sending: it leaves right after what is being done now, and
   * before whatever is sent next. A freeze may delay it, so it must do no harm late. Neither its node's breaker nor the
   * metrics learn what becomes of it.
   * @returns whether it will be sent: not to a node that has not been answering, nor while many are under way.
   */
  post(command: Command<unknown>): boolean {
    if (this.cluster.status !== 'ready' || this.unsent.length + this.posted.size >= MOST_POSTED) return false;
    if (this.breakerOf(this.nodeOf(slotOf(command.key))).isOpen) return false;
    if (this.unsent.push(command) === 1) setImmediate(() => this.sendPosted());
    return true;
  }

  /** Waits until nothing that was posted is under way. */
  async delivered(): Promise<void> {
    while (this.unsent.length + this.posted.size > 0) {
      this.sendPosted();
      await Promise.all(this.posted);
    }
  }

  /** One command as a wave of its own. */
  async run<T>(request: RequestContext, key: string, send: Command<T>['send']): Promise<Outcome<T>> {
    const [outcome] = await this.wave(request, [{ key, send }]);
    return outcome;
  }

  /** A wave whose caller can do nothing with a part of it. @throws {@link ValkeyError}: the first. */
  async all<const C extends readonly Command<unknown>[]>(request: RequestContext, commands: C): Promise<Values<C>> {
    const outcomes: readonly Outcome<unknown>[] = await this.wave(request, commands);
    return outcomes.map((outcome) => {
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    }) as Values<C>;
  }

  /**
   * Opens a connection to every primary, to be awaited during init; where that fails, requests try again.
   * @param withinMs what it may take.
   */
  async connect(withinMs: number): Promise<void> {
    await withTimer(withinMs, async (expired) => {
      await this.connections.untilReady(expired);
      if (this.connections.ready) await this.connections.toEveryPrimary(expired);
    });
  }

  /**
   * Every primary, by the slots as they are now. The cluster client's own list lacks a node whose connection has ended,
   * and what is meant for all must not be done on some.
   * @param withinMs what it may take to reach them.
   */
  async primaries(withinMs: number): Promise<Primary[]> {
    return withTimer(withinMs, async (expired) => {
      if (!this.connections.ready) await this.connections.untilReady(expired, this.patient);
      await Promise.race([this.refreshSlots(), expired]);
      return this.connections.primaries(expired);
    });
  }

  /** To be awaited before a handler returns: a probe that this request began gets a moment to finish. */
  async finish(): Promise<void> {
    const { probe } = this;
    if (probe !== undefined) await withTimer(PROBE_GRACE_MS, (expired) => Promise.race([probe, expired]));
  }

  close(): void {
    this.cluster.disconnect();
  }

  /**
   * A connection that this process never had takes longer than a command, and says nothing of its node: it is waited
   * for in time of its own.
   */
  private async firstConnections(request: RequestContext, commands: readonly Routed<unknown>[]): Promise<void> {
    const { connections } = this;
    const { firstConnections } = request;
    if (connections.failed || firstConnections.remaining <= 0 || this.knows(commands)) return;
    await firstConnections.spend(() =>
      withTimer(firstConnections.remaining, async (expired) => {
        await connections.untilReady(expired);
        if (!connections.ready) return;
        const first = commands.filter(({ slot }) => this.isFirst(this.nodeOf(slot)));
        const opening = first.map(({ slot }) => connections.to(this.nodeOf(slot), slot));
        await Promise.race([Promise.allSettled(opening), expired]);
      }),
    );
  }

  private sendPosted(): void {
    for (const command of this.unsent.splice(0)) {
      const sent = command.send(this.cluster).then(
        () => void this.posted.delete(sent),
        () => void this.posted.delete(sent),
      );
      this.posted.add(sent);
    }
  }

  private knows(commands: readonly Routed<unknown>[]): boolean {
    return this.connections.ready && !commands.some(({ slot }) => this.isFirst(this.nodeOf(slot)));
  }

  private isFirst(node: string): boolean {
    return !this.connections.had(node) && !this.breakerOf(node).hasFailed;
  }

  private async withinDeadline(
    request: RequestContext,
    commands: readonly Routed<unknown>[],
  ): Promise<Outcome<unknown>[]> {
    const remaining = Math.min(request.valkey.remaining, this.commandTimeoutMs ?? Infinity);
    if (remaining <= 0) return unavailable(commands, 'its share of this request is spent');
    return withTimer(remaining, async (expired) => {
      if (!this.connections.ready) await this.connections.untilReady(expired, this.patient);
      if (!this.connections.ready) return unavailable(commands, `the cluster client is ${this.cluster.status}`, true);
      const now = Date.now();
      if (now >= this.nextReauthenticationCheck) await Promise.race([this.keepSignedIn(now), expired]);
      const send = () => commands.map((command) => this.attempt(command, expired));
      return Promise.all(commands.length === 1 ? send() : this.connections.inOneWrite(send));
    });
  }

  private async attempt<T>(command: Routed<T>, expired: Promise<void>): Promise<Outcome<T>> {
    let outcome = await this.once(command, expired);
    if (!outcome.ok && outcome.error instanceof ValkeyUnavailableError && isWorthARetry(outcome.error.cause)) {
      await Promise.race([this.refreshSlots(), expired]);
      outcome = await this.once(command, expired);
    }
    return outcome;
  }

  private async once<T>({ slot, send }: Routed<T>, expired: Promise<void>): Promise<Outcome<T>> {
    const node = this.nodeOf(slot);
    const breaker = this.breakerOf(node);
    if (breaker.isOpen && !this.patient) {
      if (breaker.takeProbe()) this.probe = this.look(node, slot, breaker);
      const reason = `${node} has not been answering`;
      return { ok: false, error: new ValkeyUnavailableError(reason, undefined, breaker.connectionLost) };
    }
    try {
      if (!this.connections.has(node)) await this.reach(node, slot, expired);
      const value = await Promise.race([send(this.cluster), rejectWhen(expired)]);
      breaker.succeeded();
      return { ok: true, value };
    } catch (cause) {
      if (isCommandError(cause)) return { ok: false, error: this.refused(new ValkeyCommandError(cause)) };
      // A connection that fails, or takes too long to open, is counted where it is opened.
      if (!(cause instanceof NotConnectedError)) breaker.failed(cause);
      void this.refreshSlots();
      return { ok: false, error: new ValkeyUnavailableError(`${node}: ${reasonOf(cause)}`, { cause }) };
    }
  }

  /** A function does without what Valkey forbids it, so nobody else would say which command that is. */
  private refused(error: ValkeyCommandError): ValkeyCommandError {
    if (error.code === 'NOPERM' && this.isTimeToTell())
      logger.warn('Valkey forbids a command', { layer: 'permission', command: error.command, reason: error.code });
    return error;
  }

  /** @throws NotConnectedError */
  private async reach(node: string, slot: number, expired: Promise<void>): Promise<void> {
    // Of a node that has failed already, a connection that takes long is one failure more.
    const suspect = this.breakerOf(node).hasFailed;
    try {
      await Promise.race([this.connections.to(node, slot), rejectWhen(expired)]);
    } catch (cause) {
      if (suspect) this.breakerOf(node).failed(cause);
      throw new NotConnectedError(cause as Error);
    }
  }

  /** Looks whether a node answers again: its connection is opened, or pinged. */
  private async look(node: string, slot: number, breaker: Breaker): Promise<void> {
    try {
      await this.refreshSlots();
      await this.connections.to(node, slot);
      breaker.succeeded();
    } catch (cause) {
      breaker.failed(cause);
    } finally {
      this.probe = undefined;
    }
  }

  private refreshSlots(): Promise<void> {
    return new Promise((resolve) => this.cluster.refreshSlotsCache(() => resolve()));
  }

  private async keepSignedIn(now: number): Promise<void> {
    this.nextReauthenticationCheck = now + REAUTHENTICATION_CHECK_MS;
    await reauthenticate(this.cluster, this.credentials, now).catch(() => undefined);
  }

  /**
   * A node that no longer owns a slot, since a failover or a change of shards, is asked nothing that could close its
   * breaker.
   */
  private forgetOthers(): void {
    if (![...this.breakers.values()].some((breaker) => breaker.isOpen)) return;
    const owners = new Set(this.cluster.slots.map(([primary]) => primary));
    for (const node of this.breakers.keys()) if (!owners.has(node)) this.breakers.delete(node);
  }

  private nodeOf(slot: number): string {
    return this.cluster.slots[slot]?.[0] ?? UNASSIGNED;
  }

  private breakerOf(node: string): Breaker {
    let breaker = this.breakers.get(node);
    if (breaker === undefined) this.breakers.set(node, (breaker = new Breaker()));
    return breaker;
  }
}

function countFailure(request: RequestContext, error: ValkeyError): void {
  request.valkeyFailures++;
  if (error instanceof ValkeyCommandError) request.valuesDamaged += error.code === 'WRONGTYPE' ? 1 : 0;
  else if (error.connectionLost) request.valkeyConnectionsLost++;
}

/** What nothing answered, or what was not sent to a node that has failed, is no round trip. */
function isAnswered(outcome: Outcome<unknown>): boolean {
  return outcome.ok || outcome.error instanceof ValkeyCommandError;
}

/** @returns the commands in their order, each with its slot, which several steps need. */
function routed(commands: Commands): Routed<unknown>[] {
  const all: Routed<unknown>[] = [];
  for (const each of Object.values<NamedCommands[string]>(commands)) {
    if (each === undefined) continue;
    for (const { key, send } of 'send' in each ? [each] : each) all.push({ slot: slotOf(key), send });
  }
  return all;
}

function isList(commands: Commands): commands is readonly Command<unknown>[] {
  return Array.isArray(commands);
}

/** @param outcomes in the order of the commands. */
function named(commands: NamedCommands, outcomes: readonly Outcome<unknown>[]): Record<string, unknown> {
  let taken = 0;
  const outcomesOf = (each: NamedCommands[string]) => {
    if (each === undefined) return undefined;
    if (!('send' in each)) return outcomes.slice(taken, (taken += each.length));
    return outcomes[taken++];
  };
  return Object.fromEntries(Object.entries(commands).map(([name, each]) => [name, outcomesOf(each)]));
}

function unavailable(commands: readonly unknown[], reason: string, unconnected = false): Outcome<unknown>[] {
  const error = new ValkeyUnavailableError(reason, undefined, unconnected);
  return commands.map(() => ({ ok: false, error }));
}

/** No connection, so the command was not sent; says the same as its cause. */
class NotConnectedError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'NotConnectedError';
  }
}
