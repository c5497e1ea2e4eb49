/** What a stage is assumed to be asked in a month; `npm run cost` takes other figures as options. */
export interface Load {
  searches: number;
  /** Reads and writes of sessions, chats and preferences. */
  conversationRequests: number;
  /** Each waits for a session's next event. */
  eventWaits: number;
  /** Photos, in a stage that has them. */
  photos: number;
}

export const LOAD: Load = {
  searches: 1_000_000,
  conversationRequests: 300_000,
  eventWaits: 100_000,
  photos: 1_000_000,
};

/**
 * ms that one invocation is billed, on average; a search takes 1 to 3 ms in VPC, and rounding and cold starts come on
 * top.
 */
export const BILLED_MS = { search: 10, conversation: 15, events: 4_000, images: 30, 'warm-up': 1_000 } as const;
/** The warm-up looks once a minute. */
export const WARM_UPS = 43_800;
/** Metrics, what was asked for and log of one request, bytes; a busy process tells of many requests in one line. */
export const LOG_BYTES = 2_700;
/**
 * What an answer moves between Valkey and a function, bytes; half of the functions are in another zone than the
 * primary.
 */
export const VALKEY_BYTES = 12_000;
/** An audit line, bytes: sealed in the function's log, and open in the audit log. */
export const AUDIT_BYTES = 750;
/** GiB in a snapshot of one shard: what a catalogue and the sessions take. */
export const SNAPSHOT_GIB = 0.2;
/** Rules of the web ACL. */
export const WEB_RULES = 4;
export const HOURS = 730;
