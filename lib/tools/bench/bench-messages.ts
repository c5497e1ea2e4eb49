import { ACCESS, type ValkeyUser } from '../../../lambda/contract/access';
import type { LocalCluster } from '../engines/valkey-cluster';
import type { Figures } from '../text/table';

/** What a benchmark's parent tells its worker. */
export interface WorkerInput {
  /** The environment of each function, by its Valkey user. */
  valkey: Readonly<Record<ValkeyUser, Record<string, string>>>;
  admin: { host: string; port: number; username: string; password: string; ca: string }[];
  databaseUrl: string;
  rounds: number;
  databaseRounds: number;
}

/** @returns what a worker needs to know of a cluster. */
export function clusterInput(cluster: LocalCluster): Pick<WorkerInput, 'valkey' | 'admin'> {
  const users = Object.keys(ACCESS) as ValkeyUser[];
  return {
    valkey: Object.fromEntries(users.map((user) => [user, cluster.environment(user)])) as WorkerInput['valkey'],
    admin: cluster.adminConnections(),
  };
}

/** Microseconds, by name. */
export type Samples = Record<string, number[]>;

/** Of production's shape; each with a raw GET that took turns with it. */
export interface ConversationSamples {
  searches: Samples;
  said: Samples;
}

export interface Figure {
  name: string;
  p50us: number;
  p99us: number;
  /** p50 against that of raw-get, in the same run on the same cluster. */
  ratio: number;
  /** The average against that of raw-get, likewise. */
  meanRatio?: number;
}

/** @returns one figure a name, in the order of the samples. @param prefix stands before each name. */
export function toFigures(samples: Samples, prefix = ''): Figure[] {
  const base = percentile(samples['raw-get'] ?? [], 0.5);
  const baseMean = mean(samples['raw-get'] ?? []);
  return Object.entries(samples).map(([name, values]) => {
    const p50us = percentile(values, 0.5);
    return {
      name: `${prefix}${name}`,
      p50us: Math.round(p50us),
      p99us: Math.round(percentile(values, 0.99)),
      ratio: Math.round((p50us / base) * 100) / 100,
      meanRatio: Math.round((mean(values) / baseMean) * 100) / 100,
    };
  });
}

/** One row a figure. */
export function benchTable(figures: readonly Figure[]): Figures {
  const ms = (us: number) => `${(us / 1_000).toFixed(2)} ms`;
  return {
    head: ['', 'median', 'p99', 'median against raw-get', 'average against raw-get'],
    rows: figures.map(({ name, p50us, p99us, ratio, meanRatio }) => [
      name,
      ms(p50us),
      ms(p99us),
      ratio.toFixed(2),
      meanRatio?.toFixed(2) ?? '',
    ]),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @returns the value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
