/** What grows with the table. MB are 10^6 bytes, MiB 2^20. */
export interface SizeFigures {
  listings: number;
  searchable: number;
  warmUp: {
    seconds: number;
    /** The function's most resident memory; null where the system does not tell. */
    peakMiB: number | null;
    writtenMB: number;
  };
  index: {
    MB: number;
    /** Fetching, checking and decoding it. */
    loadMs: number;
    /** From the start of a process until it can answer, the index loaded. */
    startMs: number;
    /** The search function's resident memory with the index and its answers; null where the system does not tell. */
    searchMiB: number | null;
  };
  /** All that the shards hold beyond an empty server. */
  valkeyMB: number;
  /**
   * Medians, µs: a page in memory, a stored answer, a question never asked, and one for which the whole order is read.
   */
  latencyUs: { memory: number; hit: number; neverAsked: number; rare: number };
}

/** What the load asks for. */
export const LOAD_KINDS = ['memory', 'hit', 'never-asked'] as const;
export type LoadKind = (typeof LOAD_KINDS)[number];

/** What holds the rate down. */
export type Limit = 'the wait for each answer' | 'the machine' | "a shard's thread" | "a process's thread";

/** So many questions at once, asked by processes that each answer for themselves, as environments of Lambda do. */
export interface LoadFigures {
  kind: LoadKind;
  concurrency: number;
  processes: number;
  answersASecond: number;
  /** Shares that came from another tier than the one measured, and that were 503, because a deadline passed; 0 to 1. */
  elsewhere: number;
  unanswered: number;
  p50us: number;
  p99us: number;
  /** Share of all processors that was busy, 0 to 1. */
  machineBusy: number;
  /** Processor time an answer, µs: in the function's process, and in all shards. */
  functionUs: number;
  valkeyUs: number;
  limit: Limit;
}

export interface GrowthFigures {
  sizes: SizeFigures[];
  load: LoadFigures[];
}
