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

export interface LoadResult {
  answers: number;
  /** Of these, those that came from another tier than the one measured. */
  elsewhere: number;
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
