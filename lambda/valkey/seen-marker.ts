import { seenKey, TTL } from '../contract/keys';
import { RecentlyStored } from './recently-stored';
import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from './client';
import { durableScript } from './script';
import { FORGET } from './shared-scripts';

/** How often one process renews the marker of what is being written, seconds. */
const MARK_EVERY = 60;

/**
 * Remembers beside a session or a chat that it was written lately, for longer than it lives, so that one that expired
 * can be told from one that was lost. It serves the measure of continuity alone.
 */
export class SeenMarker {
  private readonly marked = new RecentlyStored();

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly kind: 'a2a' | 'chat',
    private readonly lifeSeconds: number,
  ) {}

  /** After a write; best effort, and not at every write. @returns whether it was tried. */
  async mark(id: string, request: RequestContext): Promise<boolean> {
    const key = seenKey(this.kind, id);
    if (this.marked.has(key)) return false;
    const marked = await this.valkey.run(request, key, (valkey) => valkey.set(key, '1', 'EX', TTL.seen));
    if (marked.ok) this.marked.add(key, MARK_EVERY);
    return true;
  }

  /**
   * @returns whether what is not there was written so lately that it must have been lost; false if that can't be known.
   */
  async isLost(id: string, request: RequestContext): Promise<boolean> {
    const key = seenKey(this.kind, id);
    const life = await this.valkey.run(request, key, (valkey) => valkey.ttl(key));
    return life.ok && life.value > TTL.seen - this.lifeSeconds;
  }

  /** What is removed on purpose is not lost. @returns whether a replica has confirmed. @throws ValkeyError */
  async remove(id: string, request: RequestContext): Promise<boolean> {
    const key = seenKey(this.kind, id);
    this.marked.delete(key);
    const [{ durable }] = await this.valkey.all(request, [durableScript(FORGET, [key], [])]);
    return durable;
  }
}
