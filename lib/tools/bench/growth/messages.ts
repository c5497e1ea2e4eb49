import type { LoadKind } from './figures';

/** What the worker that asks is told. Environments as the functions have them. */
export interface LoadInput {
  environment: Record<string, string>;
  kind: LoadKind;
  /** Questions at once in this process. */
  loops: number;
  seconds: number;
  /** Tells this process's never-asked questions from those of the others and of other levels. */
  firstQuestion: number;
}

/** From the tier that is measured, from another one, or an error: on a crowded machine deadlines pass. */
export type Outcome = 'expected' | 'elsewhere' | 'unanswered';

export interface LoadResult extends Record<Outcome, number> {
  /** µs, of a sample of the answers. */
  times: number[];
  /** Processor time of the process, µs. */
  cpuUs: number;
}

export interface LatencyInput {
  environment: Record<string, string>;
  rounds: number;
}

export interface LatencyResult {
  loadMs: number;
  indexBytes: number;
  /** µs. */
  samples: Record<string, number[]>;
}
