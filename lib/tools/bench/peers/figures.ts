/** What one way of caching does with the same questions on the same engines. */
export interface PeerFigures {
  way: string;
  /** Medians, µs: a stored answer, and a question that nobody has asked. */
  hitUs: number;
  neverAskedUs: number;
  /**
   * The same new question, {@link STORM} times at once over several cold processes: queries that reached the table, and
   * ms until all had their answer.
   */
  stormQueries: number;
  stormMs: number;
  /** What a stored answer takes in Valkey, its keys included; null where nothing is stored. */
  bytesAnAnswer: number | null;
  /**
   * After a price has changed, while {@link STORM_PROCESSES} processes ask for it for {@link WATCHED_MS}: answers,
   * those with the old price, and ms from the commit until every process had the new one; null if that did not come.
   */
  changeAsked: number;
  changeStale: number;
  changeAgreedMs: number | null;
  /**
   * While Valkey hangs: of {@link HUNG_QUESTIONS} stored ones, those answered within the time of a caller; and the
   * longest answer, ms.
   */
  hungAnswers: number;
  hungMs: number;
}

export const STORM = 1_000;
export const STORM_PROCESSES = 4;
/** How long a change is watched, ms. */
export const WATCHED_MS = 10_000;
export const HUNG_QUESTIONS = 20;
/** How long a caller waits while Valkey hangs, ms. */
export const CALLER_WAITS_MS = 2_000;
