import { TTL } from '../../../lambda/contract/keys';
import type { GrowthFigures, LoadFigures, SizeFigures } from '../bench/growth/figures';
import { BILLED_MS, type Load } from '../../cost/load';

/** What the capacity model takes for granted; measured figures come on top. Each is on the careful side. */
export const ASSUMPTIONS = {
  /** The busiest minute's rate against the month's mean. */
  peakFactor: 20,
  /** Share of searches that nobody has asked within the life of an answer. */
  neverAskedShare: 0.5,
  /** Of a shard's one thread at most, so that a failover or a snapshot finds room: where its alarm is. */
  engineShare: 0.9,
  /** What the preferences, the session and the chat of one conversation take in Valkey, bytes. */
  conversationBytes: 50_000,
  /** Requests of one conversation. */
  requestsAConversation: 10,
  /** A stored answer, bytes. */
  answerBytes: 11_000,
} as const;

const SECONDS_A_MONTH = 730 * 3_600;

/** What a node has for data, bytes: AWS's maxmemory less a quarter reserved (`reserved-memory-percent`). */
export const NODE_BYTES: Readonly<Record<string, number>> = {
  'cache.t3.medium': 3_317_862_236 * 0.75,
  'cache.r7g.large': 14_037_181_030 * 0.75,
};

/** What a load needs. */
interface Need {
  /** Searches a second in the busiest minute. */
  peakSearches: number;
  /** Environments of the search function that are at work at once then. */
  environments: number;
  /** Share of one shard's thread. */
  engineShare: number;
  /** In all shards, bytes. */
  valkeyBytes: number;
}

/**
 * @param size the measured table that comes nearest.
 * @param neverAsked,hit what an answer costs Valkey, measured where nothing was saturated.
 */
export function need(load: Load, size: SizeFigures, neverAsked: LoadFigures, hit: LoadFigures): Need {
  const { peakFactor, neverAskedShare, conversationBytes, requestsAConversation, answerBytes } = ASSUMPTIONS;
  const peak = (aMonth: number) => (aMonth / SECONDS_A_MONTH) * peakFactor;
  const peakSearches = peak(load.searches);
  const valkeyUs = neverAskedShare * neverAsked.valkeyUs + (1 - neverAskedShare) * hit.valkeyUs;
  // A write of a conversation is a script and its WAIT: taken as a question that nobody has asked.
  const valkeySeconds = (peakSearches * valkeyUs + peak(load.conversationRequests) * neverAsked.valkeyUs) / 1e6;
  const conversations = load.conversationRequests / requestsAConversation;
  return {
    peakSearches,
    environments: Math.ceil((peakSearches * BILLED_MS.search) / 1_000),
    engineShare: valkeySeconds,
    valkeyBytes:
      size.valkeyMB * 1e6 +
      peakSearches * neverAskedShare * TTL.search * answerBytes +
      // Preferences live the longest.
      conversations * (TTL.preferences / SECONDS_A_MONTH) * conversationBytes,
  };
}

/**
 * @returns how many shards of this node carry it, by thread and by memory.
 * @throws Error for a node whose memory is not known
 */
export function shardsFor({ engineShare, valkeyBytes }: Need, nodeType: string): number {
  const bytes = NODE_BYTES[nodeType];
  if (bytes === undefined)
    throw new Error(`The memory of ${nodeType} is not known; add it to lib/tools/docs/capacity.ts.`);
  return Math.max(1, Math.ceil(engineShare / ASSUMPTIONS.engineShare), Math.ceil(valkeyBytes / bytes));
}

/** Where something ends, in listings. */
interface End {
  what: string;
  limit: string;
  listings: number;
}

/**
 * @returns what ends first when the table grows, each by the line through the smallest and the largest table that were
 * measured.
 */
export function ends({ sizes }: GrowthFigures, limits: readonly TableLimit[]): End[] {
  const [small, large] = [sizes[0], sizes.at(-1)];
  if (small === undefined || large === undefined || small === large) return [];
  return limits
    .flatMap(({ what, limit, most, of }) => {
      const [from, to] = [of(small), of(large)];
      if (from === null || to === null || to <= from) return [];
      const slope = (to - from) / (large.listings - small.listings);
      return [{ what, limit, listings: Math.floor(small.listings + (most - from) / slope) }];
    })
    .sort((a, b) => a.listings - b.listings);
}

/**
 * @returns a figure of a table of so many listings, by the line through the smallest and the largest that were
 * measured.
 */
export function projected(sizes: readonly SizeFigures[], listings: number, of: (size: SizeFigures) => number): number {
  const [small, large] = [sizes[0], sizes.at(-1)];
  if (small === undefined || large === undefined) return NaN;
  const slope = (of(large) - of(small)) / (large.listings - small.listings);
  return of(small) + slope * (listings - small.listings);
}

/** Something that the table's size fills. */
export interface TableLimit {
  what: string;
  /** The limit, for people. */
  limit: string;
  most: number;
  of: (size: SizeFigures) => number | null;
}
