import slotOf from 'cluster-key-slot';
import type { Cluster, Redis } from 'iovalkey';
import type { RequestContext } from '../telemetry/request';
import { Breaker } from './breaker';
import { connectCluster, reauthenticate, type ConnectionOptions } from './cluster';
import { rejectWhen, timer } from './deadline';
import { valkeyCredentials, type ValkeyCredentials } from './credentials';
import { isCommandError, isWorthARetry, ValkeyCommandError, ValkeyUnavailableError } from './errors';

/** One command of a wave, by the key that decides its node. */
export interface Command<T> {
  key: string;
  send: (cluster: Cluster) => Promise<T>;
}

export type ValkeyError = ValkeyUnavailableError | ValkeyCommandError;
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
  private readonly posted = new Set<Promise<void>>();
  private probe: Promise<void> | undefined;
  private nextReauthenticationCheck = 0;

  constructor(
    readonly cluster: Cluster,
    private readonly credentials: ValkeyCredentials,
  ) {}

  static fromEnvironment(env: NodeJS.ProcessEnv = process.env, options?: ConnectionOptions): ValkeyClient {
    return new ValkeyClient(connectCluster(env, options), valkeyCredentials(env));
  }

  /** Whether any node is being left alone. */
  get degraded(): boolean {
    return [...this.breakers.values()].some((breaker) => breaker.isOpen);
  }

  /** Sends the commands at once and waits for all of them, or until the request's share of time is spent. */
  async wave<const C extends Commands>(request: RequestContext, commands: C): Promise<Outcomes<C>> {
    const sent = Object.values<NamedCommands[string]>(commands).flatMap((each) => each ?? []);
    request.valkeyCommands += sent.length;
    if (sent.length > 0) request.valkeyWaves++;
    const work = () => this.withinDeadline(request, sent);
    const outcomes = sent.length === 0 ? [] : await request.valkey.spend(work);
    for (const outcome of outcomes) if (!outcome.ok) request.valkeyFailures++;
    return (isList(commands) ? outcomes : named(commands, outcomes)) as Outcomes<C>;
  }

  /**
   * Sends a command and does not wait: it leaves before the answer of the request does, which does not depend on it. A freeze may
   * delay it, so it must do no harm late. Neither its node's breaker nor the metrics learn what becomes of it.
   * @returns whether it was sent: not to a node that has not been answering, nor while many are under way.
   */
  post(command: Command<unknown>): boolean {
    if (this.cluster.status !== 'ready' || this.posted.size >= MOST_POSTED) return false;
    if (this.breakerOf(this.nodeOf(command.key)).isOpen) return false;
    const sent = command.send(this.cluster).then(
      () => void this.posted.delete(sent),
      () => void this.posted.delete(sent),
    );
    this.posted.add(sent);
    return true;
  }

  /** Waits until nothing that was posted is under way. */
  async delivered(): Promise<void> {
    await Promise.all(this.posted);
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

  /** Opens a connection to every primary, to be awaited during init; where that fails, requests try again. */
  async connect(request: RequestContext): Promise<void> {
    await request.valkey.spend(async () => {
      const deadline = timer(request.valkey.remaining);
      try {
        if (this.cluster.status !== 'ready' && (await this.untilReady(deadline.expired)) !== undefined) return;
        const pings = this.cluster.nodes('master').map((primary) => primary.ping());
        await Promise.race([Promise.allSettled(pings), deadline.expired]);
      } finally {
        deadline.cancel();
      }
    });
  }

  /** To be awaited before a handler returns: a probe that this request began gets a moment to finish. */
  async finish(): Promise<void> {
    if (this.probe === undefined) return;
    const grace = timer(PROBE_GRACE_MS);
    await Promise.race([this.probe, grace.expired]);
    grace.cancel();
  }

  close(): void {
    this.cluster.disconnect();
  }

  private async withinDeadline(
    request: RequestContext,
    commands: readonly Command<unknown>[],
  ): Promise<Outcome<unknown>[]> {
    const { remaining } = request.valkey;
    if (remaining <= 0) {
      const error = new ValkeyUnavailableError('its share of this request is spent');
      return commands.map(() => ({ ok: false, error }));
    }
    const deadline = timer(remaining);
    try {
      const notReady = this.cluster.status === 'ready' ? undefined : await this.untilReady(deadline.expired);
      if (notReady !== undefined) return commands.map(() => ({ ok: false, error: notReady }));
      await this.keepSignedIn();
      return await Promise.all(commands.map((command) => this.attempt(command, deadline.expired)));
    } finally {
      deadline.cancel();
    }
  }

  /** @returns undefined once the client is ready, or why it is not. Only a cold client is waited for, and only while that is new. */
  private async untilReady(expired: Promise<void>): Promise<ValkeyUnavailableError | undefined> {
    const breaker = this.breakerOf('cluster');
    if (breaker.isOpen && !breaker.takeProbe()) return new ValkeyUnavailableError('no connection to the cluster');
    let wake: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (wake = resolve));
    this.cluster.once('ready', wake);
    await Promise.race([ready, breaker.isOpen ? timer(PROBE_GRACE_MS).expired : expired]);
    this.cluster.off('ready', wake);
    if (this.cluster.status === 'ready') {
      breaker.succeeded();
      return undefined;
    }
    breaker.failed();
    return new ValkeyUnavailableError(`the cluster client is ${this.cluster.status}`);
  }

  private async attempt<T>(command: Command<T>, expired: Promise<void>): Promise<Outcome<T>> {
    let outcome = await this.once(command, expired);
    if (!outcome.ok && outcome.error instanceof ValkeyUnavailableError && isWorthARetry(outcome.error.cause)) {
      await Promise.race([this.refreshSlots(), expired]);
      outcome = await this.once(command, expired);
    }
    return outcome;
  }

  private async once<T>(command: Command<T>, expired: Promise<void>): Promise<Outcome<T>> {
    const node = this.nodeOf(command.key);
    const breaker = this.breakerOf(node);
    if (breaker.isOpen) {
      if (breaker.takeProbe()) this.probe = this.ping(node, breaker);
      return { ok: false, error: new ValkeyUnavailableError(`${node} has not been answering`) };
    }
    try {
      const value = await Promise.race([command.send(this.cluster), rejectWhen(expired)]);
      breaker.succeeded();
      return { ok: true, value };
    } catch (cause) {
      if (isCommandError(cause)) return { ok: false, error: new ValkeyCommandError(cause) };
      breaker.failed();
      void this.refreshSlots();
      return { ok: false, error: new ValkeyUnavailableError(`${node}: ${(cause as Error).message}`, { cause }) };
    }
  }

  /** A ping has no effect, so a thaw may fire it: it alone need not be awaited to its end. */
  private async ping(node: string, breaker: Breaker): Promise<void> {
    try {
      await this.refreshSlots();
      const connection = this.cluster.nodes('master').find((each) => nodeKey(each) === node);
      await connection?.ping();
      breaker.succeeded();
    } catch {
      breaker.failed();
    } finally {
      this.probe = undefined;
    }
  }

  private refreshSlots(): Promise<void> {
    return new Promise((resolve) => this.cluster.refreshSlotsCache(() => resolve()));
  }

  private async keepSignedIn(): Promise<void> {
    const now = Date.now();
    if (now < this.nextReauthenticationCheck) return;
    this.nextReauthenticationCheck = now + REAUTHENTICATION_CHECK_MS;
    await reauthenticate(this.cluster, this.credentials, now).catch(() => undefined);
  }

  private nodeOf(key: string): string {
    return this.cluster.slots[slotOf(key)]?.[0] ?? 'unassigned slot';
  }

  private breakerOf(node: string): Breaker {
    let breaker = this.breakers.get(node);
    if (breaker === undefined) this.breakers.set(node, (breaker = new Breaker()));
    return breaker;
  }
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

/** How the cluster client names the node of a connection. */
export function nodeKey(connection: Redis): string {
  return `${connection.options.host ?? ''}:${connection.options.port ?? ''}`;
}
