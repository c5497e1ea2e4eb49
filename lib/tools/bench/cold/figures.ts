/** Medians of starts that took turns, ms. */
export interface ColdFigures {
  bundle: string;
  /** Bytes of the bundle, minified; and of the file that is parsed at the start. */
  bytes: number;
  atStart: number;
  /** From the start of the process to the end of init: on Lambda, what a request waits for in a new environment. */
  initMs: number;
  /** From then on to the first answer, to a question that nobody has asked. */
  firstAnswerMs: number;
  /** And to one more such question. */
  nextAnswerMs: number;
  /** Bytes by package, the largest first; the small ones together as `others`. */
  contents: Record<string, number>;
}
