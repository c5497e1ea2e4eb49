/** What a benchmark's parent tells its worker. */
export interface WorkerInput {
  valkey: {
    search: Record<string, string>;
    warmUp: Record<string, string>;
    admin: { host: string; port: number; username: string; password: string; ca: string }[];
  };
  databaseUrl: string;
  rounds: number;
  databaseRounds: number;
}

/** Microseconds, by name. */
export type Samples = Record<string, number[]>;

export interface Figure {
  name: string;
  p50us: number;
  p99us: number;
  /** p50 against that of raw-get, in the same run. */
  ratio: number;
}

/** @returns one figure a name, in the order of the samples. */
export function toFigures(samples: Samples): Figure[] {
  const base = percentile(samples['raw-get'] ?? [], 0.5);
  return Object.entries(samples).map(([name, values]) => {
    const p50us = percentile(values, 0.5);
    return {
      name,
      p50us: Math.round(p50us),
      p99us: Math.round(percentile(values, 0.99)),
      ratio: Math.round((p50us / base) * 100) / 100,
    };
  });
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
