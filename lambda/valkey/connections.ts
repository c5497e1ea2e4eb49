import { Command, type Cluster, type Redis } from 'iovalkey';
import { CONNECT_TIMEOUT_MS } from './cluster';
import { within } from '../contract/timer';

/** Of a cluster. */
export const SLOTS = 16_384;
/** Of a slot that no node is known to own. */
export const UNASSIGNED = 'unassigned slot';

/**
 * Which connections of a cluster client are open, and the opening of others. A command waits here rather than in the
 * client's queue: there it could be carried out long after its caller was told that it wasn't.
 */
export class Connections {
  private readonly open = new Map<string, Redis>();
  private readonly everOpen = new Set<string>();
  private readonly opening = new Map<string, Promise<void>>();
  private lastAttempt: 'under way' | 'succeeded' | 'failed' = 'under way';

  /** @param onFailed called once for each attempt to connect to a node that failed or took too long. */
  constructor(
    private readonly cluster: Cluster,
    private readonly onFailed: (node: string, cause: unknown) => void,
  ) {
    cluster.on('+node', (connection: Redis) => this.watch(connection));
    cluster.on('ready', () => (this.lastAttempt = 'succeeded'));
    // Closed after it was ready, it begins anew; closed before, it could not be reached.
    cluster.on('close', () => (this.lastAttempt = this.lastAttempt === 'succeeded' ? 'under way' : 'failed'));
  }

  /** Whether the client knows the cluster's slots now. */
  get ready(): boolean {
    return this.cluster.status === 'ready';
  }

  /** Whether the cluster was sought in vain. The client goes on seeking by itself. */
  get failed(): boolean {
    return this.lastAttempt === 'failed' && !this.ready;
  }

  /** @param send what it sends at once to one node leaves in one write: a write costs more than a command. */
  inOneWrite<T>(send: () => T): T {
    const streams = [...this.open.values()].map(({ stream }) => stream);
    for (const stream of streams) stream.cork();
    try {
      return send();
    } finally {
      for (const stream of streams) stream.uncork();
    }
  }

  has(node: string): boolean {
    return this.open.has(node);
  }

  /** Whether this process had a connection to the node before. */
  had(node: string): boolean {
    return this.everOpen.has(node);
  }

  /**
   * @returns once the client is ready, an attempt has failed (but for the patient), or what it waits for has expired.
   */
  async untilReady(expired: Promise<void>, patient = false): Promise<void> {
    if (this.ready || (this.failed && !patient)) return;
    let wake: () => void = () => undefined;
    const settled = new Promise<void>((resolve) => (wake = resolve));
    const onClose = () => this.failed && !patient && wake();
    this.cluster.once('ready', wake).on('close', onClose);
    await Promise.race([settled, expired]);
    this.cluster.off('ready', wake).off('close', onClose);
  }

  /**
   * Opens the connection to the primary of a slot; who asks while it is being opened shares that.
   * @throws Error if it can't be opened, or is not within {@link CONNECT_TIMEOUT_MS}.
   */
  to(node: string, slot: number): Promise<void> {
    const shared = this.opening.get(node);
    if (shared !== undefined) return shared;
    const opening = this.attempt(slot).finally(() => this.opening.delete(node));
    this.opening.set(node, opening);
    opening.catch((cause: unknown) => this.onFailed(node, cause));
    return opening;
  }

  /**
   * Opens a connection to every primary. @returns once each is open or has failed, or what it waits for has expired.
   */
  async toEveryPrimary(expired: Promise<void>): Promise<void> {
    const missing = [...this.slotOfEachPrimary()].filter(([node]) => !this.has(node));
    const opening = missing.map(([node, slot]) => this.to(node, slot));
    await Promise.race([Promise.allSettled(opening), expired]);
  }

  /** @returns one of its slots, by each primary's address. */
  slotOfEachPrimary(): Map<string, number> {
    // Slots that no node holds are holes, which flatMap passes over.
    return new Map(this.cluster.slots.flatMap(([primary = ''], slot) => [[primary, slot] as const]));
  }

  /** @returns the primary of every slot, reached or not, once each is or what it waits for has expired. */
  async primaries(expired: Promise<void>): Promise<Primary[]> {
    await this.toEveryPrimary(expired);
    const { slots } = this.cluster;
    const addresses = new Set(Array.from({ length: SLOTS }, (_, slot) => slots[slot]?.[0] ?? UNASSIGNED));
    return [...addresses].map((address) => ({ address, node: this.open.get(address) }));
  }

  /** A sign of life of the primary of a slot. */
  async ping(slot: number): Promise<void> {
    await this.cluster.sendCommand(new Command('ping', []), undefined, { slot });
  }

  /** A ping has no effect, so that it may wait in the client's queue: it is answered when the connection is open. */
  private async attempt(slot: number): Promise<void> {
    await within(CONNECT_TIMEOUT_MS, this.ping(slot), `no connection within ${CONNECT_TIMEOUT_MS} ms`);
  }

  private watch(connection: Redis): void {
    const node = nodeKey(connection);
    connection.on('ready', () => {
      this.open.set(node, connection);
      this.everOpen.add(node);
    });
    // Another may have taken its place.
    connection.on('close', () => this.open.get(node) === connection && this.open.delete(node));
  }
}

/** A primary, and the open connection to it; none if it can't be reached. */
export interface Primary {
  address: string;
  node?: Redis;
}

/** How the cluster client names the node of a connection. */
export function nodeKey(connection: Redis): string {
  return `${connection.options.host ?? ''}:${connection.options.port ?? ''}`;
}
