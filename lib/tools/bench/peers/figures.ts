/** What one way of caching does with the same questions on the same engines. */
export interface PeerFigures {
  way: string;
  /** Medians, µs: a stored answer, and a question that nobody has asked. */
  hitUs: number;
  neverAskedUs: number;
  /** The same new question, {@link STORM} times at once over several cold processes: queries that reached the table, and ms until all had their answer. */
  stormQueries: number;
  stormMs: number;
  /** What a stored answer takes in Valkey, its keys included; null where nothing is stored. */
  bytesAnAnswer: number | null;
  /** While Valkey hangs: of {@link HUNG_QUESTIONS} stored ones, those answered within the time of a caller; and the longest answer, ms. */
  hungAnswers: number;
  hungMs: number;
}

export const STORM = 1_000;
export const STORM_PROCESSES = 4;
export const HUNG_QUESTIONS = 20;
/** How long a caller waits while Valkey hangs, ms. */
export const CALLER_WAITS_MS = 2_000;
