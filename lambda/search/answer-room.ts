import slotOf from 'cluster-key-slot';
import { parseInfo } from '../valkey/info';
import type { Command, ValkeyClient } from '../valkey/client';
import { nodeKey } from '../valkey/connections';
import { RecentlyStored } from '../valkey/recently-stored';

/** Shares of a node's memory above which only answers to repeated questions are stored, and none at all. */
const REPEATED_ONLY = 0.8;
const NONE = 0.9;
const LOOK_EVERY_MS = 1_000;
/**
 * What one process stores before it looks again, as a share of a node's memory: many that look seldom must not fill it
 * meanwhile.
 */
const MOST_UNSEEN = 0.01;
/** How long a question counts as asked before, s: as long as its answer would live. */
const ASKED_SECONDS = 600;

interface NodeMemory {
  usedBytes: number;
  mostBytes: number;
  /** Stored by this process since it looked. */
  unseenBytes: number;
  lookAgainAt: number;
}

/**
 * Whether there is room for an answer. Stored answers only save time; what people said is in no other place. So they
 * take what memory is spare, and a flood of questions that nobody repeats pushes nothing out.
 */
export class AnswerRoom {
  private readonly asked = new RecentlyStored();
  private readonly nodes = new Map<string, NodeMemory>();

  constructor(
    private readonly valkey: ValkeyClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns whether an answer of so many bytes may be stored; while nothing is known of its node it may. */
  admits(key: string, bytes: number): boolean {
    const look = this.look(key);
    if (look !== undefined) this.valkey.post(look);
    const repeated = this.asked.has(key);
    this.asked.add(key, ASKED_SECONDS);
    const node = this.nodes.get(this.nodeOf(key));
    if (node === undefined) return true;
    const { usedBytes, unseenBytes, mostBytes } = node;
    if (usedBytes + unseenBytes + bytes > mostBytes * (repeated ? NONE : REPEATED_ONLY)) return false;
    node.unseenBytes += bytes;
    return true;
  }

  /** @returns the command that looks at the memory of the key's node, if it is time to. */
  private look(key: string): Command<void> | undefined {
    const name = this.nodeOf(key);
    const known = this.nodes.get(name);
    const recent = known !== undefined && this.now() < known.lookAgainAt;
    if (recent && known.unseenBytes < known.mostBytes * MOST_UNSEEN) return undefined;
    if (known !== undefined) known.lookAgainAt = this.now() + LOOK_EVERY_MS;
    return {
      key,
      send: async (cluster) => {
        const node = cluster.nodes('master').find((each) => nodeKey(each) === name);
        if (node === undefined) return;
        const { used_memory: used, maxmemory } = parseInfo(await node.info('memory'));
        this.nodes.set(name, {
          usedBytes: Number(used),
          // 0 is no limit.
          mostBytes: Number(maxmemory) || Infinity,
          unseenBytes: 0,
          lookAgainAt: this.now() + LOOK_EVERY_MS,
        });
      },
    };
  }

  private nodeOf(key: string): string {
    return this.valkey.cluster.slots[slotOf(key)]?.[0] ?? '';
  }
}
