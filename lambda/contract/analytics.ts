/**
 * Crosses the boundary: the handlers emit these lists with their metrics, the queries of
 * lib/constructs/observability/analytics read them. They hold counts of what people ask for and nothing of who asks: no
 * id, no text that somebody wrote.
 */

/** Lists that a line of metrics (EMF) may carry beside its metrics; one that would be empty is left out. */
export interface Analytics {
  askedFor: AskedFor[];
  carsShown: CarShown[];
  answeredFrom: AnsweredFrom[];
  sessionSteps: SessionStep[];
}

/** Searches that asked for the same, by the canonical form of the question. */
export interface AskedFor {
  persona: string;
  usage: string;
  familyType: string;
  lease: 'lease' | 'nolease';
  /** 만원: the end of the band of {@link BUDGET_BANDS} that budgetMax is in. */
  budgetUpTo: number;
  /** Which page of the answer, from 1; {@link LAST_PAGE} stands for all that follow. */
  page: number;
  searches: number;
}

/** Listings of one model in the answers. */
export interface CarShown {
  maker: string;
  model: string;
  /** From one answer of the line, taken at random and multiplied by the answers of the line. */
  listings: number;
}

/** Searches that were answered while one catalogue was in memory. */
interface AnsweredFrom {
  /** The version of the index; `none` while there is none. */
  catalogue: string;
  searches: number;
}

/** What happened to sessions at their n-th question. */
export interface SessionStep {
  /** Which question, from 1; 0 is before the first, {@link LAST_QUESTION} stands for all that follow. */
  question: number;
  /** Sessions that asked it; at 0, that began. */
  reached: number;
  /**
   * Sessions that came here, less those that went on to the next question or were completed. One line may be negative;
   * the sum over a time is the sessions that stopped here, or are still open.
   */
  stopped: number;
  /** Sessions that were completed after it. */
  completed: number;
}

/** 만원. The last one is the most that the API takes. */
export const BUDGET_BANDS = [
  1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 5_000, 7_000, 10_000, 20_000, 1_000_000,
] as const;
export const LAST_PAGE = 10;
export const LAST_QUESTION = 20;
/** Models in one line, those shown most. */
export const MOST_MODELS = 20;
